"""Telling people what became of their complaints.

Every person behind a change gets one closure notice each time that it is shipped. A notice waits
for the hours in which its reader likes to be written to. Whether it helped is asked some days
later (`bot.changes.verification`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from bot.changes.report_views import Count
from bot.changes.views import ChangeViews
from bot.core.book_links import links_of
from bot.core.delivery import Call, Composer, Failure, Preparation, Reporter
from bot.core.events import NoticeDelivered, NoticeUndeliverable
from bot.core.expected import Expected
from bot.core.rich import Rich
from bot.core.work import Work
from bot.desk import relay
from bot.desk.speaking import NO_PREVIEW, record, ticket_of, who
from bot.identity.time_zones import open_from, whereabouts, zone_name
from flows.changes.changes import TOLD, by_customer, told_round
from flows.entities import (
    Change,
    Customer,
    CustomerId,
    Draft,
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
from flows.entities.lifecycle import Person
from flows.entities.refs import Ref, RefKind
from flows.entities.states import CHANGE_WORKS

COUNT_EVERY = timedelta(seconds=3)
"""The running count is edited at most this often."""
METHOD = "@notice"
"""The composed rows of notices."""


# -- telling ----------------------------------------------------------------------------------


async def tell(work: Work, change: Change, tickets: Sequence[Ticket]) -> None:
    """Write one closure notice for each person behind these tickets who has none yet.

    When it is shipped once more, those whom it had helped before are left in peace.
    """
    people = {ticket.customer_id for ticket in tickets}
    await work.unit.changes.load_notices(people)
    customers = await work.unit.customers.by_ids(people)
    for mine in by_customer(tickets):
        customer = customers.get(mine[0].customer_id)
        if customer is not None:
            written = await work.unit.changes.notices_to(customer.id, change.id)
            _tell_one(work, change, untold(change, mine, written), customer)


def untold(change: Change, mine: Sequence[Ticket], written: Sequence[Notice]) -> Sequence[Ticket]:
    """The complaints of one person that a change is still to be told of.

    `written`: the notices of the change to them.
    """
    if any(notice.verdict == "yes" for notice in written):
        return ()
    known = {notice.ticket_id for notice in written if notice.round == change.round}
    return [ticket for ticket in mine if ticket.id not in known]


def _tell_one(work: Work, change: Change, tickets: Sequence[Ticket], customer: Customer) -> None:
    if not tickets:
        return
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
    text = await notice_text(
        work, change, tickets, await draft_for(work, change, notice.customer_id)
    )
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


async def notice_text(
    work: Work, change: Change, tickets: Sequence[Ticket], draft: Draft | None = None
) -> Rich:
    """The notice as the customer of these tickets reads it; `draft`: what is theirs alone."""
    customer, account = await who(work, tickets[0])
    views = ChangeViews(work.services.words, work.services.language(customer, account))
    zone = zone_name(work.services, customer, work.now)
    brand = work.services.config.brand.name
    text = views.notice(change, tickets, zone, brand, work.services.staff_language, draft)
    return text + views.on_web((await links_of(work, [change.id])).get(change.id, ""))


async def draft_for(work: Work, change: Change, customer_id: CustomerId) -> Draft | None:
    """What differs in the notice to somebody in this round of a change; None: nothing."""
    return (await work.unit.telling.drafts(change.id, change.round)).get(customer_id)


def as_shipped(work: Work, change: Change, by: Person) -> Change:
    """A change as it would be if it were shipped now, for a preview."""
    return replace(
        change, state="shipped", shipped_at=work.now, author_id=by.id, author_name=by.name
    )


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


async def count(work: Work, change: Change) -> Count:
    """Count the people behind a change: who was told, who could not be, whom it helped."""
    if change.state not in TOLD:
        return Count(people=(await work.unit.telling.size(change.id)).people)
    round_ = told_round(change)
    found = await work.unit.telling.progress(change.id, round_, work.now)
    values = {each.name: getattr(found, each.name) for each in fields(found)}
    return Count(**values, left_out=len(await left_out(work, change)))


async def left_out(work: Work, change: Change) -> set[CustomerId]:
    """Those whom staff do not want told in the round of which the change is."""
    drafts = await work.unit.telling.drafts(change.id, told_round(change))
    marked = {customer_id for customer_id, draft in drafts.items() if draft.left_out}
    return await work.unit.telling.behind(change.id, marked) if marked else marked


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
    if row.ticket_id is None:
        return True
    waiting = await work.unit.outbox.waiting_of(row.ticket_id, "sendMessage")
    return not any(
        each.purpose == row.purpose and each.subject == row.subject and each.id > row.id
        for each in waiting
    )


async def before_reports(work: Work, rows: Sequence[Outgoing]) -> None:
    """Read at once what the reports of many notices will look for one by one."""
    ids = {row.ticket_id for row in rows if row.ticket_id is not None}
    await work.unit.outbox.load(tickets=ids)
    people = {row.customer_id for row in rows if row.customer_id is not None}
    await work.unit.customers.by_ids(people)
    await work.unit.customers.at_accounts({row.chat_id for row in rows})
    await work.unit.changes.load_notices(people)


async def load(work: Work, expected: Expected) -> None:
    """Read at once what composing many notices will look for one by one."""
    if METHOD in expected.methods:
        tickets = await work.unit.get_all(Ticket, expected.tickets)
        people = {ticket.customer_id for ticket in tickets.values()}
        await work.unit.customers.by_ids(people)
        await work.unit.changes.load_notices(people)
        notices = [each for who in people for each in await work.unit.changes.notices_for(who)]
        await work.unit.get_all(Ticket, [each.ticket_id for each in notices])


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
    ticket = await work.unit.get(Ticket, notice.ticket_id)
    language = await _language_of(work, ticket)
    for mine in await told_together(work, notice):
        if mine.delivered_at is None:
            work.unit.put(replace(mine, delivered_at=at, language=language))
    await work.emit(NoticeDelivered(notice))
    if ticket is not None:
        record(work, ticket, EntryKind.TOLD, at=at)
    change = await change_behind(work, notice)
    if change is not None and change.state in CHANGE_WORKS:
        await ask_later(work, notice, at)


async def _language_of(work: Work, ticket: Ticket | None) -> str:
    return work.services.language(*await who(work, ticket)) if ticket is not None else ""


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
BEFORE_REPORTS: dict[str, Preparation] = {Purpose.CLOSURE: before_reports}
