"""What admins tune, in Telegram."""
