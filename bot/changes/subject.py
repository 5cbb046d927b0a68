"""What changes add to the engine."""

from bot.changes import changes, notices
from bot.core.subject import Subject

CHANGES = Subject(
    "changes",
    composers=changes.COMPOSERS,
    reporters=changes.REPORTERS,
    timers=changes.TIMERS,
    not_now=notices.not_now,
)
