"""Step 3 of the day: news."""
