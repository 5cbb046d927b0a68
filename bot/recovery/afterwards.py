"""What becomes of what was granted: it has happened, is taken back, or could not be done.

Functions that may refuse give the remedy's new form or why not; nothing is written then.
"""

from bot.core.events import RemedyCancelled, RemedyDone, TicketReopened
from bot.core.work import Work
from bot.desk import cards, clocks, topics
from bot.desk.speaking import record
from bot.recovery import saying
from flows.desk.watch import with_served
from flows.entities import LedgerLine, Remedy, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal
from flows.recovery.ledger import reversal_line
from flows.recovery.remedies import act

OUTSIDE = Person(None, "")
"""Who takes a grant back when a system of the business says that it could not be done."""


async def finish(work: Work, remedy: Remedy, ticket: Ticket, by: Person | None) -> Remedy | Refusal:
    """Note that it has happened, as staff or (None) a system of the business say."""
    done = act(remedy, "finish", work.now, by=by)
    if isinstance(done, Refusal):
        return done
    work.unit.put(done)
    record(work, ticket, EntryKind.REMEDY_DONE, by=by, text=f"R{done.number}")
    await saying.done(work, done, ticket, by)
    await cards.update_card(work, ticket)
    await work.emit(RemedyDone(done))
    return done


async def take_back(
    work: Work, remedy: Remedy, ticket: Ticket, by: Person, why: str
) -> Remedy | Refusal:
    """Take back what was granted, with a word to staff: a second line frees what it took.

    A code that was shown is not drawn again.
    """
    voided = act(remedy, "void", work.now, by=by, text=why)
    if isinstance(voided, Refusal):
        return voided
    line = await _reversed(work, voided, by)
    ticket = with_served(ticket, served=False)  # they wait for a person again
    work.unit.put(ticket)
    record(work, ticket, EntryKind.REMEDY_VOIDED, by=by, text=f"R{voided.number}")
    await saying.taken_back(work, voided, ticket, by, why)
    await cards.update_card(work, ticket)
    await work.emit(RemedyCancelled(voided, line, why))
    return voided


async def fail(
    work: Work, remedy: Remedy, ticket: Ticket, by: Person | None, why: str
) -> Remedy | Refusal:
    """Note that it could not be done, as staff or (None) a system of the business say.

    A second line frees what it took, so that what is granted instead is charged once. The customer
    hears that a person looks at it; a complaint that was done is open again, and urgent.
    """
    failed = act(remedy, "fail", work.now, by=by, text=why)
    if isinstance(failed, Refusal):
        return failed
    line = await _reversed(work, failed, by or OUTSIDE)
    record(work, ticket, EntryKind.REMEDY_FAILED, by=by, text=f"R{failed.number}")
    ticket = await _raised(work, ticket)
    await saying.failed(work, failed, ticket, by, why)
    await cards.update_card(work, ticket)
    await work.emit(RemedyCancelled(failed, line, why))
    return failed


async def _reversed(work: Work, remedy: Remedy, by: Person) -> LedgerLine:
    granted = await work.unit.ledger.grant_of(remedy.id)
    assert granted is not None, "what was granted has its line"  # noqa: S101
    line = reversal_line(work.unit.new_id(), granted, work.now, by)
    await work.unit.ledger.write(line)
    work.unit.put(remedy)
    return line


async def _raised(work: Work, ticket: Ticket) -> Ticket:
    """What failed is urgent, and its customer waits for an answer; what was done is open again."""
    if not ticket.chat_id:
        return ticket
    raised = clocks.do(work, ticket, "fail")
    assert not isinstance(raised, Refusal), "a complaint can fail in every state"  # noqa: S101
    work.unit.put(raised)
    if raised.reopened != ticket.reopened:
        record(work, raised, EntryKind.REOPENED)
        topics.open_again(work, raised)
        await work.emit(TicketReopened(raised, "staff"))
    return raised
