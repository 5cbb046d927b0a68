"""The outbox's way to Telegram: paced, by priority, every outcome recorded."""
