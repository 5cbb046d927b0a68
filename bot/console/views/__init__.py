"""What admins see of schedules, rules and previews."""
