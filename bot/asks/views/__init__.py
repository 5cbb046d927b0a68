"""What admins read of who was asked, and why not."""
