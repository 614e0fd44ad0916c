"""Commands that draw documents."""
