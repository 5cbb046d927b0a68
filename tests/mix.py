"""The mix that Verso is measured with: what people really do, played against any bot.

For each complaint one `/start` by link, one consent, two messages of words, the presses of the
questions, one confirmation, one ticket with its card in a forum, one answer of staff and one
`/resolve`. A player is told of every call that a bot makes and says which updates follow from it,
so that a server, or a test without one, has only to carry them.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

GROUP_ID = -1_001_000_000_001
STAFF_ID = 9_000_001
FIRST_ID = 10_000_000
"""Id of the first customer; the next ones follow."""
ANSWER = "I am sorry. A new lid is on its way to you."
DONE = "All lids have a seal of rubber now."

CONFIG = f"""
brand: {{name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: Etc/UTC}}
teams:
  - {{id: support, chat: {GROUP_ID}, categories: ["*"]}}
categories:
  - {{id: delivery, title: {{en: Delivery, ru: Доставка, zh: 配送}}}}
  - {{id: taste, title: {{en: Taste, ru: Вкус, zh: 口味}}}}
stages:
  - {{id: first_use, title: {{en: First use, ru: Первое использование, zh: 首次使用}}}}
  - {{id: later, title: {{en: Later, ru: Позже, zh: 之后}}}}
"""

Update = dict[str, Any]
_ids = itertools.count(1)


def token_of(number: int) -> str:
    """The token of a customer's link."""
    return f"bench{number:017d}"


@dataclass(slots=True)
class Customer:
    """One customer who complains once, and what they wait for."""

    id: int
    name: str
    stage: str = "new"
    topic: int | None = None
    card: int | None = None


@dataclass(slots=True)
class Player:
    """All who write: the customers, and one of staff. `updates` are carried by whoever asks."""

    customers: int
    message_id: Callable[[], int]
    with_staff: bool = True
    presses: int = 0
    people: dict[int, Customer] = field(default_factory=dict)
    topics: dict[int, Customer] = field(default_factory=dict)
    done: int = 0
    """Complaints that are at their end."""

    def __post_init__(self) -> None:
        for number in range(self.customers):
            chat_id = FIRST_ID + number
            self.people[chat_id] = Customer(chat_id, f"C{number}")

    def begin(self) -> Iterator[Update]:
        """The first update of every customer."""
        for number, customer in enumerate(self.people.values()):
            customer.stage = "started"
            yield self._command(customer, f"/start {token_of(number)}")

    def heard(self, method: str, params: Mapping[str, Any], message_id: int) -> list[Update]:
        """What follows from a call that was answered with this message, or topic."""
        chat_id = int(params.get("chat_id") or 0)
        if chat_id == GROUP_ID:
            return list(self._at_desk(method, params, message_id))
        customer = self.people.get(chat_id)
        if customer is None:
            return []
        return list(self._at_customer(customer, method, params, message_id))

    # -- the customer --------------------------------------------------------------------------

    def _at_customer(
        self, customer: Customer, method: str, params: Mapping[str, Any], message_id: int
    ) -> Iterator[Update]:
        buttons = _buttons(params) if method in ("sendMessage", "editMessageText") else []
        text = str(params.get("text", ""))
        match customer.stage:
            case "started" if buttons:
                customer.stage = "agreed"
                yield self._press(customer, message_id, buttons[0])
            case "agreed" if text and not buttons:
                customer.stage = "asked"
                yield self._words(customer, f"The lid of tin {customer.id} leaks and drips")
            case "asked" if buttons:
                data = next((each for each in buttons if each.endswith(":send")), "")
                if data:
                    customer.stage = "sent"
                self.presses += 1
                yield self._press(customer, message_id, data or _first_answer(buttons))
            case "sent" if "#" in text:
                customer.stage = "told"
                yield self._words(customer, f"And tin {customer.id} smells of glue")
            case "answering" if ANSWER in text or method == "copyMessage":
                customer.stage = "answered"
                yield self._staff(customer, f"/resolve {DONE}", reply_to=None)
            case "answered" if DONE in text:
                customer.stage = "done"
                self.done += 1
            case "told" if not self.with_staff and method == "setMessageReaction":
                customer.stage = "done"
                self.done += 1

    # -- staff ---------------------------------------------------------------------------------

    def _at_desk(self, method: str, params: Mapping[str, Any], message_id: int) -> Iterator[Update]:
        topic = int(params.get("message_thread_id") or 0)
        text = str(params.get("text", ""))
        customer = self.topics.get(topic)
        if customer is None and method == "sendMessage":
            customer = next(
                (c for c in self.people.values() if c.topic is None and f"tin {c.id} " in text),
                None,
            )
            if customer is not None:
                customer.topic, customer.card = topic, message_id
                self.topics[topic] = customer
        elif customer is not None and customer.stage == "told" and "smells of glue" in text:
            customer.stage = "answering"
            yield self._staff(customer, ANSWER, reply_to=customer.card)

    # -- updates -------------------------------------------------------------------------------

    def _command(self, customer: Customer, text: str) -> Update:
        update = self._words(customer, text)
        length = len(text.partition(" ")[0])
        update["message"]["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return update

    def _words(self, customer: Customer, text: str) -> Update:
        return {
            "message": {
                "message_id": self.message_id(),
                "date": 1_700_000_000,
                "chat": {"id": customer.id, "type": "private", "first_name": customer.name},
                "from": _user(customer.id, customer.name),
                "text": text,
            }
        }

    def _press(self, customer: Customer, message_id: int, data: str) -> Update:
        chat = {"id": customer.id, "type": "private", "first_name": customer.name}
        return {
            "callback_query": {
                "id": str(next(_ids)),
                "from": _user(customer.id, customer.name),
                "chat_instance": "1",
                "data": data,
                "message": {"message_id": message_id, "date": 1_700_000_000, "chat": chat},
            }
        }

    def _staff(self, customer: Customer, text: str, reply_to: int | None) -> Update:
        chat = {"id": GROUP_ID, "type": "supergroup", "title": "Support", "is_forum": True}
        message: dict[str, Any] = {
            "message_id": self.message_id(),
            "date": 1_700_000_000,
            "chat": chat,
            "from": _user(STAFF_ID, "Mira"),
            "message_thread_id": customer.topic,
            "is_topic_message": True,
            "text": text,
        }
        if text.startswith("/"):
            length = len(text.partition(" ")[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if reply_to is not None:
            message["reply_to_message"] = {
                "message_id": reply_to,
                "date": 1_700_000_000,
                "chat": chat,
                "message_thread_id": customer.topic,
                "from": {"id": 123456789, "is_bot": True, "first_name": "B"},
                "text": "card",
            }
        return {"message": message}


def _user(number: int, name: str) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": name, "language_code": "en"}


def _buttons(params: Mapping[str, Any]) -> list[str]:
    markup = params.get("reply_markup") or {}
    if isinstance(markup, str):
        markup = orjson.loads(markup)
    rows = markup.get("inline_keyboard") or []
    return [each["callback_data"] for row in rows for each in row if "callback_data" in each]


def _first_answer(buttons: list[str]) -> str:
    """The button of an answer: the first that is one, and not a way back."""
    return buttons[0]
