"""``cmday watch``: sweeps quietly, and tells of what cannot wait, each once."""
