"""The demo: a believable day of three communities, told in two languages, and how it becomes recorded answers.

``fr/`` and ``en/`` hold what was written by hand. ``home`` makes a throw-away home of it, with the answers as the
networks would give them; from there on the ordinary connectors and steps do the rest.
"""
