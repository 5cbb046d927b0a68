"""Presses on buttons: inline ones, forged ones, and those of a reply keyboard."""

from __future__ import annotations

from zlib import crc32

from bot.sandbox.control.apps import signed_address
from bot.sandbox.control.common import Place
from bot.sandbox.control.people import People
from bot.sandbox.errors import SandboxError
from bot.sandbox.world.model import JSON, CallbackQuery, Chat, Message
from bot.sandbox.world.posting import renew
from bot.sandbox.world.shapes import user_shape
from bot.sandbox.world.state import World


class Buttons(People):
    """Operations of people on what bots offer them."""

    def press(
        self,
        user: int,
        chat: Place,
        message: int,
        *,
        text: str | None = None,
        data: str | None = None,
    ) -> JSON:
        """Press the inline button with this label or this callback data; {"query": id}."""
        place = self._writable(user, chat, self._thread_of(user, chat, message))
        shown = self._message(place, message)
        button = _find(shown.body.get("reply_markup", {}).get("inline_keyboard", []), text, data)
        if "callback_data" not in button:
            raise SandboxError(f"The button {button['text']!r} opens something: no bot is told.")
        return self._query(place, user, shown.sender_id, message, button["callback_data"])

    def open_app(self, user: int, chat: Place, message: int, text: str) -> JSON:
        """Press the button of a message that opens a Mini App; {"url": where it opens}."""
        shown = self._message(self._chat(user, chat), message)
        button = _find(shown.body.get("reply_markup", {}).get("inline_keyboard", []), text, None)
        if "web_app" not in button:
            raise SandboxError(f"The button {text!r} opens no app.")
        bot = self._bot(shown.sender_id)
        return {"url": signed_address(self._world, bot, user, button["web_app"]["url"])}

    def open_menu(self, user: int, bot: int) -> JSON:
        """Press the button beside the message field, where it opens a Mini App; {"url": where}."""
        buttons = self._bot(bot).menu_buttons
        button = buttons.get(user) or buttons.get(None) or {}
        if "web_app" not in button:
            raise SandboxError("The bot's menu button opens no app.")
        return {"url": signed_address(self._world, self._bot(bot), user, button["web_app"]["url"])}

    def forge(self, user: int, chat: Place, message: int, data: str) -> JSON:
        """Send callback data that no button shows, on any message, even a deleted one."""
        place = self._chat(user, chat)
        found = place.messages.get(message)
        bot_id = place.bot_id or (found.sender_id if found is not None else 0)
        return self._query(place, user, self._bot(bot_id).id, message, data)

    def tap(
        self,
        user: int,
        chat: Place,
        text: str,
        *,
        latitude: float = 0.0,
        longitude: float = 0.0,
    ) -> JSON:
        """Press a reply keyboard button: says its text, or shares a contact or a place."""
        place = self._chat(user, chat)
        keyboard = place.keyboard or {}
        button = _find(keyboard.get("keyboard", []), text, None)
        if keyboard.get("one_time_keyboard"):
            place.keyboard = None
        if button.get("request_contact"):
            return self.send_contact(user, chat)
        if button.get("request_location"):
            return self.send_location(user, chat, latitude, longitude)
        return self.say(user, chat, button["text"])

    def callback_answer(self, query: str) -> JSON | None:
        """What the bot answered to a press: {text, show_alert, url?}; None while it has not."""
        found = self._world.callbacks.get(query)
        if found is None:
            raise SandboxError(f"There was no press {query}.")
        return found.answer

    def _query(self, place: Chat, user: int, bot_id: int, message: int, data: str) -> JSON:
        world = self._world
        query_id = str(world.chance.randrange(10**17, 10**18))
        world.callbacks[query_id] = CallbackQuery(
            query_id, bot_id, user, place.key, message, data, world.clock.timestamp()
        )
        found = world.message(place, message)
        content: JSON = {
            "id": query_id,
            "from": user_shape(self._user(user)),
            "message": _renewed(world, found)
            if found is not None
            else {"chat": world.chat_body(place), "message_id": message, "date": 0},
            "chat_instance": str(crc32(place.key.encode())),
            "data": data,
        }
        # Telegram queues presses by person, apart from messages: one can overtake a message.
        world.queues[bot_id].add("callback_query", content, f"user:{user}")
        fields: JSON = {"chat": place.key, "user": user, "message_id": message, "query": query_id}
        seq = world.hub.publish("button_pressed", lambda: fields | {"data": data})
        return fields | {"seq": seq}


def _renewed(world: World, message: Message) -> JSON:
    renew(world, message)
    return message.body


def _find(rows: list[list[JSON]], text: str | None, data: str | None) -> JSON:
    for row in rows:
        for button in row:
            if text is not None and button["text"] == text:
                return button
            if data is not None and button.get("callback_data") == data:
                return button
    labels = ", ".join(repr(b["text"]) for row in rows for b in row) or "none"
    raise SandboxError(f"There is no button {text or data!r}; there are: {labels}.")
