"""How to find people and firms."""
