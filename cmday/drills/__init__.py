"""Drills: a scenario that runs in a sandbox without a network, how well it went, and what a good answer has."""
