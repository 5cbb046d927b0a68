"""What changes add to the engine."""

from bot.changes import (
    campaigns,
    changes,
    linking,
    notices,
    others,
    progress,
    setback,
    telling,
    verification,
)
from bot.core.subject import Subject

CHANGES = Subject(
    "changes",
    loaders=(notices.load,),
    composers={
        **changes.COMPOSERS,
        **notices.COMPOSERS,
        **setback.COMPOSERS,
        **others.COMPOSERS,
    },
    batch_composers=others.BATCH_COMPOSERS,
    one_by_one=(others.PREVIEW,),
    reporters={**changes.REPORTERS, **notices.REPORTERS, **setback.REPORTERS},
    before_reports=notices.BEFORE_REPORTS,
    timers={
        **campaigns.TIMERS,
        **telling.TIMERS,
        **verification.TIMERS,
        **linking.TIMERS,
        **setback.TIMERS,
    },
    counted_timers=progress.COUNTED_TIMERS,
    jobs=(others.JOB,),
    not_now=notices.not_now,
)
