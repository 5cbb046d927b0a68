"""Telling people what became of their complaints, and asking some days later whether it helped.

Every person behind a change gets one closure notice. A notice waits for the hours in which its
reader likes to be written to.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.changes.views import ChangeViews, Count
from bot.core.delivery import Call, Composer, Failure, Reporter
from bot.core.events import ConversationEnded, FixVerified, NoticeDelivered
from bot.core.rich import Rich, clipped
from bot.core.tongues import written_in
from bot.core.work import Work
from bot.desk import relay
from bot.desk import tickets as desk_tickets
from bot.desk.speaking import NO_PREVIEW, record, ticket_of, who
from bot.dialogue import conversations
from bot.identity.time_zones import open_from, whereabouts, zone_name
from flows.changes.changes import TOLD, by_customer
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
    SendResult,
    SendState,
    Ticket,
    TicketId,
    Timer,
)
from flows.entities.kinds import EntryKind, Purpose, TimerKind
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind

COUNT_EVERY = timedelta(seconds=3)
"""The running count is edited at most this often."""
LOOK_AGAIN = timedelta(hours=4)
"""When a verification finds the customer in another conversation, it looks again after this."""
QUOTED = 300
"""UTF-16 units of the customer's words in the verification question."""
VERDICTS = {"verified_yes": "yes", "verified_no": "no"}
"""What the outcome of a verification says, unless "partly" was pressed."""
METHOD = "@notice"
"""The composed rows of notices."""
_ENDED = (SendState.FAILED, SendState.DOUBT, SendState.CANCELLED)


# -- telling ----------------------------------------------------------------------------------


async def tell(work: Work, change: Change, tickets: Sequence[Ticket]) -> None:
    """Write one closure notice for each person behind these tickets who has none yet."""
    known = {notice.ticket_id for notice in await work.unit.changes.notices_of(change.id)}
    for mine in by_customer(ticket for ticket in tickets if ticket.id not in known):
        customer = await work.unit.get(Customer, mine[0].customer_id)
        if customer is not None:
            await _tell_one(work, change, mine, customer)


async def _tell_one(
    work: Work, change: Change, tickets: Sequence[Ticket], customer: Customer
) -> None:
    notices = [_notice(work, change, ticket) for ticket in tickets]
    first = tickets[0]
    work.call(
        first.chat_id,
        METHOD,
        {"change": change.id},
        purpose=Purpose.CLOSURE,
        priority=Priority.CLOSURE,
        lane=f"closure:{first.chat_id}",
        customer_id=customer.id,
        ticket=first,
        subject=str(Ref(RefKind.NOTICE, notices[0].id)),
        dedupe=f"closure:{change.id}:{first.id}",
        not_before=_later_or_none(work, work.now, customer),
    )


def _notice(work: Work, change: Change, ticket: Ticket) -> Notice:
    notice = Notice(
        id=NoticeId(work.unit.new_id()),
        change_id=change.id,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        chat_id=ticket.chat_id,
        queued_at=work.now,
    )
    work.unit.add(notice)
    return notice


async def compose_notice(work: Work, row: Outgoing) -> Call | None:
    """Write a notice when it leaves: in the language that its reader has by then.

    It may have waited for the morning, and a text in their language may have come meanwhile. One
    that is too long for a message goes in several; none of them leaves if the one before did not.
    """
    notice = await _notice_of(work, row.subject)
    if notice is None:
        return None
    change = await work.unit.get(Change, notice.change_id)
    tickets = await _told_by(work, notice)
    if change is None or not tickets:
        return None
    text = await notice_text(work, change, tickets)
    first, *others = ({**page.params(), **NO_PREVIEW} for page in text.pages())
    return Call("sendMessage", first, [_page(work, row, n, p) for n, p in enumerate(others, 1)])


async def _told_by(work: Work, notice: Notice) -> list[Ticket]:
    """The tickets of a person that one message tells of, the oldest first."""
    same = [each for each in await _of_same_person(work, notice) if _leave_together(each, notice)]
    found = [await work.unit.get(Ticket, each.ticket_id) for each in same]
    there = (ticket for ticket in found if ticket is not None and ticket.chat_id)
    return sorted(there, key=lambda ticket: ticket.number)


def _leave_together(one: Notice, other: Notice) -> bool:
    return one.queued_at == other.queued_at


def _page(work: Work, row: Outgoing, number: int, params: Mapping[str, Any]) -> Outgoing:
    """A further message of a notice, to leave after its first."""
    return Outgoing(
        chat_id=row.chat_id,
        method="sendMessage",
        params=params,
        purpose=row.purpose,
        priority=row.priority,
        lane=row.lane,
        created_at=work.now,
        ticket_id=row.ticket_id,
        customer_id=row.customer_id,
        subject=row.subject,
        dedupe=f"{row.dedupe}/{number}",
    )


async def notice_text(work: Work, change: Change, tickets: Sequence[Ticket]) -> Rich:
    """The notice as the customer of these tickets reads it."""
    customer, account = await who(work, tickets[0])
    views = ChangeViews(work.services.words, work.services.language(customer, account))
    zone = zone_name(work.services, customer, work.now)
    brand = work.services.config.brand.name
    return views.notice(change, tickets, zone, brand, work.services.staff_language)


def allowed_from(work: Work, moment: datetime, customer: Customer) -> datetime:
    """The first moment from `moment` on at which this customer may be written to."""
    return open_from(work.services, customer, moment)


def _later_or_none(work: Work, moment: datetime, customer: Customer) -> datetime | None:
    allowed = allowed_from(work, moment, customer)
    return allowed if allowed > moment else None


async def not_now(work: Work, row: Outgoing) -> datetime | None:
    """Until when a notice has to wait because its reader's quiet hours have begun.

    They were looked at when the notice was written; it may have waited since, behind others or
    while Verso was not running.
    """
    customer = await work.unit.get(Customer, row.customer_id) if row.customer_id else None
    return None if customer is None else _later_or_none(work, work.now, customer)


async def count(work: Work, change: Change, tickets: Sequence[Ticket]) -> Count:
    """Count the people behind a change: who was told, who could not be, whom it helped."""
    if change.state not in TOLD:
        return Count(people=len(by_customer(tickets)))
    notices = await work.unit.changes.notices_of(change.id)
    rows = await work.unit.outbox.of_tickets([ticket.id for ticket in tickets], Purpose.CLOSURE)
    mine = {str(Ref(RefKind.NOTICE, notice.id)): notice for notice in notices}
    lost = [row for row in rows if row.subject in mine and row.state in _ENDED]
    accounts = await work.unit.customers.at_accounts({row.chat_id for row in lost})
    blocked = {
        row.customer_id
        for row in lost
        if row.chat_id in accounts and accounts[row.chat_id][0].blocked_at is not None
    }
    told = {notice.customer_id for notice in notices if notice.delivered_at is not None}
    people = {notice.customer_id for notice in notices}
    verdicts = {n.customer_id: n.verdict for n in notices if n.verdict}
    failed = {row.customer_id for row in lost} - blocked - told
    return Count(
        people=len(people),
        told=len(told),
        blocked=len(blocked - told),
        failed=len(failed),
        helped=sum(verdict == "yes" for verdict in verdicts.values()),
        not_helped=sum(verdict in ("no", "partly") for verdict in verdicts.values()),
    )


async def report_closure(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Note that a person was told, and when to ask whether it helped; or say that they were not."""
    notice = await _notice_of(work, row.subject)
    if notice is None:
        return
    if result.state is SendState.SENT and await _is_last_page(work, row):
        await _delivered(work, notice, result.at)
    elif result.state in (SendState.FAILED, SendState.DOUBT):
        ticket = await ticket_of(work, row.ticket_id)
        if ticket is not None:
            await relay.tell_failure(work, ticket, row, failure)
    if await work.unit.timers.pending(TimerKind.COUNT, str(notice.change_id)) is None:
        work.unit.set_timer(Timer(TimerKind.COUNT, str(notice.change_id), work.now + COUNT_EVERY))


async def _is_last_page(work: Work, row: Outgoing) -> bool:
    """Tell whether a person has read all of a notice with this message."""
    pages = await work.unit.outbox.of_tickets(
        [row.ticket_id] if row.ticket_id else [], Purpose.CLOSURE
    )
    return all(each.id <= row.id for each in pages if each.subject == row.subject)


async def _notice_of(work: Work, subject: str) -> Notice | None:
    number = Ref.number(subject, RefKind.NOTICE)
    return None if number is None else await work.unit.get(Notice, NoticeId(number))


async def _delivered(work: Work, notice: Notice, at: datetime) -> None:
    for mine in await _of_same_person(work, notice):
        if mine.delivered_at is None and _leave_together(mine, notice):
            work.unit.put(replace(mine, delivered_at=at))
    await work.emit(NoticeDelivered(notice))
    ticket = await work.unit.get(Ticket, notice.ticket_id)
    if ticket is not None:
        record(work, ticket, EntryKind.TOLD, at=at)
    change = await work.unit.get(Change, notice.change_id)
    customer = await work.unit.get(Customer, notice.customer_id)
    if change is not None and change.state == "shipped" and customer is not None:
        due = work.services.config.verification.after.after(at, _zone(work, customer))
        due = allowed_from(work, due, customer)
        work.unit.set_timer(Timer(TimerKind.VERIFY, str(Ref(RefKind.NOTICE, notice.id)), due))


def _zone(work: Work, customer: Customer) -> ZoneInfo:
    return whereabouts(work.services, customer, work.now).zone


async def _of_same_person(work: Work, notice: Notice) -> list[Notice]:
    return await work.unit.changes.notices_to(notice.customer_id, notice.change_id)


# -- asking whether it helped -------------------------------------------------------------------


async def verify_due(work: Work, timer: Timer) -> None:
    """Ask whether a change helped, if the question still makes sense."""
    notice = await _notice_of(work, timer.subject)
    if notice is None or notice.verdict:
        return
    change = await work.unit.get(Change, notice.change_id)
    ticket = await work.unit.get(Ticket, notice.ticket_id)
    customer = await work.unit.get(Customer, notice.customer_id)
    if change is None or ticket is None or customer is None:
        return
    if change.state != "shipped" or ticket.state != "resolved" or "*" in customer.stopped:
        return
    if not await _is_reachable(work, notice.chat_id):
        return
    later = await _not_now(work, notice, customer)
    if later is not None:
        work.unit.set_timer(replace(timer, due_at=later))
        return
    await conversations.begin(
        work,
        customer=customer,
        chat_id=notice.chat_id,
        flow="verification",
        values={
            "quote": clipped(ticket.words, QUOTED),
            "change": await _change_told(work, change, ticket),
        },
        ticket_id=ticket.id,
        notice_id=notice.id,
    )


async def _change_told(work: Work, change: Change, ticket: Ticket) -> str:
    """What was done, in the language of a ticket's customer or with a line that says which."""
    language = work.services.language(*await who(work, ticket))
    said = read_in(change, language, work.services.staff_language)
    foreign = written_in(work.services.words, language, said.language)
    return f"\n{foreign}\n{said.text}" if foreign else said.text


async def _is_reachable(work: Work, chat_id: int) -> bool:
    account: Account | None = await work.unit.customers.account(chat_id)
    if account is None or account.barred_at is not None:
        return False  # of somebody who is blocked no answer would be heard
    return account.blocked_at is None and account.gone_at is None


async def _not_now(work: Work, notice: Notice, customer: Customer) -> datetime | None:
    """When to look again, if this is not the moment."""
    going_on = await work.unit.conversations.going_on([notice.chat_id])
    moment = work.now + LOOK_AGAIN if going_on else work.now
    allowed = allowed_from(work, moment, customer)
    return allowed if allowed > work.now else None


async def conversation_ended(work: Work, ended: ConversationEnded) -> None:
    """Take in the answer of a conversation that asked whether a change helped."""
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

    `yes` verifies this person's tickets of the change; anything else opens the ticket that was
    asked about again, urgently, and shows staff the words. Gives that ticket. Raises ValueError
    for another verdict.
    """
    if verdict not in ("yes", "partly", "no"):
        raise ValueError(f"no verdict: {verdict!r}")
    notice = await work.unit.get(Notice, notice_id)
    if notice is None:
        return None
    same = await _of_same_person(work, notice)
    for mine in same:
        work.unit.put(replace(mine, verdict=verdict, answered_at=work.now))
    await _recount(work, notice)
    await work.emit(FixVerified(notice, verdict))
    if verdict == "yes":
        return await _all_helped(work, notice, [mine.ticket_id for mine in same])
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


async def _recount(work: Work, notice: Notice) -> None:
    work.unit.set_timer(Timer(TimerKind.COUNT, str(notice.change_id), work.now + COUNT_EVERY))


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.VERIFY: verify_due}
"""What to do when a timer of this kind fires, by kind."""
COMPOSERS: dict[str, Composer] = {METHOD: compose_notice}
REPORTERS: dict[str, Reporter] = {Purpose.CLOSURE: report_closure}
