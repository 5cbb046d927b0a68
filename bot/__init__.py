"""Talks: Telegram, HTTP, the command line, and the wiring of the other two rooms."""
