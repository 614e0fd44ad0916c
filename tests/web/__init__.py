"""The pages, asked over HTTP without a browser."""
