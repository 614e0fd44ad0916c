"""Dated facts of the trade, packaged beside the code that reads them."""
