"""What slots add to the engine."""

from bot.core.subject import Subject
from bot.slots import asking
from flows.entities.kinds import TimerKind

SLOTS = Subject("slots", timers={TimerKind.SLOT_REMINDER: asking.remind})
