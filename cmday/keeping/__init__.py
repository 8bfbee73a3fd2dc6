"""Keeping all of a home safe: backups of it, and bringing one back."""
