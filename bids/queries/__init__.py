"""How to find and gather what belongs together."""
