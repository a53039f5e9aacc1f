"""Evidence: files that are kept and numbered, call logs, what can be counted in them, and the report of it."""
