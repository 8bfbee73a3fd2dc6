"""Step 1 of the day: schedule."""
