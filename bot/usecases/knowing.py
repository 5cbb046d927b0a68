"""What Verso knows of a customer when it speaks: names, choices, clock, hours."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.work import Work
from flows.config import Config, Titled
from flows.conversations import Facts, Option
from flows.durations import Period
from flows.entities import Account, Conversation, Customer
from flows.opening import zone_for
from flows.restraint import next_allowed

NOTHING: Mapping[str, str] = MappingProxyType({})


async def people_of(work: Work, conversation: Conversation) -> tuple[Customer, Account | None]:
    """Give whose conversation it is, and the account if it is still linked."""
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
    """Give what a flow may know: names, choices in the customer's language, and the values that
    the conversation began with (`Conversation.context`)."""
    config = work.services.config
    language = work.services.language(customer, account)
    choices = _choices(_Same(config), language)
    product = context.get("product", "")
    titles = {option.id: option.label for option in choices["products"]}
    return Facts(
        brand=config.brand.name,
        language=language,
        default_language=config.brand.default_language,
        name=customer.name or (account.first_name if account else ""),
        product=titles.get(product, product),
        time_zone=zone_of(work, customer),
        options=choices,
        values=context,
        nudge_after=_hours(config.nudge_after),
        file_after=_hours(config.file_after),
    )


@lru_cache(maxsize=16)
def _hours(length: Period) -> timedelta:
    """How long a period of the configuration is; one in months is taken from a month of 31 days."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return length.after(start, ZoneInfo("UTC")) - start


class _Same:
    """A configuration as a key: the same object, not an equal one, which is slow to find out."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def __hash__(self) -> int:
        return id(self.config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.config is self.config


@lru_cache(maxsize=16)
def _choices(of: _Same, language: str) -> Mapping[str, tuple[Option, ...]]:
    default = of.config.brand.default_language

    def options(titled: Iterable[Titled]) -> tuple[Option, ...]:
        return tuple(Option(each.id, each.in_language(language, default)) for each in titled)

    return {
        "categories": options(of.config.categories),
        "stages": options(of.config.stages),
        "products": options(of.config.products),
    }


def zone_of(work: Work, customer: Customer | None) -> str:
    """Give the customer's time zone, else the brand's."""
    brand_zone = work.services.config.brand.time_zone
    return zone_for(customer.time_zone if customer else "", brand_zone).key


def next_allowed_for(work: Work, customer: Customer) -> datetime:
    """Give the first moment from now on at which a customer may be written to unasked."""
    config = work.services.config
    zone = zone_for(customer.time_zone, config.brand.time_zone)
    return next_allowed(work.now, config.window.opening(), zone)
