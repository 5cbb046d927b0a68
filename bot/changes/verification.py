"""Asking some days after every ending whether it helped: a change's, or a plain *Resolve*.

A person is asked once about all that ended at the same time, and not again before as many days
have passed. Silence stays unverified.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.changes.notices import (
    allowed_from,
    ask_later,
    change_behind,
    notice_of,
    recount,
    told_together,
)
from bot.core.events import ConversationEnded, FixVerified, TicketResolved
from bot.core.names import staff_name
from bot.core.rich import clipped
from bot.core.tongues import written_in
from bot.core.words import listed
from bot.core.work import Work
from bot.desk import tickets as desk_tickets
from bot.desk.speaking import who
from bot.desk.tongues import foreign_line
from bot.dialogue import conversations
from bot.identity.preferences import ALL
from flows.changes.verification import due_together, superseded
from flows.changes.wording import read_in
from flows.conversations import Piece
from flows.entities import (
    Account,
    Change,
    Customer,
    Notice,
    NoticeId,
    Outgoing,
    Priority,
    SendState,
    Ticket,
    TicketId,
    Timer,
)
from flows.entities.kinds import EntryKind, Purpose, TimerKind
from flows.entities.lifecycle import Refusal
from flows.entities.states import CHANGE_WORKS

FLOW = "verification"
LOOK_AGAIN = timedelta(hours=4)
"""When the question finds the customer in another conversation, it looks again after this."""
QUOTED = 300
"""UTF-16 units of the customer's words in the question."""
DONE = 1000
"""UTF-16 units of the words in which staff resolved a ticket in the question."""
NUMBERS = 20
"""Other complaints that the question names."""
VERDICTS = {"verified_yes": "yes", "verified_no": "no"}
"""What the outcome of a verification says, unless "partly" was pressed."""


# -- what is to be asked about ------------------------------------------------------------------


async def ticket_resolved(work: Work, resolved: TicketResolved) -> None:
    """Write down that a person is told of an ending in staff's own words, and ask them later.

    Whether it has reached them is looked at when they are asked.
    """
    ticket = resolved.ticket
    if not resolved.told or not ticket.chat_id:
        return
    notice = Notice(
        id=NoticeId(work.unit.new_id()),
        change_id=None,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        chat_id=ticket.chat_id,
        queued_at=work.now,
    )
    work.unit.add(notice)
    await ask_later(work, notice, work.now)


# -- asking -------------------------------------------------------------------------------------


async def verify_due(work: Work, timer: Timer) -> None:
    """Ask a person whether it helped, if the question still makes sense."""
    notice = await notice_of(work, timer.subject)
    if notice is None:
        return
    customer = await work.unit.get(Customer, notice.customer_id)
    if customer is None or {ALL, FLOW} & set(customer.stopped):
        return
    if not await _is_reachable(work, notice.chat_id):
        return
    written = await work.unit.changes.notices_for(customer.id)
    waiting = await _waiting(work, written, notice.id)
    if notice.id not in {each.id for each in waiting}:
        if await _is_on_its_way(work, notice):
            work.unit.set_timer(replace(timer, due_at=work.now + LOOK_AGAIN))
        return
    later = await _not_now(work, notice, customer, written)
    if later is not None:
        work.unit.set_timer(replace(timer, due_at=later))
        return
    after = work.services.config.verification.after.approximate()
    together = due_together(waiting, notice, work.now, after)
    for each in together:
        work.unit.put(replace(each, asked_at=work.now))
    await _ask(work, customer, notice, together)


async def _waiting(work: Work, written: Sequence[Notice], due: NoticeId) -> list[Notice]:
    """The endings of a person that they were told of, and about which a question makes sense.

    `due`: the one whose time has come, which it does only when they were told.
    """
    found = []
    for notice in written:
        if notice.asked_at or notice.verdict or superseded(notice, written):
            continue
        ticket = await work.unit.get(Ticket, notice.ticket_id)
        if ticket is None or ticket.state != "resolved":
            continue
        if ticket.resolved_at is not None and ticket.resolved_at > notice.queued_at:
            continue  # it was opened again, and has ended in another way since
        change = await change_behind(work, notice)
        if change is None:
            told_at = await _told_at(work, notice)
            if told_at is not None:
                found.append(replace(notice, delivered_at=told_at))
        elif (
            change.state in CHANGE_WORKS
            and change.round == notice.round
            and (notice.delivered_at is not None or notice.id == due)
        ):
            found.append(notice)
    return found


async def _told_at(work: Work, notice: Notice) -> datetime | None:
    """When a person read how staff resolved their ticket; None: they have not, for all we know."""
    rows = await _rows(work, notice)
    sent = [row.sent_at or row.created_at for row in rows if row.state is SendState.SENT]
    # Of what was sent long ago no row is kept.
    return max(sent) if sent else None if rows else notice.queued_at


async def _is_on_its_way(work: Work, notice: Notice) -> bool:
    if notice.change_id is not None:
        return False
    return any(row.state is SendState.WAITING for row in await _rows(work, notice))


async def _rows(work: Work, notice: Notice) -> list[Outgoing]:
    """The messages in which staff's words went to a ticket's customer."""
    rows = await work.unit.outbox.of_tickets([notice.ticket_id], Purpose.TOLD)
    return [
        row for row in rows if row.created_at == notice.queued_at and row.priority is Priority.RELAY
    ]  # what else they were told at that moment is of another priority


async def _is_reachable(work: Work, chat_id: int) -> bool:
    account: Account | None = await work.unit.customers.account(chat_id)
    if account is None or account.barred_at is not None:
        return False  # of somebody who is blocked no answer would be heard
    return account.blocked_at is None and account.gone_at is None


async def _not_now(
    work: Work, notice: Notice, customer: Customer, written: Sequence[Notice]
) -> datetime | None:
    """When to look again, if this is not the moment."""
    going_on = await work.unit.conversations.going_on([notice.chat_id])
    moment = work.now + LOOK_AGAIN if going_on else work.now
    asked = [each.asked_at for each in written if each.asked_at is not None]
    if asked:
        pause = work.services.config.verification.after.approximate()
        moment = max(moment, max(asked) + pause)
    allowed = allowed_from(work, moment, customer)
    return allowed if allowed > work.now else None


async def _ask(work: Work, customer: Customer, notice: Notice, together: Sequence[Notice]) -> None:
    ticket = await work.unit.get(Ticket, notice.ticket_id)
    if ticket is None:
        return
    language = work.services.language(*await who(work, ticket))
    change = await change_behind(work, notice)
    values = {"quote": clipped(ticket.words, QUOTED)}
    if change is None:
        values["done"] = await _resolution(work, ticket, language)
    else:
        values["change"] = _change_told(work, change, language)
        values["done"] = work.services.words.say(
            language, "closing.asked_change", change=values["change"]
        )
    others = [await work.unit.get(Ticket, each.ticket_id) for each in together]
    numbers = sorted(each.number for each in others if each and each.id != ticket.id)
    if numbers:
        named = listed((f"#{number}" for number in numbers[:NUMBERS]), language)
        also = work.services.words.say(language, "closing.asked_also", numbers=named)
        values["done"] += f"\n\n{also}"
    await conversations.begin(
        work,
        customer=customer,
        chat_id=notice.chat_id,
        flow=FLOW,
        values={"change": values["done"], **values},
        ticket_id=ticket.id,
        notice_id=notice.id,
    )


async def _resolution(work: Work, ticket: Ticket, language: str) -> str:
    """What staff wrote when they resolved a ticket, with a line that says in which language."""
    line = await foreign_line(work, ticket, ticket.resolution)
    entries = await work.unit.tickets.entries(ticket.id)
    by = next((each for each in reversed(entries) if each.kind == EntryKind.RESOLVED), None)
    name = staff_name(by.author_name, by.author_id) if by is not None and by.author_name else ""
    name = name or work.services.config.brand.name
    said = (f"\n{line}\n" if line else "") + clipped(ticket.resolution, DONE)
    return work.services.words.say(language, "closing.asked_resolved", name=name, text=said)


def _change_told(work: Work, change: Change, language: str) -> str:
    """What was done, in a language or with a line that says in which it is."""
    said = read_in(change, language, work.services.staff_language)
    line = written_in(work.services.words, language, said.language)
    return (f"\n{line}\n" if line else "") + said.text


# -- the answer ---------------------------------------------------------------------------------


async def conversation_ended(work: Work, ended: ConversationEnded) -> None:
    """Take in the answer of a conversation that asked whether it helped."""
    notice_id, outcome = ended.conversation.notice_id, ended.outcome
    if notice_id is None or outcome.kind not in VERDICTS:
        return
    partly = outcome.answers.get("helped") == "partly"
    verdict = "partly" if partly else VERDICTS[outcome.kind]
    await verified(work, notice_id, verdict, outcome.words)


async def verified(
    work: Work, notice_id: NoticeId, verdict: str, pieces: Sequence[Piece]
) -> Ticket | None:
    """Note a customer's answer to "did it help?": `yes`, `partly` or `no`.

    `yes` verifies all tickets that the question was about. Anything else opens the one again that
    it quoted, urgently, and shows staff the words; the others stay unverified, apart from those of
    the same change. Gives the ticket that it quoted. Raises ValueError for another verdict.
    """
    if verdict not in ("yes", "partly", "no"):
        raise ValueError(f"no verdict: {verdict!r}")
    notice = await work.unit.get(Notice, notice_id)
    if notice is None:
        return None
    about = {each.id: each for each in await told_together(work, notice)}
    if verdict == "yes" and notice.asked_at is not None:
        written = await work.unit.changes.notices_for(notice.customer_id)
        about |= {each.id: each for each in written if each.asked_at == notice.asked_at}
    for each in about.values():
        work.unit.put(replace(each, verdict=verdict, answered_at=work.now))
        await recount(work, each)
    await work.emit(FixVerified(notice, verdict))
    if verdict == "yes":
        return await _all_helped(work, notice, [each.ticket_id for each in about.values()])
    ticket = await work.unit.get(Ticket, notice.ticket_id)
    return await desk_tickets.did_not_help(work, ticket, verdict, pieces) if ticket else None


async def _all_helped(work: Work, notice: Notice, ids: Sequence[TicketId]) -> Ticket | None:
    asked: Ticket | None = None
    for ticket_id in ids:
        ticket = await work.unit.get(Ticket, ticket_id)
        done = await desk_tickets.helped(work, ticket) if ticket else None
        if ticket_id == notice.ticket_id:
            asked = ticket if isinstance(done, Refusal) else done
    return asked


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.VERIFY: verify_due}
"""What to do when a timer of this kind fires, by kind."""
