"""Saying honestly that a change has not helped, to those who were told that it works.

Nothing is said before a member of staff has seen whom it goes to. Each hears it once a round.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.changes import notices
from bot.changes.progress_views import Setback
from bot.core.delivery import Call, Composer, Failure, Reporter
from bot.core.names import day
from bot.core.rich import Rich, bold, italic, quote, shortened
from bot.core.tongues import written_in
from bot.core.work import Work
from bot.desk import relay
from bot.desk.speaking import NO_PREVIEW, customer_names, ticket_of, who
from bot.identity.time_zones import zone_name
from flows.changes.changes import has_failed
from flows.changes.wording import read_in
from flows.entities import (
    Change,
    Customer,
    CustomerId,
    Notice,
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Ticket,
    Timer,
)
from flows.entities.kinds import Purpose, TimerKind
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind

METHOD = "@setback"
KEPT = timedelta(days=30)
"""For how long it is remembered who is left out."""
QUOTED, TEXT = 1200, 1000
"""UTF-16 units of the customer's words and of what we had told them."""


async def untold(work: Work, change: Change) -> dict[CustomerId, list[Notice]]:
    """Who was told of a change that has not helped and has not heard that, with their notices.

    Those whom it helped, as they say, hear nothing: for them nothing has changed.
    """
    if not has_failed(change):
        return {}
    found: dict[CustomerId, list[Notice]] = {}
    content: set[CustomerId] = set()
    for notice in await work.unit.changes.notices_of(change.id):
        if notice.round != change.round - 1 or notice.delivered_at is None or not notice.chat_id:
            continue
        if notice.verdict == "yes" or notice.setback_queued_at is not None:
            content.add(notice.customer_id)
        found.setdefault(notice.customer_id, []).append(notice)
    return {each: mine for each, mine in found.items() if each not in content}


async def preview(work: Work, change: Change) -> Setback | None:
    """Who would be told, and what the first of them would read; None: nobody is left."""
    people = await untold(work, change)
    firsts = [await work.unit.get(Ticket, mine[0].ticket_id) for mine in people.values()]
    tickets = [ticket for ticket in firsts if ticket is not None]
    if not tickets:
        return None
    left_out = await left_out_of(work, change)
    meant = [ticket for ticket in tickets if ticket.customer_id not in left_out] or tickets
    sample = await _text(work, change, meant[0], people[meant[0].customer_id][0])
    return Setback(list(people), await customer_names(work, tickets), left_out, sample)


def _of_round(change: Change) -> str:
    return f"{change.id}:{change.round}"


async def left_out_of(work: Work, change: Change) -> set[CustomerId]:
    """Those whom staff do not want told."""
    timer = await work.unit.timers.pending(TimerKind.LEFT_OUT, _of_round(change))
    return set() if timer is None else {CustomerId(each) for each in timer.data["people"]}


async def leave_out(work: Work, change: Change, customer_id: CustomerId) -> bool:
    """Leave somebody out, or take them in again; False: they are not among those to be told."""
    if customer_id not in await untold(work, change):
        return False
    left_out = await left_out_of(work, change) ^ {customer_id}
    data = {"people": sorted(left_out)}
    timer = Timer(TimerKind.LEFT_OUT, _of_round(change), work.now + KEPT, data)
    work.unit.set_timer(timer)
    return True


async def tell(work: Work, change: Change) -> int | Refusal:
    """Tell all but those who are left out; give how many, or why nobody."""
    if not has_failed(change):
        return Refusal("not_failed")
    left_out = await left_out_of(work, change)
    count = 0
    for customer_id, mine in (await untold(work, change)).items():
        customer = await work.unit.get(Customer, customer_id)
        ticket = await work.unit.get(Ticket, mine[0].ticket_id)
        if customer is not None and ticket is not None and customer_id not in left_out:
            _tell_one(work, customer, ticket, mine)
            count += 1
    return count or Refusal("nobody_to_tell")


def _tell_one(work: Work, customer: Customer, ticket: Ticket, mine: Sequence[Notice]) -> None:
    first = mine[0]
    for notice in mine:
        work.unit.put(replace(notice, setback_queued_at=work.now))
    allowed = notices.allowed_from(work, work.now, customer)
    work.call(
        first.chat_id,
        METHOD,
        {},
        purpose=Purpose.SETBACK,
        priority=Priority.CLOSURE,
        lane=f"closure:{first.chat_id}",
        customer_id=customer.id,
        ticket=ticket,
        subject=str(Ref(RefKind.NOTICE, first.id)),
        dedupe=f"setback:{first.id}",
        not_before=allowed if allowed > work.now else None,
    )


async def compose(work: Work, row: Outgoing) -> Call | None:
    """Write it when it leaves; not once the change has been shipped again or declined."""
    notice = await notices.notice_of(work, row.subject)
    change = await notices.change_behind(work, notice)
    ticket = await ticket_of(work, notice.ticket_id) if notice is not None else None
    if notice is None or change is None or ticket is None or not ticket.chat_id:
        return None
    if not has_failed(change):
        return None
    text = await _text(work, change, ticket, notice)
    return Call("sendMessage", {**text.params(), **NO_PREVIEW})


async def _text(work: Work, change: Change, ticket: Ticket, notice: Notice) -> Rich:
    """What the customer of this ticket reads."""
    customer, account = await who(work, ticket)
    language = work.services.language(customer, account)
    zone = zone_name(work.services, customer, work.now)

    def say(key: str, **values: object) -> str:
        return work.services.words.say(language, f"closing.{key}", **values)

    rich = Rich()
    if ticket.words.strip():
        said = shortened(ticket.words, ticket.formatting.get("words", ()), QUOTED)
        rich = work.services.words.say(language, "changes.you_said") + "\n" + quote(*said) + "\n\n"
    when = day(notice.delivered_at or notice.queued_at, zone, language)
    if change.state == "not_helped":
        text = read_in(change, language, work.services.staff_language)
        rich = rich + say("told_setback", when=when) + "\n"
        if foreign := written_in(work.services.words, language, text.language):
            rich = rich + italic(foreign) + "\n"
        rich = rich + quote(*shortened(text.text, text.entities, TEXT))
    else:  # what they read may have been written anew since
        rich = rich + say("told_setback_bare", when=when)
    rich = rich + "\n\n" + bold(say("told_setback_still"))
    return rich + "\n" + say("told_setback_next")


async def report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Note that a person has heard it; or say that they have not."""
    notice = await notices.notice_of(work, row.subject)
    if notice is None:
        return
    if result.state is SendState.SENT:
        for mine in await _heard_together(work, notice):
            work.unit.put(replace(mine, setback_at=result.at))
    elif result.state in (SendState.FAILED, SendState.DOUBT):
        ticket = await ticket_of(work, notice.ticket_id)
        if ticket is not None:
            await relay.tell_failure(work, ticket, row, failure)
    await notices.recount(work, notice)


async def _heard_together(work: Work, notice: Notice) -> Sequence[Notice]:
    if notice.change_id is None:
        return [notice]
    same = await work.unit.changes.notices_to(notice.customer_id, notice.change_id)
    return [each for each in same if each.setback_queued_at == notice.setback_queued_at]


async def forget(work: Work, timer: Timer) -> None:
    """Forget who was left out."""


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.LEFT_OUT: forget}
"""What to do when a timer of this kind fires, by kind."""
COMPOSERS: dict[str, Composer] = {METHOD: compose}
REPORTERS: dict[str, Reporter] = {Purpose.SETBACK: report}
