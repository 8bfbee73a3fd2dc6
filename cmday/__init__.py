"""cmday: a command-line daily planner for community managers."""
