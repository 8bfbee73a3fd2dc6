"""Drawing with Rich, and writing JSON."""
