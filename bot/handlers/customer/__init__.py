"""What customers type and press."""
