"""Step 4 of the day: moderation."""
