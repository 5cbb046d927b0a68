"""What admins type and press in private."""
