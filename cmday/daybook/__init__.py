"""The day's frame: what was done today and how long it took, and how the day is closed."""
