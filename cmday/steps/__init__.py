"""The five steps of the day."""
