"""Telling people what became of their complaints.

Every person behind a change gets one closure notice each time that it is shipped. A notice waits
for the hours in which its reader likes to be written to. Whether it helped is asked some days
later (`bot.changes.verification`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.changes.views import ChangeViews, Count
from bot.core.delivery import Call, Composer, Failure, Reporter
from bot.core.events import NoticeDelivered, NoticeUndeliverable
from bot.core.rich import Rich
from bot.core.work import Work
from bot.desk import relay
from bot.desk.speaking import NO_PREVIEW, record, ticket_of, who
from bot.identity.time_zones import open_from, whereabouts, zone_name
from flows.changes.changes import TOLD, by_customer, told_round
from flows.entities import (
    Change,
    Customer,
    Notice,
    NoticeId,
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Ticket,
    Timer,
)
from flows.entities.kinds import EntryKind, Purpose, TimerKind
from flows.entities.refs import Ref, RefKind
from flows.entities.states import CHANGE_WORKS

COUNT_EVERY = timedelta(seconds=3)
"""The running count is edited at most this often."""
METHOD = "@notice"
"""The composed rows of notices."""
_ENDED = (SendState.FAILED, SendState.DOUBT, SendState.CANCELLED)


# -- telling ----------------------------------------------------------------------------------


async def tell(work: Work, change: Change, tickets: Sequence[Ticket]) -> None:
    """Write one closure notice for each person behind these tickets who has none yet.

    When it is shipped once more, those whom it had helped before are left in peace.
    """
    written = await work.unit.changes.notices_of(change.id)
    known = {notice.ticket_id for notice in written if notice.round == change.round}
    content = {notice.customer_id for notice in written if notice.verdict == "yes"}
    for mine in by_customer(
        each for each in tickets if each.id not in known and each.customer_id not in content
    ):
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
        dedupe=f"closure:{change.id}:{first.id}:{change.round}",
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
        round=change.round,
    )
    work.unit.add(notice)
    return notice


async def compose_notice(work: Work, row: Outgoing) -> Call | None:
    """Write a notice when it leaves: in the language that its reader has by then.

    It may have waited for the morning, and a text in their language may have come meanwhile. One
    that is too long for a message goes in several; none of them leaves if the one before did not.
    """
    notice = await notice_of(work, row.subject)
    change = await change_behind(work, notice)
    if notice is None or change is None or change.state == "not_helped":
        return None
    tickets = await _told_by(work, notice)
    if not tickets:
        return None
    text = await notice_text(work, change, tickets)
    first, *others = ({**page.params(), **NO_PREVIEW} for page in text.pages())
    return Call("sendMessage", first, [_page(work, row, n, p) for n, p in enumerate(others, 1)])


async def _told_by(work: Work, notice: Notice) -> list[Ticket]:
    """The tickets of a person that one message tells of, the oldest first."""
    same = await told_together(work, notice)
    found = [await work.unit.get(Ticket, each.ticket_id) for each in same]
    there = (ticket for ticket in found if ticket is not None and ticket.chat_id)
    return sorted(there, key=lambda ticket: ticket.number)


async def told_together(work: Work, notice: Notice) -> list[Notice]:
    """The notices that one message is for: of the same change, written at the same time."""
    if notice.change_id is None:
        return [notice]
    same = await work.unit.changes.notices_to(notice.customer_id, notice.change_id)
    return [each for each in same if each.queued_at == notice.queued_at]


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
    written = await work.unit.changes.notices_of(change.id)
    notices = [each for each in written if each.round == told_round(change)]
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
        silent=len({n.customer_id for n in notices if n.asked_at} - verdicts.keys()),
        corrected=len({n.customer_id for n in notices if n.setback_at}),
    )


async def report_closure(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Note that a person was told, and when to ask whether it helped; or say that they were not."""
    notice = await notice_of(work, row.subject)
    if notice is None:
        return
    if result.state is SendState.SENT and await _is_last_page(work, row):
        await _delivered(work, notice, result.at)
    elif result.state in (SendState.FAILED, SendState.DOUBT):
        if result.state is SendState.FAILED:  # in doubt it may have arrived
            why = failure.kind.value if failure is not None else ""
            await work.emit(NoticeUndeliverable(notice, why))
        ticket = await ticket_of(work, row.ticket_id)
        if ticket is not None:
            await relay.tell_failure(work, ticket, row, failure)
    await recount(work, notice)


async def recount(work: Work, notice: Notice) -> None:
    """Have the running count on the card of a notice's change brought up to date soon."""
    subject = str(notice.change_id)
    if notice.change_id and await work.unit.timers.pending(TimerKind.COUNT, subject) is None:
        work.unit.set_timer(Timer(TimerKind.COUNT, subject, work.now + COUNT_EVERY))


async def _is_last_page(work: Work, row: Outgoing) -> bool:
    """Tell whether a person has read all of a notice with this message."""
    pages = await work.unit.outbox.of_tickets(
        [row.ticket_id] if row.ticket_id else [], Purpose.CLOSURE
    )
    return all(each.id <= row.id for each in pages if each.subject == row.subject)


async def notice_of(work: Work, subject: str) -> Notice | None:
    """The notice that a row or a timer is about."""
    number = Ref.number(subject, RefKind.NOTICE)
    return None if number is None else await work.unit.get(Notice, NoticeId(number))


async def change_behind(work: Work, notice: Notice | None) -> Change | None:
    """The change that a notice tells of; None: staff resolved its ticket by itself."""
    if notice is None or notice.change_id is None:
        return None
    return await work.unit.get(Change, notice.change_id)


async def _delivered(work: Work, notice: Notice, at: datetime) -> None:
    for mine in await told_together(work, notice):
        if mine.delivered_at is None:
            work.unit.put(replace(mine, delivered_at=at))
    await work.emit(NoticeDelivered(notice))
    ticket = await work.unit.get(Ticket, notice.ticket_id)
    if ticket is not None:
        record(work, ticket, EntryKind.TOLD, at=at)
    change = await change_behind(work, notice)
    if change is not None and change.state in CHANGE_WORKS:
        await ask_later(work, notice, at)


async def ask_later(work: Work, notice: Notice, told_at: datetime) -> None:
    """Have the reader of a notice asked some days after they were told whether it helped."""
    customer = await work.unit.get(Customer, notice.customer_id)
    if customer is None:
        return
    zone = whereabouts(work.services, customer, work.now).zone
    due = work.services.config.verification.after.after(told_at, zone)
    due = allowed_from(work, due, customer)
    work.unit.set_timer(Timer(TimerKind.VERIFY, str(Ref(RefKind.NOTICE, notice.id)), due))


COMPOSERS: dict[str, Composer] = {METHOD: compose_notice}
REPORTERS: dict[str, Reporter] = {Purpose.CLOSURE: report_closure}
