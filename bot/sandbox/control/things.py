"""What people send that is neither text nor file: places, contacts, dice, polls."""

from __future__ import annotations

from bot.sandbox.control.changing import Changing
from bot.sandbox.control.common import Place
from bot.sandbox.control.writing import Reply
from bot.sandbox.errors import SandboxError
from bot.sandbox.world import posting
from bot.sandbox.world.chance import DICE, poll_shape, thrown
from bot.sandbox.world.model import JSON, Message
from bot.sandbox.world.reading import message_view

LIVE_PERIODS = range(60, 86_401)
"""Seconds that a live location may last (Bot API, sendLocation)."""
FOR_EVER = 0x7FFFFFFF
"""The period of a live location that lasts until it is stopped."""
POLL_SIZES = range(1, 13)
"""How many options a poll has (Bot API, sendPoll)."""


class Things(Changing):
    """Operations of people; every one returns the message as `message_view` shows it."""

    def send_location(
        self,
        user: int,
        chat: Place,
        latitude: float,
        longitude: float,
        *,
        live_period: int | None = None,
        heading: int | None = None,
        horizontal_accuracy: float | None = None,
        reply_to: int | None = None,
        reply_chat: Place | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Send a place; with `live_period` (seconds, or 2147483647) a live location."""
        location: JSON = {"latitude": latitude, "longitude": longitude}
        if live_period is not None:
            if live_period not in LIVE_PERIODS and live_period != FOR_EVER:
                raise SandboxError("A live location lasts 60 to 86400 seconds, or 2147483647.")
            location["live_period"] = live_period
            if heading:
                location["heading"] = heading
        if horizontal_accuracy:
            location["horizontal_accuracy"] = horizontal_accuracy
        message = self._send(
            user, chat, {"location": location}, thread, Reply(reply_to, reply_chat)
        )
        if live_period is not None:
            lasts = live_period if live_period != FOR_EVER else 10**12
            message.live_until = self._world.clock.timestamp() + lasts
        return message_view(self._world, message)

    def move_location(
        self,
        user: int,
        chat: Place,
        message: int,
        latitude: float,
        longitude: float,
        *,
        heading: int | None = None,
    ) -> JSON:
        """Move one's live location: bots get an edited_message."""
        moved = self._live(user, chat, message)
        location = moved.body["location"]
        new = {k: location[k] for k in ("live_period", "horizontal_accuracy") if k in location}
        new |= {"latitude": latitude, "longitude": longitude}
        moved.body["location"] = new | ({"heading": heading} if heading else {})
        posting.changed(self._world, moved, by_person=True)
        return message_view(self._world, moved)

    def stop_location(self, user: int, chat: Place, message: int) -> JSON:
        """Stop one's live location: it stays as a plain one, without live_period."""
        stopped = self._live(user, chat, message)
        stopped.live_until = None
        gone = ("live_period", "heading")
        location = stopped.body["location"]
        stopped.body["location"] = {k: v for k, v in location.items() if k not in gone}
        posting.changed(self._world, stopped, by_person=True)
        return message_view(self._world, stopped)

    def send_venue(
        self,
        user: int,
        chat: Place,
        latitude: float,
        longitude: float,
        title: str,
        address: str,
        *,
        reply_to: int | None = None,
        reply_chat: Place | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Send a place with a name; bots get its location too, as in Telegram."""
        location = {"latitude": latitude, "longitude": longitude}
        venue = {"location": location, "title": title, "address": address}
        content: JSON = {"venue": venue, "location": location}
        message = self._send(user, chat, content, thread, Reply(reply_to, reply_chat))
        return message_view(self._world, message)

    def send_contact(
        self,
        user: int,
        chat: Place,
        *,
        of: int | None = None,
        phone: str | None = None,
        first_name: str | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Send one's own contact, another person's (`of`), or a number outside Telegram."""
        if phone is not None and of is None:
            contact: JSON = {"phone_number": phone, "first_name": first_name or "Unknown"}
        else:
            owner = self._user(of or user)
            contact = {
                "phone_number": owner.phone or "+10000000000",
                "first_name": owner.first_name,
            }
            contact |= {"last_name": owner.last_name} if owner.last_name else {}
            contact["user_id"] = owner.id
        return message_view(self._world, self._send(user, chat, {"contact": contact}, thread))

    def send_dice(
        self,
        user: int,
        chat: Place,
        emoji: str = "🎲",
        *,
        value: int | None = None,
        reply_to: int | None = None,
        reply_chat: Place | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Throw a dice, a dart, a ball or a slot machine; the value is chance's unless given."""
        if emoji not in DICE:
            raise SandboxError(f"Nobody throws {emoji}: choose one of {' '.join(DICE)}.")
        if value is not None and not 1 <= value <= DICE[emoji]:
            raise SandboxError(f"The value of {emoji} is 1 to {DICE[emoji]}.")
        content = {"dice": thrown(emoji, self._world.chance, value)}
        return message_view(
            self._world, self._send(user, chat, content, thread, Reply(reply_to, reply_chat))
        )

    def send_poll(
        self,
        user: int,
        chat: Place,
        question: str,
        options: list[str],
        *,
        anonymous: bool = True,
        multiple: bool = False,
        correct: int | None = None,
        reply_to: int | None = None,
        reply_chat: Place | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Send a poll, or a quiz with the right option's place in `correct`.

        A bot learns the right option only of a quiz sent to it in private (Bot API, Poll).
        """
        if len(options) not in POLL_SIZES:
            raise SandboxError("A poll has 1 to 12 options.")
        settings: JSON = {"is_anonymous": anonymous, "allows_multiple_answers": multiple}
        if correct is not None:
            settings |= {"type": "quiz", "allows_revoting": False}
            if self._chat(user, chat).is_private:
                settings["correct_option_ids"] = [correct]
        content = {"poll": poll_shape(question, options, self._world.chance, **settings)}
        return message_view(
            self._world, self._send(user, chat, content, thread, Reply(reply_to, reply_chat))
        )

    # How it is done

    def _live(self, user: int, chat: Place, message: int) -> Message:
        found = self._editable(user, chat, message)
        if found.live_until is None or found.live_until <= self._world.clock.timestamp():
            raise SandboxError("This is no live location, or no longer.")
        return found
