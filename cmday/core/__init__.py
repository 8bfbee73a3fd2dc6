"""The words of the trade, as frozen data."""
