"""Kinds of messages, as customers tell them apart: each conversation that schedules begin, what is
told of changes, and everything else that is told without asking.

Not each schedule: the titles of those are for admins, and "Win back" is nothing to be read by
somebody who is to be won back.
"""

from collections.abc import Iterable, Sequence

from bot.core.services import Services
from bot.core.work import Work
from flows.asks.campaigns import KIND, campaign_of
from flows.config import INFORM, Schedule
from flows.conversations import STOP_NAME
from flows.entities import Candidate, Customer

OFFERED = 4
"""Kinds that are offered to be stopped, those asked last."""

OTHER = "kinds.other"


def kind_of(schedule: Schedule) -> str:
    """The kind that a schedule's messages are."""
    return schedule.stopped_as


def is_kind(services: Services, kind: str) -> bool:
    """Tell whether there is such a kind; what buttons carry is hostile."""
    known = kind in (KIND, INFORM) or kind in services.flows.names()
    return known or services.config.schedule(kind) is not None


def kinds_asked(services: Services, candidates: Iterable[Candidate]) -> list[str]:
    """The kinds of the questions that were asked, the last one first."""
    asked = sorted(
        (each for each in candidates if each.asked_at is not None),
        key=lambda each: each.asked_at or each.created_at,
        reverse=True,
    )
    kinds = (_kind_asked(services, each) for each in asked)
    return list(dict.fromkeys(kind for kind in kinds if kind))[:OFFERED]


def _kind_asked(services: Services, candidate: Candidate) -> str:
    """The kind of what a candidate was asked or told; empty for a schedule that is gone."""
    if campaign_of(candidate.schedule_id) is not None:
        return KIND
    schedule = services.config.schedule(candidate.schedule_id)
    return kind_of(schedule) if schedule is not None else ""


async def to_stop(work: Work, customer: Customer, language: str) -> list[tuple[str, str]]:
    """The kinds that a customer was asked and has not stopped, with what they call them."""
    found = await work.unit.schedules.candidates_of([customer.id])
    asked = kinds_asked(work.services, found.get(customer.id, ()))
    return labelled(
        work.services, [kind for kind in asked if kind not in customer.stopped], language
    )


def labelled(services: Services, kinds: Sequence[str], language: str) -> list[tuple[str, str]]:
    """Kinds with what customers call them; those without a name of their own share one."""
    return [(kind, _label(services, kind, language)) for kind in dict.fromkeys(kinds)]


def _label(services: Services, kind: str, language: str) -> str:
    own = services.flows.latest(kind).definition.texts if kind in services.flows.names() else {}
    if name := own.get(STOP_NAME, {}).get(language):
        return name
    key = f"kinds.{kind}"
    known = key in services.words.keys(language)
    return services.words.say(language, key if known else OTHER)
