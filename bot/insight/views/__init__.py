"""What admins see of figures."""
