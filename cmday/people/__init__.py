"""The people behind the items of all steps: who they are, what is held of them, and forgetting them."""
