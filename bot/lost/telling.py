"""Telling everybody who asked for a thing that it is here: once each, in their words.

Held back for a moment like what is told of a change, then some people at a time, each step a
transaction that leaves the next one as a timer. It asks nothing, and nobody is asked later whether
it helped: it is an answer to what they wanted, which has no verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.core.callbacks import pack
from bot.core.delivery import Call, Composer, Failure, Reporter
from bot.core.names import day, display_safe
from bot.core.rich import Rich, clipped, plain, quote
from bot.core.screens import show
from bot.core.tongues import line_above
from bot.core.words import language_of
from bot.core.work import Keyboard, Work, inline
from bot.desk.speaking import NO_PREVIEW, record, staff_words
from bot.identity.accounts import Visitor
from bot.identity.time_zones import open_from, zone_name
from flows.changes.telling import Held
from flows.entities import (
    Account,
    Customer,
    LostSale,
    LostSaleId,
    MissedItem,
    MissedItemId,
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Ticket,
    Timer,
)
from flows.entities.kinds import EntryKind, Purpose, Role, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.lost import telling as rules
from flows.lost.naming import LONGEST

PEOPLE = 200
"""Who are told in one transaction; others are let in between."""
LOOK_EVERY = timedelta(minutes=10)
"""How often it is looked whether everybody was told."""
LOOK_UNTIL = timedelta(days=3)
"""By then everybody's night is over, and whoever was not told will not be."""
METHOD = "@back"
"""The composed rows that say that it is here."""
SHOWN = 300
"""Characters of a customer's own words that stand in it."""


# -- held back ------------------------------------------------------------------------------------


async def hold(
    work: Work, item: MissedItem, by: Person, group_chat_id: int
) -> MissedItem | Refusal:
    """Have everybody who waits for a thing told, in a minute, that it is here. Once."""
    people = (await work.unit.lost.figures(item.id)).to_tell
    kept = rules.hold(item, by, work.now, people, group_chat_id)
    held = Held.from_json(kept.held) if not isinstance(kept, Refusal) else None
    if isinstance(kept, Refusal) or held is None:
        return kept
    work.unit.put(kept)
    work.unit.set_timer(Timer(TimerKind.BACK, str(item.id), held.due))
    return kept


async def call_off(
    work: Work, item: MissedItem, by: Person, role: Role | None
) -> MissedItem | Refusal:
    """Have nobody told: nothing of it is left."""
    back = rules.call_off(item, by, role)
    if isinstance(back, Refusal):
        return back
    work.unit.put(back)
    timer = await work.unit.timers.pending(TimerKind.BACK, str(item.id))
    if timer is not None:
        work.unit.delete(timer)
    return back


# -- told -----------------------------------------------------------------------------------------


async def due(work: Work, timer: Timer) -> None:
    """Begin to tell, tell the next people, or look whether everybody was told."""
    item = await work.unit.get(MissedItem, MissedItemId(int(timer.subject)))
    if item is None:
        return
    if "report" in timer.data:
        await _look(work, item, timer)
        return
    if "after" not in timer.data:
        begun = rules.begin(item, work.now)
        if begun is None:
            return
        item = begun
        work.unit.put(item)
    await _tell_some(work, item, timer.data.get("after", 0))


async def _tell_some(work: Work, item: MissedItem, after: int) -> None:
    """Write to some of those who wait for it, those with the least ids above `after`."""
    ids = await work.unit.lost.people(item.id, after, PEOPLE)
    customers = await work.unit.customers.by_ids(ids)
    sales = await work.unit.lost.of_people(item.id, ids)
    for each in ids:
        mine = [sale for sale in sales.get(each, ()) if _waits(sale)]
        if mine:
            _tell_one(work, item, customers[each], mine)
    more = len(ids) == PEOPLE
    data = {"after": ids[-1]} if more else {"report": True}
    due_at = work.now if more else work.now + LOOK_EVERY
    work.unit.set_timer(Timer(TimerKind.BACK, str(item.id), due_at, data))


def _waits(sale: LostSale) -> bool:
    return bool(sale.chat_id) and sale.queued_at is None and sale.unwanted_at is None


def _tell_one(work: Work, item: MissedItem, customer: Customer, mine: Sequence[LostSale]) -> None:
    """One message, however often they have asked for it; in the chat in which they did last."""
    for sale in mine:
        work.unit.put(replace(sale, queued_at=work.now))
    last = mine[-1]
    opens = open_from(work.services, customer, work.now)
    work.call(
        last.chat_id,
        METHOD,
        {"item": item.id},
        purpose=Purpose.BACK,
        priority=Priority.CLOSURE,
        lane=f"closure:{last.chat_id}",
        customer_id=customer.id,
        subject=str(Ref(RefKind.LOST_SALE, last.id)),
        dedupe=f"back:{item.id}:{customer.id}",
        not_before=opens if opens > work.now else None,
    )


async def sale_of(work: Work, subject: str) -> LostSale | None:
    """The lost sale that a row is about; None: it is gone."""
    number = Ref.number(subject, RefKind.LOST_SALE)
    return None if number is None else await work.unit.get(LostSale, LostSaleId(number))


async def compose(work: Work, row: Outgoing) -> Call | None:
    """What a customer reads, in the language that they have by then; None: they want it no more."""
    sale = await sale_of(work, row.subject)
    if sale is None or sale.customer_id is None or sale.unwanted_at is not None:
        return None
    text, keyboard = await _notice(work, sale)
    return Call("sendMessage", {**text.params(), **NO_PREVIEW, "reply_markup": inline(keyboard)})


async def _who(work: Work, sale: LostSale) -> tuple[Customer | None, Account | None]:
    customer = await work.unit.get(Customer, sale.customer_id) if sale.customer_id else None
    return customer, await work.unit.customers.account(sale.chat_id)


async def _notice(work: Work, sale: LostSale) -> tuple[Rich, Keyboard]:
    text, language = await notice_text(work, sale)
    label = work.services.words.say(language, "lost.told_b_unwanted")
    return text, [[(label, pack("u", "lost", sale.id))]]


async def notice_text(work: Work, sale: LostSale) -> tuple[Rich, str]:
    """What a customer reads, and in which language: their own words, and that it is here."""
    customer, account = await _who(work, sale)
    language = work.services.language(customer, account)
    say, zone = work.services.words.say, zone_name(work.services, customer, work.now)
    what = display_safe(sale.what, LONGEST)
    text = Rich() + say(language, "lost.told_asked", when=day(sale.at, zone, language), what=what)
    said = clipped(sale.said.strip(), SHOWN)
    if said:
        text = text + "\n" + quote(said)
    above = line_above(work.services.words, language, [sale.what]) if sale.by_id else ""
    here = say(language, "lost.told_here", brand=work.services.config.brand.name)
    return plain(above + "\n" if above else "") + text + "\n" + here, language


async def report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Note that somebody has read that it is here, or cannot be told; in doubt they may have."""
    sale = await sale_of(work, row.subject)
    if sale is None or sale.customer_id is None or result.state is SendState.WAITING:
        return
    reached = result.state is SendState.SENT
    found = await work.unit.lost.of_people(sale.item_id, [sale.customer_id])
    for mine in found.get(sale.customer_id, []):
        if mine.queued_at == sale.queued_at:
            if reached:
                work.unit.put(replace(mine, told_at=result.at))
                await _note(work, mine)
            else:
                work.unit.put(replace(mine, unreached_at=result.at))


async def _note(work: Work, sale: LostSale) -> None:
    """Write it into the history of the complaint that it came from."""
    ticket = await work.unit.get(Ticket, sale.ticket_id) if sale.ticket_id is not None else None
    if ticket is not None:
        record(work, ticket, EntryKind.TOLD)


async def _look(work: Work, item: MissedItem, timer: Timer) -> None:
    """Say in one line that everybody was told, or look again later."""
    found = await work.unit.lost.figures(item.id)
    waiting = found.told + found.unreached < found.queued
    if waiting and item.here_at is not None and work.now - item.here_at < LOOK_UNTIL:
        work.unit.set_timer(replace(timer, due_at=work.now + LOOK_EVERY))
        return
    group = work.services.group_at(item.group_chat_id or 0)
    if group is None:
        return
    name = (await work.unit.lost.names([item.id])).get(item.id, "")
    what = display_safe(name, LONGEST)
    text = staff_words(work, group, "lost.all_told", what=what, n=found.told)
    if found.unreached:
        text += " " + staff_words(work, group, "lost.unreached", n=found.unreached)
    work.say(group.chat_id, text, purpose=Purpose.NOTE, dedupe=f"back:{item.id}:report")


# -- before anybody is told -----------------------------------------------------------------------


async def readers(work: Work, item: MissedItem) -> dict[str, int]:
    """How many of those who would be told read which language, most people first."""
    default = work.services.config.brand.default_language
    counts: dict[str, int] = {}
    for own, code, people in await work.unit.lost.spoken(item.id):
        language = language_of(own, code, default=default)
        counts[language] = counts.get(language, 0) + people
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


async def samples(work: Work, item: MissedItem) -> list[Rich]:
    """What the first person of each language would read, at most three of them."""
    ids = await work.unit.lost.people(item.id, 0, PEOPLE)
    sales = await work.unit.lost.of_people(item.id, ids)
    found: dict[str, Rich] = {}
    for each in ids:
        waiting = [sale for sale in sales.get(each, ()) if _waits(sale)]
        text, language = await notice_text(work, waiting[-1])
        found.setdefault(language, text)
    return list(found.values())[:3]


# -- what customers press -------------------------------------------------------------------------


async def unwanted(work: Work, visitor: Visitor, sale_id: int, over: int | None) -> bool:
    """Note that somebody does not want it any more. False: it is none of theirs."""
    sale = await work.unit.get(LostSale, LostSaleId(sale_id))
    if sale is None or sale.chat_id != visitor.telegram_id or sale.customer_id is None:
        return False
    work.unit.put(rules.unwanted(sale, work.now))
    text, language = await notice_text(work, sale)
    said = work.services.words.say(language, "lost.told_unwanted")
    show(
        work,
        visitor.telegram_id,
        text + "\n\n" + said,
        over=over,
        customer_id=sale.customer_id,
    )
    return True


COMPOSERS: dict[str, Composer] = {METHOD: compose}
REPORTERS: dict[str, Reporter] = {Purpose.BACK: report}
