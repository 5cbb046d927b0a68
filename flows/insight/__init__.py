"""Statistics without a database."""
