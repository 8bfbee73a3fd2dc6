"""One file per network, and the engine that drives their conversations."""
