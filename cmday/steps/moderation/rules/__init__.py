"""The rules: asked about what is new, tried on the past, explained, promoted, taken over from elsewhere."""
