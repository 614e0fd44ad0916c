"""How Punos is started on one machine."""
