"""What Verso knows of a customer when it speaks: names, choices, clock, hours."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.core.names import called, display_safe, greeted
from bot.core.work import Work
from bot.identity.time_zones import open_from, zone_name
from flows.asks.triggers import MORE
from flows.config import DID_NOT_HAVE, Config, Schedule, Titled, says_stop
from flows.config.ask_texts import fill
from flows.config.products import is_title, plain_title
from flows.conversations import Facts, Option
from flows.ear import Meaning
from flows.entities import Account, Conversation, Customer
from flows.entities.kinds import Address
from flows.time.durations import Period

NOTHING: Mapping[str, str] = MappingProxyType({})
SCHEDULE, VARIANT, RECENT_CHANGE = "schedule", "variant", "recent_change"
"""Values of a conversation that an ask began (`Conversation.context`)."""


_TITLE_LIMIT = 60
"""Characters of a title that another system has given a product."""


class _Same:
    """A configuration as a key: the same object, not an equal one, which is slow to find out."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def __hash__(self) -> int:
        return id(self.config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.config is self.config


async def people_of(work: Work, conversation: Conversation) -> tuple[Customer, Account | None]:
    """Whose conversation it is, and the account if it is still linked."""
    account, customer = work.people.get(conversation.chat_id, (None, None))
    if customer is not None and customer.id == conversation.customer_id:
        return customer, account
    owner = await work.unit.get(Customer, conversation.customer_id)
    if owner is None:
        raise LookupError(f"conversation {conversation.id} belongs to nobody")
    return owner, account or await work.unit.get(Account, conversation.chat_id)


def facts(
    work: Work, customer: Customer, account: Account | None, context: Mapping[str, str] = NOTHING
) -> Facts:
    """What a flow may know: names, choices in the customer's language, and the values that
    the conversation began with (`Conversation.context`).

    A product has a title or is none: customers never read an id.
    """
    config = work.services.config
    language = work.services.language(customer, account)
    did_not_have = work.services.words.say(language, "customer.did_not_have")
    choices = _choices(_Same(config), language, did_not_have)
    known = {
        "first_name": greeted(customer, account),
        "name": called(customer, account),
        "product": _product(work, language, context),
    }
    return Facts(
        brand=config.brand.name,
        language=language,
        default_language=config.brand.default_language,
        formal=config.brand.address is Address.FORMAL,
        **known,
        time_zone=zone_of(work, customer),
        options=choices,
        values=context,
        phrases=phrases_of(config),
        opening=_opening(config, language, context, known),
        nudge_after=_hours(config.nudge_after),
        file_after=_hours(config.file_after),
    )


def _product(work: Work, language: str, context: Mapping[str, str]) -> str:
    """What an ask is about, as the customer calls it; empty where only an id is known."""
    name = context.get("product", "")
    if not name:
        return ""
    config = work.services.config
    known = config.product(name)
    if known is not None:
        title = known.in_language(language, config.brand.default_language)
    else:
        title = display_safe(plain_title(name), _TITLE_LIMIT) if is_title(name) else ""
    if not title or MORE not in context:
        return title
    return work.services.words.say(
        language, "wording.and_more", n=int(context[MORE]), product=title
    )


def phrases_of(config: Config) -> Mapping[Meaning, tuple[str, ...]]:
    """Whole messages that the business has added to what the ear knows, by meaning.

    One that the ear has learned to hear as a stop since it was taken in is left out: it stops.
    """
    return _phrases(_Same(config))


@lru_cache(maxsize=16)
def _phrases(of: _Same) -> Mapping[Meaning, tuple[str, ...]]:
    return {
        Meaning(name): tuple(text for text in texts if not says_stop(text))
        for name, texts in of.config.phrases.by_meaning().items()
    }


def _opening(
    config: Config, language: str, context: Mapping[str, str], known: Mapping[str, str]
) -> str:
    """The words of the schedule that a conversation began with, as they are now."""
    schedule = config.schedule(context.get(SCHEDULE, ""))
    if schedule is None:
        return ""
    values = {**known, RECENT_CHANGE: context.get(RECENT_CHANGE, "")}
    return opening_words(config, schedule, context.get(VARIANT, ""), language, values) or ""


def stage_of(config: Config, context: Mapping[str, str], customer: Customer) -> str:
    """The stage of the journey at which something happened to a customer who did not say it.

    It is the one at which the schedule that asked looks for customers, if that is one alone; else
    the one at which the business sees them. Empty: neither is known to the configuration.
    """
    schedule = config.schedule(context.get(SCHEDULE, ""))
    asked = schedule.audience.stage if schedule else ()
    likely = asked[0] if len(asked) == 1 else customer.stage
    return likely if any(each.id == likely for each in config.stages) else ""


def opening_words(
    config: Config, schedule: Schedule, variant: str, language: str, values: Mapping[str, str]
) -> str | None:
    """A schedule's own words for an ask, filled in; None when the flow's are to be used.

    `values` by placeholder (`flows.config.ask_texts`), without the brand. A language that the brand
    does not have falls back to its default.
    """
    texts = schedule.words_of(variant)
    if texts is None:
        return None
    text = texts.get(language) or texts.get(config.brand.default_language)
    return fill(text, {**values, "brand": config.brand.name}) if text else None


@lru_cache(maxsize=16)
def _hours(length: Period) -> timedelta:
    """How long a period of the configuration is; one in months is taken from a month of 31 days."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return length.after(start, ZoneInfo("UTC")) - start


@lru_cache(maxsize=16)
def _choices(of: _Same, language: str, did_not_have: str) -> Mapping[str, tuple[Option, ...]]:
    """What can be chosen; `did_not_have` is the category that ships, in the reader's language."""
    default = of.config.brand.default_language

    def label(each: Titled) -> str:
        return did_not_have if each is DID_NOT_HAVE else each.in_language(language, default)

    def options(titled: Iterable[Titled]) -> tuple[Option, ...]:
        return tuple(Option(each.id, label(each)) for each in titled)

    return {
        "categories": options(of.config.every_category),
        "stages": options(of.config.stages),
        "products": options(of.config.products),
    }


def zone_of(work: Work, customer: Customer | None) -> str:
    """The customer's time zone, else their phone number's, else the brand's."""
    return zone_name(work.services, customer, work.now)


def next_allowed_for(work: Work, customer: Customer) -> datetime:
    """The first moment from now on at which a customer may be written to unasked."""
    return open_from(work.services, customer, work.now)
