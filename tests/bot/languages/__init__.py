"""Languages that were added by files."""
