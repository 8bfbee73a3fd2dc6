"""What the own decisions taught about what comes."""
