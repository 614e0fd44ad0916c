"""The shared kernel: no noun of the trade, no page."""
