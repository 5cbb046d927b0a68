"""What a message of another system says, in Verso's terms, before anything is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class NotUnderstood(ValueError):
    """A message lacks what it should have; the text names the field, never its content."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a message is about."""

    source_ref: str = ""
    """The name by which the other system knows them, such as `stripe:cus_9s6`; empty: by none."""
    own_ref: str = ""
    """The business's own ref, where it has put it into the other system; empty: it has not."""
    by_business: bool = True
    """Whether only the business can have written `own_ref`; otherwise the payer may have."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """What is told about them, as in `CustomerFields`; unchecked."""


@dataclass(frozen=True, slots=True)
class ExternalEvent:
    """Something that happened, or that turned out not to have."""

    id: str
    """The same for every message about the same thing, whatever its topic and order."""
    type: str
    at: datetime
    period: str = ""
    product: str = ""
    withdrawn: bool = False
    weak: bool = False
    """Whether another type that is known under this id already knows better."""


@dataclass(frozen=True, slots=True)
class WebhookContent:
    """What one message says."""

    as_of: datetime
    """Of which moment it tells: what is known of a later one is newer, however late this came."""
    person: Person | None = None
    about: str = ""
    """Without a person: the event whose customer this is about."""
    happenings: tuple[ExternalEvent, ...] = ()
    forget: str = ""
    """Whom to erase, by the other system's name."""
    forget_all: str = ""
    """The source (`shopify:`) of which everybody is to be erased."""
    wants_data: str = ""
    """Who has asked what is kept about them, by the other system's name."""
