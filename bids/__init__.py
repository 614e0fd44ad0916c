"""From need to decision: everything about a joint offer."""
