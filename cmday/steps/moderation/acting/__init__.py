"""What a moderator decides and what goes out for it: verbs, plans, words to those concerned."""
