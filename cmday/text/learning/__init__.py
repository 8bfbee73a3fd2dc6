"""What a moderator's own decisions teach: a small online logistic regression in plain Python."""
