"""What identity adds to the engine."""

from bot.core.subject import Subject
from bot.identity import loading, second_accounts

IDENTITY = Subject("identity", loaders=(loading.load,), timers=second_accounts.TIMERS)
