"""The questions that are asked of the tables, by subject."""
