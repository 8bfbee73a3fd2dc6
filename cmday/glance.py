"""The glance: where the day stands, from the database alone."""
