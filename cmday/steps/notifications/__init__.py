"""Step 2 of the day: notifications."""
