"""What a handler or a tick works with: one unit of work, the moment, and a way to speak.

Messages are put into the outbox and leave after the unit is committed. Answers to button presses
are no messages: they expire, nobody misses them after a crash, so they are not stored and leave
when the unit is committed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.core.events import DomainEvent
from bot.core.ports import Unit
from bot.core.rich import Rich
from bot.core.services import Services
from flows.entities import (
    Account,
    Conversation,
    Customer,
    CustomerId,
    Outgoing,
    Priority,
    Ticket,
)
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind

Keyboard = Sequence[Sequence[tuple[str, str]]]
"""Rows of buttons: label and callback data (1 to 64 bytes), or label and an `https://` URL."""


@dataclass(slots=True)
class Work:
    """One unit of work in the hands of a use case."""

    unit: Unit
    now: datetime
    services: Services
    """What the process knows; after `learn` the unit's own copy, which knows more."""
    people: dict[int, tuple[Account, Customer]] = field(default_factory=dict)
    """Linked accounts with their customers, by Telegram id, loaded for the whole batch."""
    conversations: dict[int, Conversation | None] = field(default_factory=dict)
    """Conversations that go on, by chat, loaded for the whole batch; None: there is none."""
    strangers: set[int] = field(default_factory=set)
    """Accounts that were looked for in this unit and are nobody's (`bot.identity.accounts`)."""
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Answers to button presses, by callback query id."""
    unanswered: set[str] = field(default_factory=set)
    """Button presses that are answered later, by callback query id."""
    config_changed: bool = False
    """Set when groups, admins or the configuration changed: services are reloaded after commit."""

    failure: BaseException | None = None
    """Why the update that was handled last could not be; set by the worker's error handler."""
    _process: Services = field(init=False)
    """The services of the process, which nothing changes before the commit."""

    def __post_init__(self) -> None:
        self._process = self.services

    def after_commit(self, change: Callable[[Services], object]) -> None:
        """Change what the process knows, once this unit is committed and not otherwise.

        `change` must not raise.
        """
        process = self._process
        self.unit.after_commit(lambda: change(process))

    def learn(self, change: Callable[[Services], object]) -> None:
        """As `after_commit`, for what the rest of this unit has to know at once.

        `change` is made in a copy, which this unit sees from here on, and after the commit in
        the services of the process. It may change groups, what has moved, admins, owners, members
        and the owners' languages in place.
        """
        known = self.services
        self.services = replace(
            known,
            groups=dict(known.groups),
            owner_languages=dict(known.owner_languages),
            moved=dict(known.moved),
            admins=set(known.admins),
            owners=set(known.owners),
            members=dict(known.members),
        )
        change(self.services)
        self.after_commit(change)

    def answer(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a button press; `text` (at most 200 characters) shows over the chat."""
        self.answers[query_id] = {"text": text[:200], "show_alert": alert} if text else {}

    async def emit(self, event: DomainEvent) -> None:
        """Have everybody who subscribed to it react, now and in this unit. Raises what they do."""
        for subscriber in self.services.subscribers.get(type(event), ()):
            await subscriber(self, event)

    def say(
        self,
        chat_id: int,
        text: Rich | str,
        *,
        purpose: Purpose,
        priority: Priority = Priority.REPLY,
        keyboard: Keyboard = (),
        customer_id: CustomerId | None = None,
        ticket: Ticket | None = None,
        subject: str = "",
        dedupe: str | None = None,
        reply_to: int | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Send a text to a private chat or a group; a long one goes in several messages.

        With a ticket, a text to its group goes into the ticket's topic or reply thread, and
        always as a RELAY, so that a topic's messages keep one order. The keyboard is put under
        the last message; `subject` and `dedupe` count for the last one too. What is not to leave
        before a moment keeps no order with what is said meanwhile.
        """
        rich = text if isinstance(text, Rich) else Rich() + text
        pages = rich.pages()
        lane = lane_of(chat_id, ticket)
        lane = lane if not_before is None else lane_beside(lane, "later")
        for position, page in enumerate(pages):
            last = position == len(pages) - 1
            params = page.params()
            if last and keyboard:
                params["reply_markup"] = inline(keyboard)
            if position == 0 and reply_to is not None:
                params["reply_parameters"] = replying(reply_to)
            self.unit.send(
                Outgoing(
                    chat_id=chat_id,
                    method="sendMessage",
                    params=params | {"link_preview_options": {"is_disabled": True}},
                    purpose=purpose,
                    priority=_priority(priority, chat_id, ticket),
                    lane=lane,
                    created_at=self.now,
                    customer_id=customer_id,
                    ticket_id=ticket.id if ticket else None,
                    subject=(subject or buttons_of(chat_id, params)) if last else "",
                    dedupe=dedupe if last or dedupe is None else f"{dedupe}/{position}",
                    not_before=not_before,
                )
            )

    def call(
        self,
        chat_id: int,
        method: str,
        params: Mapping[str, Any],
        *,
        purpose: Purpose,
        priority: Priority = Priority.REPLY,
        lane: str = "",
        customer_id: CustomerId | None = None,
        ticket: Ticket | None = None,
        subject: str = "",
        dedupe: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Put any other Bot API call, or a composed one (`@name`), into the outbox.

        `chat_id` is added to the parameters when the row is sent.
        """
        self.unit.send(
            Outgoing(
                chat_id=chat_id,
                method=method,
                params=params,
                purpose=purpose,
                priority=_priority(priority, chat_id, ticket),
                lane=lane or lane_of(chat_id, ticket, params.get("message_thread_id")),
                created_at=self.now,
                customer_id=customer_id,
                ticket_id=ticket.id if ticket else None,
                subject=subject or buttons_of(chat_id, params),
                dedupe=dedupe,
                not_before=not_before,
            )
        )


def lane_of(chat_id: int, ticket: Ticket | None, topic_id: int | None = None) -> str:
    """Name the lane whose order a message keeps: a ticket's at its desk, else the chat's.

    A topic of a group has its own: while it is closed, the others do not wait for it.
    """
    if ticket is not None and _at_desk(chat_id, ticket):
        return f"{OF_A_TICKET}{ticket.id}"
    return f"chat:{chat_id}" if topic_id is None else f"chat:{chat_id}/{topic_id}"


def lane_beside(lane: str, name: str) -> str:
    """Name a lane for what waits for its moment, so that nothing that is said has to wait for it.

    What goes to staff about a ticket is still known by its beginning.
    """
    return f"{lane}/{name}"


OF_A_TICKET = "ticket:"
"""How the lanes begin of what goes to staff about a ticket: into a group, or an owner's chat."""


def _at_desk(chat_id: int, ticket: Ticket) -> bool:
    return chat_id < 0 or chat_id == ticket.group_chat_id


def _priority(wished: Priority, chat_id: int, ticket: Ticket | None) -> Priority:
    return Priority.RELAY if ticket is not None and _at_desk(chat_id, ticket) else wished


_TAKEN_AWAY = {"c": 3, "u": 1, "u:remedy": 2}
"""Areas of buttons that are taken away when they have no use any more, and how many parts of their
data after the area tell what they are for: of `c` conversation and turn, of `u` the action, and of
remedies which one. What else follows an action may be somebody's, such as a link, and is not kept.
"""


def inline(keyboard: Keyboard) -> dict[str, Any]:
    """The Bot API form of an inline keyboard."""
    return {"inline_keyboard": [[_button(label, data) for label, data in row] for row in keyboard]}


def buttons_of(chat_id: int, params: Mapping[str, Any]) -> str:
    """Name what the buttons of a message to a person are for; empty when it has none.

    The content of a message is dropped when it has been sent; by this its buttons are found when
    they have to be taken away.
    """
    rows = params.get("reply_markup", {}).get("inline_keyboard", ())
    data = next((str(each.get("callback_data", "")) for row in rows for each in row), "")
    area, *rest = data.split(":")
    if chat_id < 0 or area not in _TAKEN_AWAY:
        return ""
    told = _TAKEN_AWAY.get(":".join([area, *rest[:1]]), _TAKEN_AWAY[area])
    return str(Ref(RefKind.BUTTONS, ":".join([area, *rest[:told]])))


def _button(label: str, data: str) -> dict[str, str]:
    return {"text": label, ("url" if data.startswith("https://") else "callback_data"): data}


def replying(message_id: int) -> dict[str, Any]:
    """The parameters for replying to a message that may have been deleted meanwhile."""
    return {"message_id": message_id, "allow_sending_without_reply": True}


def copies(from_chat_id: int, message_ids: Iterable[int]) -> dict[str, Any]:
    """The parameters of copyMessages, which keeps albums whole (ids must grow)."""
    return {"from_chat_id": from_chat_id, "message_ids": sorted(message_ids)}
