"""cmday: a command-line daily planner for community managers."""

__version__ = "0.1.0"
