"""How people and firms are found."""
