"""What changes add to the engine."""

from bot.changes import changes, linking, notices, progress, setback, verification
from bot.core.subject import Subject

CHANGES = Subject(
    "changes",
    composers={**changes.COMPOSERS, **notices.COMPOSERS, **setback.COMPOSERS},
    reporters={**changes.REPORTERS, **notices.REPORTERS, **setback.REPORTERS},
    timers={
        **changes.TIMERS,
        **verification.TIMERS,
        **progress.TIMERS,
        **linking.TIMERS,
        **setback.TIMERS,
    },
    not_now=notices.not_now,
)
