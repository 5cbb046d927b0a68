"""What a message of another system says, in Verso's terms, before anything is known of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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
    """What is told about them, as in `CustomerFields`; unchecked. None: it is told to be empty."""
    mail: str = ""
    """The name that their address makes (`flows.identity.mails`); empty: it is not told."""
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    """Tags that were put on or taken off, where the others are not told."""


@dataclass(frozen=True, slots=True)
class ExternalEvent:
    """Something that happened, or that turned out not to have."""

    id: str
    """The same for every message about the same thing, whatever its topic and order."""
    type: str
    at: datetime
    period: str = ""
    lines: tuple[tuple[str, ...], ...] = ()
    """What was bought, the main thing first: of each the name that people read, then others."""
    withdrawn: bool = False
    weak: bool = False
    """Whether another type that is known under this id already knows better."""
    data: Mapping[str, Any] = field(default_factory=dict)
    final: bool = False
    """Whether it is so whatever is told of a later moment: money that went back stays there."""
    earliest: bool = False
    """Whether messages do not say when it happened: the first one that tells of it does."""


@dataclass(frozen=True, slots=True)
class WebhookContent:
    """What one message says."""

    as_of: datetime
    """Of which moment it tells: what is known of a later one is newer, however late this came."""
    person: Person | None = None
    about: str = ""
    """Without a person: the event whose customer this is about."""
    happenings: tuple[ExternalEvent, ...] = ()
    left_out: tuple[str, ...] = ()
    """Events that are told of nobody (an order of a guest): what follows them is, too."""
    gone: str = ""
    """Whom the other system has deleted, by its name."""
    forget: str = ""
    """Whom to erase, by the other system's name."""
    mail: str = ""
    """The name that the address of whom to erase makes."""
    forget_shop: bool = False
    """Whether everybody is to be erased who is known through this shop only."""
    wants_data: str = ""
    """Who has asked what is kept about them, by the other system's name."""
    cannot: str = ""
    """The key of what admins are told of a request that names nobody."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Two names of one purchase: of the payment, and of its invoice."""
    tenant: str = ""
    """The shop or account that tells; empty: it did not say."""
    test: bool | None = None
    """Whether this is no real business; None: not said."""

    @property
    def is_private(self) -> bool:
        """Whether it asks for what is kept about somebody, or to erase it."""
        return bool(self.forget or self.forget_shop or self.wants_data or self.cannot)

    def renamed(self, name: Callable[[str], str]) -> "WebhookContent":
        """The same with every name of the other system put otherwise."""
        person = self.person
        if person is not None and person.source_ref:
            source_ref, mail = name(person.source_ref), name(person.mail)
            person = replace(person, source_ref=source_ref, mail=mail)
        return replace(
            self,
            person=person,
            about=name(self.about),
            happenings=tuple(replace(each, id=name(each.id)) for each in self.happenings),
            left_out=tuple(map(name, self.left_out)),
            gone=name(self.gone),
            forget=name(self.forget),
            mail=name(self.mail),
            wants_data=name(self.wants_data),
            pairs=tuple((name(one), name(other)) for one, other in self.pairs),
        )
