"""What happened in a unit of work, for whoever wants to react.

A subject says what happened: `await work.emit(TicketOpened(ticket))`. Subscribers are named in one
table, `bot.wiring.subscribers`. They run at once, in the order of the table, in the same unit of
work and before its commit, so that what happened and what follows from it are stored together or
not at all; what one raises is raised where it was emitted. What a subscriber says to a customer
stands before the sentence of whoever emitted: what should follow it, or wait for the morning, is
said by a job or with `not_before`. Events are no flow of control inside
one subject: there a function is called.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.conversations import Outcome
from flows.entities import (
    Account,
    Assignment,
    Booking,
    Change,
    ClockKind,
    Conversation,
    Customer,
    CustomerId,
    Entry,
    Group,
    Hypothesis,
    LedgerLine,
    Notice,
    Participant,
    Recall,
    Remark,
    Remedy,
    Slot,
    Theme,
    ThemeId,
    Ticket,
)
from flows.entities.lifecycle import Person

if TYPE_CHECKING:
    from bot.core.work import Work


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Something that has happened; its values are as they are afterwards."""


@dataclass(frozen=True, slots=True)
class CustomerLinked(DomainEvent):
    """An account is about to become one of a customer's, by their link or phone number."""

    customer_id: CustomerId
    telegram_id: int


@dataclass(frozen=True, slots=True)
class AccountParted(DomainEvent):
    """An account is about to be taken off a customer; what was meant for them is not for it."""

    customer: Customer
    telegram_id: int


@dataclass(frozen=True, slots=True)
class AccountRenamed(DomainEvent):
    """A customer's account has another name or handle than before."""

    before: Account
    after: Account


@dataclass(frozen=True, slots=True)
class ConsentGiven(DomainEvent):
    """A customer agreed to be asked first."""

    customer_id: CustomerId


@dataclass(frozen=True, slots=True)
class CustomerStopped(DomainEvent):
    """A customer wants no more asks, or none of a kind (`Customer.stopped`)."""

    customer: Customer


@dataclass(frozen=True, slots=True)
class ChatGone(DomainEvent):
    """A private chat cannot be written to until its person writes again."""

    telegram_id: int
    why: str
    """A `FailureKind`."""


@dataclass(frozen=True, slots=True)
class ChatBack(DomainEvent):
    """A person whose chat was gone can be written to again."""

    telegram_id: int
    customer_id: CustomerId


@dataclass(frozen=True, slots=True)
class ReaderBarred(DomainEvent):
    """Staff take in nothing of what somebody writes any more."""

    telegram_id: int


@dataclass(frozen=True, slots=True)
class GroupMoved(DomainEvent):
    """A group of staff became a supergroup; its tickets have moved already."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class GroupLost(DomainEvent):
    """The bot is no longer in a group, or the group was freed from its team."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class AdminRemoved(DomainEvent):
    """Somebody looks after the bot no longer."""

    telegram_id: int


@dataclass(frozen=True, slots=True)
class QuestionAnswered(DomainEvent):
    """Something was chosen, said or taken back in a conversation, which may have ended by it."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationEnded(DomainEvent):
    """A conversation reached its end, with what was answered and said in it."""

    conversation: Conversation
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Praised(DomainEvent):
    """A customer has said something kind where nothing was asked; nobody has answered it yet."""

    remark: Remark
    seen: bool = False
    """Whether staff read it anyway, in a ticket."""


@dataclass(frozen=True, slots=True)
class PraiseWords(DomainEvent):
    """A customer has added words to what they praised a moment ago."""

    remark: Remark
    text: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class TicketOpened(DomainEvent):
    """A complaint became a ticket."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class WordsAdded(DomainEvent):
    """A customer has added something to a ticket; staff see it."""

    ticket: Ticket
    kinds: Sequence[str]
    """What each of it is: an `EntryKind`."""


@dataclass(frozen=True, slots=True)
class TicketAnswered(DomainEvent):
    """A member of staff has answered a ticket's customer; the answer is on its way."""

    ticket: Ticket
    entry: Entry


@dataclass(frozen=True, slots=True)
class TicketResolved(DomainEvent):
    """Staff say that a ticket is done."""

    ticket: Ticket
    told: bool
    """Whether its customer reads it in staff's words; otherwise the notice of a change tells it."""


@dataclass(frozen=True, slots=True)
class TicketDeclined(DomainEvent):
    """Staff have told a ticket's customer why nothing is done about it."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class TicketMerged(DomainEvent):
    """A ticket ended because another one of the same customer's is about the same."""

    ticket: Ticket
    into: Ticket


@dataclass(frozen=True, slots=True)
class TicketReopened(DomainEvent):
    """A ticket that was done is open again."""

    ticket: Ticket
    why: str
    """`staff`, `customer` (they wrote again) or `did_not_help`."""


@dataclass(frozen=True, slots=True)
class TicketBreached(DomainEvent):
    """A promise about a ticket was broken."""

    ticket: Ticket
    clock: ClockKind


@dataclass(frozen=True, slots=True)
class TicketLapsed(DomainEvent):
    """A ticket ended because its customer, who had the word, said nothing."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class ThemeLinked(DomainEvent):
    """A complaint belongs to a theme now; `before` is the one that it belonged to."""

    ticket: Ticket
    theme: Theme
    before: ThemeId | None = None


@dataclass(frozen=True, slots=True)
class ThemeUnlinked(DomainEvent):
    """A complaint belongs to no theme any more."""

    ticket: Ticket
    theme_id: ThemeId


@dataclass(frozen=True, slots=True)
class ThemeMerged(DomainEvent):
    """A theme ended because another one is about the same; its complaints belong to that one."""

    theme: Theme
    into: Theme


@dataclass(frozen=True, slots=True)
class ChangeShipped(DomainEvent):
    """A change works now, and notices about it are on their way."""

    change: Change


@dataclass(frozen=True, slots=True)
class NoticeDelivered(DomainEvent):
    """Telegram says that the closure notice of a change has arrived."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class NoticeUndeliverable(DomainEvent):
    """Telegram did not take the closure notice of a change; its reader does not know."""

    notice: Notice
    why: str
    """A `FailureKind`; empty: Telegram did not say."""


@dataclass(frozen=True, slots=True)
class FixVerified(DomainEvent):
    """A customer answered "did it help?" about a change, or about how staff resolved it."""

    notice: Notice
    verdict: str
    """`yes`, `partly` or `no`."""


@dataclass(frozen=True, slots=True)
class RemedyGranted(DomainEvent):
    """A customer was granted what makes their complaint right."""

    remedy: Remedy
    line: LedgerLine


@dataclass(frozen=True, slots=True)
class RemedyDone(DomainEvent):
    """What was granted to a customer has happened; what a guarantee gave is redeemed."""

    remedy: Remedy


@dataclass(frozen=True, slots=True)
class RemedyCancelled(DomainEvent):
    """What was granted to a customer was taken back, or could not be done."""

    remedy: Remedy
    line: LedgerLine
    """The line that takes it back, whose amount is less than zero."""
    why: str
    """The word that staff read."""


@dataclass(frozen=True, slots=True)
class RemedyBooked(DomainEvent):
    """A customer has chosen when and where they come for a remedy, chosen anew, or given it back.

    `slot_at` of the remedy is None when there is no time any more.
    """

    remedy: Remedy


@dataclass(frozen=True, slots=True)
class SlotBooked(DomainEvent):
    """A booking has a slot, or another one than before."""

    booking: Booking
    slot: Slot
    before: Slot | None
    """The one that it had; it is given back."""
    by: Person | None
    """Who of staff chose it; None: the customer."""


@dataclass(frozen=True, slots=True)
class SlotGivenBack(DomainEvent):
    """A booking has no slot any more."""

    booking: Booking
    slot: Slot
    """The one that it had."""
    why: str
    """`customer`, `closed` (by staff; the customer chooses anew) or `ended` (there is nothing to
    come for any more)."""
    by: Person | None = None
    """Who of staff closed it."""


@dataclass(frozen=True, slots=True)
class MorningBegan(DomainEvent):
    """The working day of a group of staff has begun."""

    group: Group


@dataclass(frozen=True, slots=True)
class RecallUnreached(DomainEvent):
    """Somebody whom a recall concerns could not be told of it, or it is not known whether."""

    recall: Recall
    participant: Participant
    why: str
    """`unlinked`, `blocked`, `failed` or `doubt`."""


@dataclass(frozen=True, slots=True)
class HypothesisAssigned(DomainEvent):
    """Somebody belongs to a group of a hypothesis, from now on."""

    hypothesis: Hypothesis
    assignment: Assignment
    ref: str
    """The customer's."""


@dataclass(frozen=True, slots=True)
class HypothesisStopped(DomainEvent):
    """Nobody is assigned to a hypothesis any more."""

    hypothesis: Hypothesis


Subscriber = Callable[["Work", Any], Awaitable[object]]
"""Reacts to an event of one kind in the unit of work in which it happened."""
Subscribers = Mapping[type[DomainEvent], Sequence[Subscriber]]
"""Who reacts to what, in this order."""
