"""The words of an ask: what each customer reads, and what is wrong with a text to be kept."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.core.book_links import links_of
from bot.core.names import day
from bot.core.rich import Rich
from bot.core.screen_texts import text_of
from bot.core.services import Services
from bot.core.words import named
from bot.core.work import Work
from bot.dialogue.flow_context import (
    RECENT_CHANGE,
    SCHEDULE,
    VARIANT,
    facts,
    opening_words,
    zone_of,
)
from flows.asks.audience import product_meant
from flows.asks.recent import RECENT, ShippedChange, change_for, in_language
from flows.asks.triggers import awaited
from flows.asks.variants import chosen
from flows.config import Config, Schedule
from flows.config.ask_texts import PLACEHOLDERS, Fault, cleaned, faults_in
from flows.conversations import Screen
from flows.entities import Account, Customer
from flows.languages import tongue
from flows.utf16 import shortened, utf16_length

CHANGES_LOOKED_AT = 10
"""Of the changes shipped lately, the last so many may be quoted."""
_TITLE_LIMIT = 120
_LINK_LIMIT = 200
"""UTF-16 units of a link that is told."""
_SENTENCE_ENDS = " .!?…。！？:："


# -- what is said -----------------------------------------------------------------------------


def ask_text(
    services: Services,
    schedule: Schedule,
    variant: str,
    language: str,
    values: Mapping[str, str],
) -> str | None:
    """A schedule's own opening words, filled in; None when the flow's own are used.

    `values`: `first_name`, `name`, `product` and `recent_change` where they are known.
    `variant` is ignored when the schedule has a single text.
    """
    return opening_words(services.config, schedule, variant, language, values)


def variant_for(services: Services, schedule: Schedule, customer: Customer) -> str:
    """The id of the variant that this customer is asked with; empty without variants."""
    ids = [variant.id for variant in schedule.variants]
    return chosen(services.salt, schedule.id, customer.drawn_as, ids)


def still_has(schedule: Schedule, variant: str) -> bool:
    """Tell whether an ask that was prepared with this variant can still be said."""
    return variant in ({each.id for each in schedule.variants} or {""})


def values_for(
    work: Work,
    schedule: Schedule,
    customer: Customer,
    account: Account | None,
    changes: Sequence[ShippedChange],
    product: str,
) -> dict[str, str]:
    """What an ask to this customer begins with (`Conversation.context`)."""
    values = {SCHEDULE: schedule.id, VARIANT: variant_for(work.services, schedule, customer)}
    language = work.services.language(customer, account)
    readable = in_language(changes, language, work.services.staff_language)
    change = change_for(readable, product, customer.stage)
    if change is not None:
        zone = zone_of(work, customer)
        values[RECENT_CHANGE] = change_sentence(work.services, language, change, zone)
    return {name: value for name, value in values.items() if value}


class News:
    """The changes of the last days that asks may quote; looked up once, when the first one asks."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._changes: Sequence[ShippedChange] | None = None

    async def changes(self) -> Sequence[ShippedChange]:
        """The changes shipped lately, with how many people's complaints led to each."""
        if self._changes is None:
            work = self._work
            since, now, repository = work.now - RECENT, work.now, work.unit.changes
            found = await repository.shipped_since(since, now, CHANGES_LOOKED_AT)
            links = await links_of(work, [each.id for each in found if each.id is not None])
            known = [_by_known_products(work.services.config, each) for each in found]
            self._changes = [
                replace(each, link=links.get(each.id, "")) if each.id is not None else each
                for each in known
            ]
        return self._changes


def _by_known_products(config: Config, change: ShippedChange) -> ShippedChange:
    """A change whose people are counted by products, whatever events call these."""
    by_product: Counter[str] = Counter()
    for name, people in change.by_product.items():
        by_product[config.product_called(name) or name] += people
    return replace(change, by_product=by_product)


def change_sentence(services: Services, language: str, change: ShippedChange, zone: str) -> str:
    """Say what changed after complaints, within the limit for `{recent_change}`.

    In what staff wrote (the change's title, if it has one, and its text) and by counts; customers'
    own words are not in it, since nobody was asked whether others may read them. Where others read
    both sides of it stands in a line below.
    """
    link = _line(change.link, language)
    title = cleaned(change.title, _TITLE_LIMIT).rstrip(_SENTENCE_ENDS)
    # A text that begins with its title would say everything twice; without one it stands alone.
    repeated = change.text.strip().casefold().startswith(title.casefold())
    frame = {"n": change.people, "day": day(change.shipped_at, zone, language)}
    say, most = services.words.say, PLACEHOLDERS[RECENT_CHANGE] - utf16_length(link)

    def saying(text: str) -> str:
        what = text if repeated else say(language, "wording.recent_titled", title=title, text=text)
        return say(language, "wording.recent_change", **frame, what=what)

    text = cleaned(change.text, max(1, most - utf16_length(saying("")) - 3))
    return shortened(saying(_ended(text, language)), most) + link


def _line(link: str, language: str) -> str:
    """A link in a line of its own; where words have no blanks between them, one keeps it apart."""
    if not link or utf16_length(link) > _LINK_LIMIT:
        return ""
    return f"\n{link}" + ("" if tongue(language).marks.space else " ")


def _ended(text: str, language: str) -> str:
    """The text with a mark at its end, so that another sentence can follow."""
    last = text.rstrip("\u2069\"'»”’)]」』）")[-1:]
    return text if last in ".!?…。！？" else text + tongue(language).marks.stop


# -- before it is kept ------------------------------------------------------------------------


def problems_of(
    services: Services,
    texts: Mapping[str, str],
    language: str,
    needed: Collection[str] = (),
    *,
    informs: bool = False,
) -> list[str]:
    """Say in a language what is wrong with the text of an ask, given by language; empty: nothing.

    `needed`: the languages that it must be there in; the brand's when left out. `informs`: it asks
    nothing, and may say what an event's data says. A file of the
    configuration is held to the same rules (`flows.config.ask_texts`).
    """
    found = faults_in(texts, needed or services.config.brand.languages, informs=informs)
    return [
        _problem(services, language, of, fault) for of, faults in found.items() for fault in faults
    ]


def _problem(services: Services, language: str, of: str, fault: Fault) -> str:
    key, args = fault.kind, dict(fault.args)
    if key == "raw_id":
        args["found"] = f"{{{args['found']}}}"
    if key == "unknown":
        args["known"] = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        args["found"] = f"{{{args['found']}}}"
        key = "unknown_meant" if args["meant"] else key
        args["meant"] = f"{{{args['meant']}}}"
    return services.words.say(language, f"wording.{key}", tongue=named(of, language), **args)


async def render_sample(
    work: Work,
    schedule: Schedule,
    customer: Customer,
    *,
    language: str = "",
    variant: str | None = None,
) -> Rich:
    """The ask as this customer would read it now, or would in another language.

    `variant`: another than the one that the customer belongs to. `schedule` need not be in force.
    Raises UnknownFlow for a flow that there is none of; a schedule that informs has none.
    """
    accounts = await work.unit.customers.accounts_of(customer.id)
    account = accounts[0] if accounts else None
    if language:
        customer = replace(customer, language=language)
    product = await product_shown(work, schedule, customer)
    changes = await News(work).changes()
    values = values_for(work, schedule, customer, account, changes, product)
    known = facts(work, customer, account, {**values, "product": product})
    said = {
        "first_name": known.first_name,
        "name": known.name,
        "product": known.product,
    }
    chosen_variant = values.get(VARIANT, "") if variant is None else variant
    opening = ask_text(work.services, schedule, chosen_variant, known.language, {**values, **said})
    flow = work.services.flows.latest(schedule.flow or "")
    turn = flow.begin(replace(known, opening=opening or ""), work.now)
    return text_of(turn.screen or Screen(""))


async def product_shown(work: Work, schedule: Schedule, customer: Customer) -> str:
    """The product that an ask to this customer would be about, or might.

    Somebody who is no customer gets one that the schedule means: a test is to show how it reads.
    """
    events = (await work.unit.schedules.events_of([customer.id])).get(customer.id, [])
    named = [event for event in events if event.withdrawn_at is None and event.product]
    audience, config = schedule.audience, work.services.config
    if schedule.when.cron is not None:
        told = {config.product_called(event.product) or event.product for event in named}
        owned = told if customer.ref else {*audience.product[:1]}
        return product_meant(audience, None, owned)
    fitting = [event for event in named if event.type == awaited(schedule.when)] or named
    if fitting or customer.ref:
        return fitting[-1].product if fitting else ""
    meant = audience.product or [product.id for product in config.products]
    return next(iter(meant), "")
