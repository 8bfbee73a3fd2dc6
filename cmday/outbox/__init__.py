"""What waits to leave the machine."""
