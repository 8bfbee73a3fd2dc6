"""Step 5 of the day: planning."""
