"""Passing praise on: to the team in one message, to the person meant in their own chat.

What waits for a group is shown together, so that much praise on one day is one message and no
noise; a minute before, it can be taken back and nobody has read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.delivery import Failure, Reporter
from bot.core.events import GroupMoved
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work, inline, lane_beside, lane_of
from bot.desk.speaking import NO_PREVIEW, QUIET
from bot.identity import accounts
from bot.identity.erasure import FRESH
from bot.identity.time_zones import open_from
from bot.praise.views import PraiseViews, Read
from flows.entities import (
    PRAISED,
    Account,
    Customer,
    Group,
    Outgoing,
    Praise,
    PraiseId,
    Priority,
    SendResult,
    SendState,
    Timer,
    Whom,
)
from flows.entities.kinds import Purpose, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.praise.rules import CHOOSING, is_due, thank

TOGETHER = 6
"""Praises in one message of a group."""
MONTH = timedelta(days=30)


def views_in(work: Work, language: str) -> PraiseViews:
    """Views in a language, by the brand's clock."""
    return PraiseViews(work.services.words, language, work.services.config.brand.time_zone)


async def read_of(work: Work, praises: Sequence[Praise]) -> list[Read]:
    """Praises with the names of their authors."""
    people = await work.unit.customers.by_ids({each.customer_id for each in praises})
    linked = await work.unit.customers.at_accounts({each.chat_id for each in praises})
    return [
        Read.of(each, people.get(each.customer_id), linked.get(each.chat_id, (None, None))[0])
        for each in praises
    ]


# -- the team -------------------------------------------------------------------------------------


async def due(work: Work, timer: Timer) -> None:
    """Show a group what waits for it; the rest waits for its authors to choose."""
    waiting = await work.unit.praises.unshown(int(timer.subject), TOGETHER + 1)
    ready = [each for each in waiting if is_due(each, work.now)][:TOGETHER]
    rest = [each for each in waiting if each not in ready]
    group = work.services.group_at(int(timer.subject))
    if ready and group is not None:
        await _show(work, group, ready)
    if rest:
        later = min(each.at + CHOOSING for each in rest)
        work.unit.set_timer(replace(timer, due_at=max(later, work.now + timedelta(seconds=1))))


async def _show(work: Work, group: Group, praises: Sequence[Praise]) -> None:
    for each in praises:
        work.unit.put(replace(each, shown_at=work.now, group_chat_id=group.chat_id))
        await _close(work, each)
        if each.staff_id is not None:
            await _tell(work, each, each.staff_id)
        if each.whom == Whom.ALL:
            await _tell_others(work, group, each)
    text, keyboard = await _card(work, group, praises)
    work.call(
        group.chat_id,
        "sendMessage",
        {**text.params(), **NO_PREVIEW, **QUIET, "reply_markup": inline(keyboard)},
        purpose=Purpose.PRAISE,
        priority=Priority.RELAY,
        subject=PRAISED,
    )


async def _card(work: Work, group: Group, praises: Sequence[Praise]) -> tuple[Rich, Keyboard]:
    views = views_in(work, work.services.language_at(group))
    return views.card(await read_of(work, praises), await _called(work, praises))


async def _called(work: Work, praises: Sequence[Praise]) -> set[int]:
    """Those who are rung in the group, because they have no chat with the bot."""
    ids = {each.staff_id for each in praises if each.staff_id is not None}
    return {each for each in ids if await chat_of(work, each) is None}


async def _close(work: Work, praise: Praise) -> None:
    """Words that come from now on are no longer added."""
    account = await work.unit.get(Account, praise.chat_id)
    if account is not None and account.open_question == f"praise:{praise.remark_id}":
        accounts.close_question(work, account)


async def _tell_others(work: Work, group: Group, praise: Praise) -> None:
    """What is for everybody is read in each group."""
    for other in work.services.groups.values():
        if other.chat_id != group.chat_id:
            views = views_in(work, work.services.language_at(other))
            text, _ = views.card(await read_of(work, [praise]), set())
            _say(work, other.chat_id, text, (), praise)


def _say(
    work: Work,
    chat_id: int,
    text: Rich,
    keyboard: Keyboard,
    praise: Praise,
    not_before: datetime | None = None,
) -> None:
    """A message about one praise alone, which is found by it and by its author."""
    work.call(
        chat_id,
        "sendMessage",
        {**text.params(), **NO_PREVIEW, **QUIET, "reply_markup": inline(keyboard)},
        purpose=Purpose.PRAISE,
        priority=Priority.RELAY,
        customer_id=praise.customer_id,
        subject=str(Ref(RefKind.PRAISE, praise.id)),
        lane=lane_beside(lane_of(chat_id, None), "praise"),
        not_before=not_before,
    )


# -- the person -----------------------------------------------------------------------------------


async def chat_of(work: Work, staff_id: int) -> tuple[Account, Customer] | None:
    """Somebody of staff in their private chat with the bot; None: they have none."""
    found = (await work.unit.customers.at_accounts([staff_id])).get(staff_id)
    if found is None or found[0].blocked_at is not None or found[0].gone_at is not None:
        return None
    return found


async def _tell(work: Work, praise: Praise, staff_id: int) -> None:
    """Tell the person meant, at an hour at which they like to be written to."""
    found = await chat_of(work, staff_id)
    if found is None:
        return
    account, mine = found
    views = views_in(work, work.services.language(mine, account))
    recent, _ = await work.unit.praises.count_of(staff_id, work.now - MONTH)
    [read] = await read_of(work, [praise])
    text, keyboard = views.own(read, recent)
    opens = open_from(work.services, mine, work.now)
    _say(work, staff_id, text, keyboard, praise, opens if opens > work.now else None)


async def say_thanks(work: Work, praise_id: int, by: Person) -> Praise | Refusal:
    """Tell somebody, once, that their kind words were read and are thanked for."""
    praise = await work.unit.get(Praise, PraiseId(praise_id))
    if praise is None:
        return Refusal("gone")
    thanked = thank(praise, by, work.now)
    customer = await work.unit.get(Customer, praise.customer_id)
    if isinstance(thanked, Refusal) or customer is None:
        return thanked
    work.unit.put(thanked)
    account, _ = (await work.unit.customers.at_accounts([praise.chat_id])).get(
        praise.chat_id, (None, None)
    )
    views = views_in(work, work.services.language(customer, account))
    opens = open_from(work.services, customer, work.now)
    work.say(
        praise.chat_id,
        views.thanks(by),
        purpose=Purpose.TOLD,
        priority=Priority.CLOSURE,
        customer_id=customer.id,
        dedupe=f"praise_thanks:{praise.id}",
        not_before=opens if opens > work.now else None,
    )
    return thanked


# -- taken back -----------------------------------------------------------------------------------


async def withdraw(work: Work, praise: Praise) -> None:
    """Take praise out of staff's chats: the team's message goes on without it."""
    about = str(Ref(RefKind.PRAISE, praise.id))
    for place in await work.unit.praises.places(about, praise.shown_at):
        _remove(work, place.chat_id, place.message_id, place.at)
    if praise.shown_at is None or praise.group_chat_id is None or praise.message_id is None:
        return
    group = work.services.group_at(praise.group_chat_id)
    together = await work.unit.praises.shown_with(praise.group_chat_id, praise.shown_at)
    rest = [each for each in together if each.id != praise.id]
    if group is None or not rest:
        _remove(work, praise.group_chat_id, praise.message_id, praise.shown_at)
        return
    text, keyboard = await _card(work, group, rest)
    params = {**text.params(), **NO_PREVIEW, "reply_markup": inline(keyboard)}
    _change(work, group.chat_id, "editMessageText", {**params, "message_id": praise.message_id})


def _remove(work: Work, chat_id: int, message_id: int, at: datetime) -> None:
    """Delete a message, or empty one that is too old for that (Bot API: 48 hours)."""
    if work.now - at < FRESH:
        _change(work, chat_id, "deleteMessages", {"message_ids": [message_id]})
        return
    text = views_in(work, work.services.language_at(chat_id)).taken_back()
    _change(work, chat_id, "editMessageText", {"text": text, "message_id": message_id})


def _change(work: Work, chat_id: int, method: str, params: Mapping[str, Any]) -> None:
    work.call(chat_id, method, params, purpose=Purpose.ERASING, priority=Priority.RELAY)


# -- what becomes of the messages -----------------------------------------------------------------


async def report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember which message of a group praise stands in."""
    if row.subject != PRAISED or result.state is not SendState.SENT or result.message_id is None:
        return
    for each in await work.unit.praises.shown_with(row.chat_id, row.created_at):
        work.unit.put(replace(each, message_id=result.message_id))


async def follow_group(work: Work, event: GroupMoved) -> None:
    """Take praise along to the group that its group has become."""
    await work.unit.praises.follow(event.old, event.new)
    waiting = await work.unit.timers.pending(TimerKind.PRAISE, str(event.old))
    if waiting is not None:
        work.unit.delete(waiting)
        work.unit.set_timer(replace(waiting, subject=str(event.new)))


REPORTERS: dict[str, Reporter] = {Purpose.PRAISE: report}
