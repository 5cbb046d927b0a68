"""Who somebody is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.entities.ids import CustomerId
from flows.entities.kinds import Role


class Consent(StrEnum):
    """Whether a customer has said that Verso may ask first."""

    UNASKED = "unasked"
    GIVEN = "given"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Customer:
    """The person served. `ref` is the business's own name for them."""

    id: CustomerId
    ref: str
    created_at: datetime
    name: str = ""
    language: str = ""
    """Language given by the business or chosen with /language; empty: Telegram's is used."""
    time_zone: str = ""
    phone: str = ""
    tags: tuple[str, ...] = ()
    stage: str = ""
    """The id of the stage of the journey at which the business sees the customer."""
    value: int | None = None
    """What the customer is worth to the business, in a unit of its own; None: not told."""
    consent: Consent = Consent.UNASKED
    consent_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped: tuple[str, ...] = ()
    """Kinds of asks that were stopped; `*` stands for all."""
    draw: str = ""
    """The name by which the holdout draws, where it is not the ref: whoever reads keeps their
    draw, whatever becomes of records."""

    @property
    def drawn_as(self) -> str:
        """The name by which the holdout and the variants of texts draw."""
        return self.draw or self.ref


@dataclass(frozen=True, slots=True)
class Account:
    """A Telegram account that opened a customer's link. Its private chat has the same id."""

    telegram_id: int
    customer_id: CustomerId
    linked_at: datetime
    language_code: str = ""
    first_name: str = ""
    username: str = ""
    blocked_at: datetime | None = None
    gone_at: datetime | None = None
    """Set when Telegram said that the account is deactivated or the chat not found."""
    back_at: datetime | None = None
    """When the person last came back after either."""
    open_question: str = ""
    """The question outside of flows that was shown last and not answered: `consent`, `stop`,
    `forget`, `forget_sure`, `language`, or `join:<telegram id>`; empty: none."""
    barred_at: datetime | None = None
    """Since when staff take in nothing of what this person writes; None: they do."""
    barred_by: str = ""
    """The name of the member of staff who decided that."""
    barred_why: str = ""
    """Why, in their words, for staff."""


@dataclass(frozen=True, slots=True)
class Link:
    """A personal deep link: whoever opens it first is that customer."""

    token: str
    customer_id: CustomerId
    created_at: datetime
    revoked_at: datetime | None = None
    opened_at: datetime | None = None
    """When an account came in by it; from then on it proves nothing about another account."""


BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a customer: that of another system (`stripe:cus_9s6`), or a former ref."""

    name: str
    customer_id: CustomerId
    since: datetime
    tenant: str = ""
    """The shop or account of the other system that knows them so; empty: it did not say."""
    claimed: bool = False
    """Whether only somebody who paid has said that this is the customer: nothing that comes under
    the name then changes what the customer reads."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What was told of them under this name: by field, the value and its moment (ISO 8601)."""
    brought: Mapping[str, Any] = field(default_factory=dict)
    """What came along when a record of this ref was merged (`accounts`, `links`, `aliases`,
    `created_at`), which fields are the customer's own word, whatever a name has told (`own`), or
    beside which name an address was told (`BESIDE`): it goes with it."""


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who looks after the bot: tunes schedules, sees what is parked, binds groups."""

    telegram_id: int
    name: str
    since: datetime
    role: Role = Role.ADMIN
    """`ADMIN` or `OWNER`."""
