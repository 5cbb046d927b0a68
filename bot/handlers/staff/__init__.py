"""What staff type and press in their groups."""
