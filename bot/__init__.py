"""Talks: Telegram, HTTP, the command line, and the wiring of the other two rooms."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # python-telegram-bot: durations as timedelta
