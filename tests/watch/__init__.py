"""The watch: what it tells, whom, and how often."""
