"""What the data of the business adds to the engine."""

from bot.core.subject import Subject
from bot.data import privacy, retention

DATA = Subject("data", timers=privacy.TIMERS, every_hour=(retention.tidy,))
