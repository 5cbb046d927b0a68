"""A person in tests' hands: acts, reads and waits as people with the app do."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.handles import Channel, Group, Link, Pressed, SandboxBot, Seen
from bot.sandbox.world.model import JSON

WAIT_SECONDS = 60.0
"""How long waiting lasts unless told otherwise, in real seconds: only what fails waits so long."""

Place = SandboxBot | Group | Channel
"""A chat as a person names it: the bot they talk to, a group, or their channel."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person with a Telegram account, doing what people do in the app."""

    link: Link
    id: int
    first_name: str
    language_code: str | None

    async def _do(self, operation: str, chat: Place | None = None, **arguments: Any) -> Any:
        if chat is not None:
            arguments["chat"] = chat.id
        return await self.link.call(operation, user=self.id, **arguments)

    async def _on(self, operation: str, message: Seen, **arguments: Any) -> Any:
        where = {"chat": message.chat, "message": message.id}
        return await self.link.call(operation, user=self.id, **where, **arguments)

    async def say(self, chat: Place, text: str, **options: Any) -> Seen:
        """Write a text.

        Options: entities, parse_mode, thread, reply_to (a message, of any chat and topic, or
        the id of one here), quote, quote_position.
        """
        return Seen(await self._do("say", chat, text=text, **_plain(options)))

    async def start(self, bot: SandboxBot, payload: str = "") -> Seen:
        """Open the bot's deep link and press Start."""
        return Seen(await self._do("start", bot=bot.id, payload=payload))

    async def command(self, chat: Place, command: str, **options: Any) -> Seen:
        """Send /command."""
        return await self.say(chat, f"/{command.removeprefix('/')}", **options)

    async def press(
        self, message: Seen, text: str | None = None, data: str | None = None
    ) -> Pressed:
        """Press an inline button by its label or its callback data."""
        done = await self._on("press", message, text=text, data=data)
        return Pressed(done["query"], done["seq"])

    async def open_app(self, message: Seen, text: str) -> str:
        """Press a button that opens a Mini App; the address at which it opens."""
        return str((await self._on("open_app", message, text=text))["url"])

    async def open_menu(self, bot: SandboxBot) -> str:
        """Open the Mini App beside the message field; the address at which it opens."""
        return str((await self._do("open_menu", bot=bot.id))["url"])

    async def forge(self, message: Seen, data: str) -> Pressed:
        """Send callback data that no button shows, also on a deleted message."""
        done = await self._on("forge", message, data=data)
        return Pressed(done["query"], done["seq"])

    async def tap(self, chat: Place, text: str, **where: float) -> Seen:
        """Press a reply keyboard button; `latitude` and `longitude` for a place."""
        return Seen(await self._do("tap", chat, text=text, **where))

    async def send(self, chat: Place, kind: str, data: bytes, **options: Any) -> Seen:
        """Send a file: photo, voice, video, video_note, audio, animation, document or sticker.

        Options: name, mime_type, caption, caption_entities, parse_mode, details (duration, …),
        reply_to, thread.
        """
        encoded = base64.b64encode(data).decode()
        return Seen(await self._do("send_file", chat, kind=kind, data=encoded, **_plain(options)))

    async def send_album(self, chat: Place, items: list[JSON], **options: Any) -> list[Seen]:
        """Send several files at once; items: {kind, data: bytes, caption, …}."""
        encoded = [i | {"data": base64.b64encode(i["data"]).decode()} for i in items]
        return [Seen(v) for v in await self._do("send_album", chat, items=encoded, **options)]

    async def send_location(
        self, chat: Place, latitude: float, longitude: float, **options: Any
    ) -> Seen:
        """Send a place; options: live_period (seconds), heading, horizontal_accuracy, …"""
        where = {"latitude": latitude, "longitude": longitude}
        return Seen(await self._do("send_location", chat, **where, **_plain(options)))

    async def move_location(
        self, message: Seen, latitude: float, longitude: float, heading: int | None = None
    ) -> Seen:
        """Move one's live location."""
        where = {"latitude": latitude, "longitude": longitude, "heading": heading}
        return Seen(await self._on("move_location", message, **where))

    async def stop_location(self, message: Seen) -> Seen:
        """Stop one's live location."""
        return Seen(await self._on("stop_location", message))

    async def send_venue(
        self,
        chat: Place,
        latitude: float,
        longitude: float,
        *,
        title: str,
        address: str,
        **options: Any,
    ) -> Seen:
        """Send a place with a name."""
        where: JSON = {"latitude": latitude, "longitude": longitude}
        where |= {"title": title, "address": address}
        return Seen(await self._do("send_venue", chat, **where, **_plain(options)))

    async def send_dice(self, chat: Place, emoji: str = "🎲", **options: Any) -> Seen:
        """Throw a dice; options: value, reply_to, thread."""
        return Seen(await self._do("send_dice", chat, emoji=emoji, **_plain(options)))

    async def send_poll(
        self, chat: Place, question: str, options: list[str], **settings: Any
    ) -> Seen:
        """Send a poll; settings: anonymous, multiple, correct (makes a quiz), reply_to, thread."""
        asked = {"question": question, "options": options}
        return Seen(await self._do("send_poll", chat, **asked, **_plain(settings)))

    async def send_contact(
        self,
        chat: Place,
        of: Person | None = None,
        phone: str | None = None,
        first_name: str | None = None,
    ) -> Seen:
        """Send one's own contact, another person's, or a number outside Telegram."""
        other = of.id if of is not None else None
        return Seen(
            await self._do("send_contact", chat, of=other, phone=phone, first_name=first_name)
        )

    async def edit(self, message: Seen, text: str | None = None, **options: Any) -> Seen:
        """Change one's own text or caption, or with `entities` alone only those.

        Options: entities, parse_mode. With nothing at all it is an edit that changes nothing.
        """
        return Seen(await self._on("edit", message, text=text, **options))

    async def edit_media(self, message: Seen, kind: str, data: bytes, **options: Any) -> Seen:
        """Exchange a message's file; options: name, mime_type, caption, details, …"""
        encoded = base64.b64encode(data).decode()
        return Seen(await self._on("edit_media", message, kind=kind, data=encoded, **options))

    async def delete(self, message: Seen) -> None:
        """Delete a message for everybody."""
        await self._on("delete", message)

    async def react(self, message: Seen, emoji: str | None) -> Seen:
        """Put a reaction, or take it away with None."""
        return Seen(await self._on("react", message, emoji=emoji))

    async def forward(self, message: Seen, to: Place, thread: int | None = None) -> Seen:
        """Forward a message to another chat."""
        return Seen(await self._on("forward", message, to=to.id, thread=thread))

    async def pin(self, message: Seen) -> Seen:
        """Pin a message for everybody."""
        return Seen(await self._on("pin", message))

    async def unpin(self, message: Seen) -> Seen:
        """Unpin a message."""
        return Seen(await self._on("unpin", message))

    async def write_as(self, group: Group, channel: Channel | None) -> None:
        """Write in a group in the name of one's channel from now on, or in one's own again."""
        named = channel.id if channel is not None else None
        await self._do("write_as", group=group.id, channel=named)

    async def change(self, **fields: Any) -> None:
        """Change one's account; an empty text takes a name away.

        Fields: first_name, last_name, username, language_code, phone, private_forwards.
        """
        await self._do("update_user", **fields)

    async def block(self, bot: SandboxBot) -> None:
        """Block a bot."""
        await self._do("block", bot=bot.id)

    async def unblock(self, bot: SandboxBot) -> None:
        """Lift a block."""
        await self._do("unblock", bot=bot.id)

    async def deactivate(self) -> None:
        """Delete the account."""
        await self._do("deactivate")

    async def messages(self, chat: Place, **which: Any) -> list[Seen]:
        """The chat as this person sees it; which: after (seq), thread, deleted."""
        return [Seen(view) for view in await self._do("messages", chat, **which)]

    async def message(self, chat: Place, message_id: int) -> Seen:
        """One message, deleted or not; raises LookupError when there never was one."""
        for seen in await self.messages(chat, deleted=True):
            if seen.id == message_id:
                return seen
        raise LookupError(f"There is no message {message_id} in this chat.")

    async def chats(self) -> list[JSON]:
        """The chat list."""
        return list(await self._do("chats"))

    async def keyboard(self, chat: Place) -> JSON | None:
        """The reply keyboard on screen."""
        view = await self._do("chat", chat)
        return view["keyboard"]  # type: ignore[no-any-return]

    async def wait_for(
        self,
        chat: Place,
        text: str | None = None,
        *,
        where: Callable[[Seen], bool] | None = None,
        after: Seen | Pressed | int = 0,
        thread: int | None = None,
        deleted: bool = False,
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109  # the test says how long
    ) -> Seen:
        """The first message by a bot that contains `text` and satisfies `where`.

        `after` leaves out what has not changed since a message or press; edits count as
        changes. `deleted` looks at deleted messages too. Waits at most `timeout` real
        seconds, then raises TimeoutError telling what the chat shows.
        """

        def wanted(message: Seen) -> bool:
            found = message.from_bot if where is None else where(message)
            return found and (text is None or text in message.text)

        since = after if isinstance(after, int) else after.seq
        which = {"after": since, "thread": thread, "deleted": deleted}
        return await self._await(chat, which, wanted, timeout, text)

    async def _await(
        self,
        chat: Place,
        which: JSON,
        wanted: Callable[[Seen], bool],
        seconds: float,
        text: str | None,
    ) -> Seen:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        seen = int(await self.link.call("wait_change", after=-1, seconds=0))
        while True:
            for message in await self.messages(chat, **which):
                if wanted(message):
                    return message
            left = end - loop.time()
            if left <= 0:
                raise TimeoutError(await self._screen(chat, text))
            seen = int(await self.link.call("wait_change", after=seen, seconds=left))

    async def _screen(self, chat: Place, text: str | None) -> str:
        lines = [
            f"  {m.view['from']['name']}: {m.text or m.kind} {m.labels or ''}".rstrip()
            for m in (await self.messages(chat))[-10:]
        ]
        return f"No message with {text!r}. The chat ends with:\n" + "\n".join(lines)

    async def wait_for_answer(
        self,
        pressed: Pressed,
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109  # the test says how long
    ) -> JSON:
        """What the bot answered to a press: {text, show_alert}; raises TimeoutError."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        seen = pressed.seq
        while True:
            answer = await self.link.call("callback_answer", query=pressed.query)
            if answer is not None:
                return dict(answer)
            left = end - loop.time()
            if left <= 0:
                raise TimeoutError("The bot has not answered this press.")
            seen = int(await self.link.call("wait_change", after=seen, seconds=left))


def _plain(options: JSON) -> JSON:
    """Options with ids in place of messages; one that is answered tells its chat, too."""
    plain = {k: v.id if isinstance(v, Seen) else v for k, v in options.items()}
    replied = options.get("reply_to")
    return plain | ({"reply_chat": replied.chat} if isinstance(replied, Seen) else {})
