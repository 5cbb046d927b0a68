"""What the data of the business adds to the engine."""

from bot.core.subject import Subject
from bot.data import retention, webhooks

DATA = Subject("data", timers=webhooks.TIMERS, every_hour=(retention.tidy,))
