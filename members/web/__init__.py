"""Pages about people and firms."""
