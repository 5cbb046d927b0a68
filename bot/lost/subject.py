"""What lost sales add to the engine."""

from bot.core.subject import Subject
from bot.lost import telling
from flows.entities.kinds import TimerKind

LOST = Subject(
    "lost",
    composers=telling.COMPOSERS,
    reporters=telling.REPORTERS,
    timers={TimerKind.BACK: telling.due},
)
