"""Documents: a frozen sheet becomes HTML, and HTML becomes a PDF behind a fence."""
