"""What identity adds to the engine."""

from bot.core.subject import Subject
from bot.identity import second_accounts

IDENTITY = Subject("identity", timers=second_accounts.TIMERS)
