"""File formats a joint offer is read from and written to."""
