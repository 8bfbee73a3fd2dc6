"""Pure functions over time: working hours, quiet hours, free time, placement, latest safe start."""
