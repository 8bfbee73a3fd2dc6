"""TOML to Settings: the files that a person edits, and where they lie."""
