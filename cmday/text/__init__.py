"""Pure functions over text: normalising, matching, language, and what may reach a terminal."""
