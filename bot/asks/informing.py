"""Informing: what schedules tell without asking anything.

By the checks, limits and hours of asks, and by the same rows (`bot.asks.delivery`). No
conversation begins: whoever writes afterwards is heard as when nothing is open.
"""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from bot.asks import confirming, texts
from bot.asks.evaluation import Background, load_background
from bot.asks.rows import INFORM, asked_once_more, still_waiting, write_row
from bot.core.callbacks import pack
from bot.core.delivery import Call
from bot.core.rich import Rich, plain
from bot.core.services import Services
from bot.core.work import Keyboard, Work, inline
from bot.dialogue.flow_context import RECENT_CHANGE, VARIANT, facts, opening_words
from flows.asks.audience import product_meant
from flows.asks.chains import at_step
from flows.asks.event_values import readable
from flows.asks.recent import ShippedChange
from flows.asks.triggers import MORE
from flows.config import INFORM as KIND
from flows.config import Schedule
from flows.config.ask_texts import values_named
from flows.entities import Account, Candidate, Customer, Event, OutboxId, Outgoing
from flows.entities.replaced import replaced

NO_PREVIEW = {"link_preview_options": {"is_disabled": True}}


def tell(work: Work, background: Background, candidate: Candidate, schedule: Schedule) -> Candidate:
    """Write the row that tells somebody; give the candidate as it is then.

    Raises LookupError for somebody who is not linked.
    """
    customer = background.customers[candidate.customer_id]
    account = background.account(customer.id)
    if account is None:
        raise LookupError("only a linked customer is told")
    variant = texts.variant_for(work.services, schedule, customer)
    told = replaced(asked_once_more(candidate, work.now), informs=True, variant=variant)
    write_row(work, told, account.telegram_id, INFORM)
    background.note_told(told)
    return told


async def compose(work: Work, row: Outgoing) -> Call | None:
    """One message as it is to be sent now; None when something has come between."""
    return (await compose_many(work, [row]))[row.id]


async def compose_many(work: Work, rows: Sequence[Outgoing]) -> dict[OutboxId, Call | None]:
    """Messages as they are to be sent now; None where something has come between."""
    waiting = await still_waiting(work, rows)
    calls: dict[OutboxId, Call | None] = dict.fromkeys(row.id for row in rows)
    if not waiting:
        return calls
    background = await load_background(work.unit, work.services, list(waiting.values()), work.now)
    changes = await _changes(work, waiting.values())
    for row in rows:
        if row.id in waiting and _still_theirs(background, waiting[row.id], row):
            calls[row.id] = _call(work, background, waiting[row.id], changes)
    return calls


def _still_theirs(background: Background, candidate: Candidate, row: Outgoing) -> bool:
    """Whether the chat is where its customer is told things; an account may have been taken off."""
    account = background.account(candidate.customer_id)
    return account is not None and account.telegram_id == row.chat_id


async def _changes(work: Work, candidates: Iterable[Candidate]) -> Sequence[ShippedChange]:
    """The changes that these messages may quote; nothing is asked where none quotes any."""
    names = {each.schedule_id for each in candidates}
    schedules = [work.services.config.schedule(name) for name in names]
    every = [text for each in schedules if each is not None for text in each.texts]
    quoted = any(f"{{{RECENT_CHANGE}}}" in text for text in every)
    return await texts.News(work).changes() if quoted else ()


def _call(
    work: Work, background: Background, candidate: Candidate, changes: Sequence[ShippedChange]
) -> Call | None:
    whole = work.services.config.schedule(candidate.schedule_id)
    schedule = at_step(whole, candidate.step) if whole is not None else None
    if schedule is None or not schedule.informs or not texts.still_has(schedule, candidate.variant):
        return None
    if not confirming.stands(background, candidate):
        return None
    customer = background.customers[candidate.customer_id]
    account = background.account(customer.id)
    trigger = background.trigger(candidate)
    owned = background.products.get(customer.id, frozenset())
    product = product_meant(schedule.audience, trigger.product, owned)
    event = background.events.get(candidate.event_id) if candidate.event_id is not None else None
    message = Message(work, schedule, customer, account, candidate.variant)
    text = message.text(changes, product, event, more=trigger.more)
    language = work.services.language(customer, account)
    markup = {"reply_markup": inline(buttons(work.services, language))}
    return Call("sendMessage", {**text.params(), **NO_PREVIEW, **markup})


def buttons(services: Services, language: str) -> Keyboard:
    """What stands below each message that asks nothing: the way to have no more of them."""
    return [[(services.words.say(language, "informing.b_stop"), pack("u", "stop", KIND))]]


class Message:
    """What one person reads of a schedule that informs, as it is for one of its messages."""

    def __init__(
        self,
        work: Work,
        schedule: Schedule,
        customer: Customer,
        account: Account | None,
        variant: str,
    ) -> None:
        self._work, self._schedule, self._variant = work, schedule, variant
        self._customer, self._account = customer, account

    def text(
        self,
        changes: Sequence[ShippedChange],
        product: str,
        event: Event | None,
        *,
        more: int = 0,
    ) -> Rich:
        """The words, filled in: with what is known of the customer, a change, and the event."""
        work, schedule, customer = self._work, self._schedule, self._customer
        known = texts.values_for(work, schedule, customer, self._account, changes, product)
        known[VARIANT] = self._variant
        about = {"product": product} | ({MORE: str(more)} if more else {})
        who = facts(work, customer, self._account, {**known, **about})
        said = {"first_name": who.first_name, "name": who.name, "product": who.product}
        values = {**known, **said, **self._of(event, who.language, ZoneInfo(who.time_zone))}
        config = work.services.config
        text = opening_words(config, schedule, self._variant, who.language, values)
        return plain(text or "")

    def _of(self, event: Event | None, language: str, zone: ZoneInfo) -> dict[str, str]:
        """What the event's data says of what the words ask for."""
        if event is None:
            return {}
        every = self._schedule.words_of(self._variant) or {}
        names = {name for text in every.values() for name in values_named(text)}
        return readable(event.data, names, language, zone)
