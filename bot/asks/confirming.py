"""Whether an ask that was decided still stands when it leaves.

Everything that it depends on is read once more then. Where all of it is as it was, and the same
minute, the rules would decide the same and are not asked again: that is so for nearly all.
"""

from datetime import datetime

from bot.asks.evaluation import Background
from bot.asks.rows import row_key
from flows.asks.candidates import CustomerFacts
from flows.asks.decisions import Outcome
from flows.asks.triggers import Event
from flows.config import Config
from flows.entities import Candidate

Basis = tuple[datetime, Config, bool, int, CustomerFacts, Event]
"""The minute, the configuration, whether the schedule is paused, the message of the chain, what is
known of the customer, and why they are asked: all that is looked at besides what limits everybody,
in which whoever is asked has had their place."""


def note(background: Background, candidate: Candidate) -> None:
    """Note by what a candidate was decided just now who is to be asked."""
    basis = _basis(background, candidate, background.seen[candidate.id])
    background.services.judged.note(row_key(candidate), basis)


def stands(background: Background, candidate: Candidate) -> bool:
    """Whether a candidate who was to be asked still is, by what is true now."""
    basis = _basis(background, candidate, background.facts(candidate))
    if background.services.judged.holds(row_key(candidate), basis):
        return True
    return background.look(candidate).outcome == Outcome.SEND


def _basis(background: Background, candidate: Candidate, facts: CustomerFacts) -> Basis:
    return (
        background.now.replace(second=0, microsecond=0),  # quiet hours begin with a minute
        background.services.config,
        candidate.schedule_id in background.paused,
        candidate.step,
        facts,
        background.trigger(candidate),
    )
