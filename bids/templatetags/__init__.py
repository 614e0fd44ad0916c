"""What offer templates may ask for."""
