"""The Bot API side: what bots call and what Telegram would answer."""
