"""What was done so that it does not happen again, and who is told."""
