"""Crises: noticing one, what it holds back, what is known of it, and the way through it."""
