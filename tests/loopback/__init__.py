"""A web server on the loopback that can misbehave in every way a real one does."""
