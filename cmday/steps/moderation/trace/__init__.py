"""What can be told of moderation afterwards: the log, and the report in figures."""
