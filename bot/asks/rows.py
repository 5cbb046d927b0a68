"""The rows by which schedules speak: written with what was decided, composed when they leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.core.work import Work
from flows.entities import Candidate, CandidateId, OutboxId, Outgoing, Priority
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind
from flows.entities.replaced import replaced

ASK, INFORM = "@ask", "@inform"
"""The composed rows that begin a conversation, and that tell something."""
ATTEMPT = "attempt"
"""Key in a candidate's record: how many rows were written for it."""


def asked_once_more(candidate: Candidate, now: datetime) -> Candidate:
    """A candidate for whom one more row is to be written now."""
    record = dict(candidate.reason) | {ATTEMPT: attempts(candidate) + 1}
    return replaced(candidate, asked_at=now, reason=record)


def write_row(
    work: Work,
    candidate: Candidate,
    chat_id: int,
    method: str = ASK,
    params: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Write the row in a lane of its own: a reply to the same chat never waits behind it."""
    work.call(
        chat_id,
        method,
        dict(params),
        purpose=Purpose.ASK,
        priority=Priority.ASK,
        lane=f"ask:{chat_id}",
        customer_id=candidate.customer_id,
        subject=str(Ref(RefKind.CANDIDATE, candidate.id)),
        dedupe=row_key(candidate),
    )


def row_key(candidate: Candidate) -> str:
    """What tells the last row of a candidate from every other."""
    return f"ask:{candidate.id}:{attempts(candidate)}"


def attempts(candidate: Candidate) -> int:
    """How many rows were written for a candidate so far."""
    return int(candidate.reason.get(ATTEMPT, 0))


def candidate_of(row: Outgoing) -> CandidateId | None:
    """The id of the candidate whom a row is about; None: it is about something else."""
    number = Ref.number(row.subject, RefKind.CANDIDATE)
    return None if number is None else CandidateId(number)


async def still_waiting(work: Work, rows: Sequence[Outgoing]) -> dict[OutboxId, Candidate]:
    """Find the candidates of those rows that were asked and have not answered."""
    numbers = {row.id: number for row in rows if (number := candidate_of(row)) is not None}
    found = await work.unit.schedules.by_ids(numbers.values())
    return {
        row_id: candidate
        for row_id, number in numbers.items()
        if (candidate := found.get(number)) is not None
        and candidate.asked_at is not None
        and candidate.answered_at is None
    }
