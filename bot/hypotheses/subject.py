"""What hypotheses add to the engine."""

from bot.core.subject import Subject
from bot.hypotheses import ledger, running

HYPOTHESES = Subject(
    "hypotheses",
    composers=ledger.COMPOSERS,
    one_by_one=(ledger.METHOD,),
    counted_timers=running.COUNTED_TIMERS,
)
