"""What people do: write, press, send, edit, delete, react, block."""

from __future__ import annotations

import base64
import re

from bot.sandbox.api.copying import forward_origin
from bot.sandbox.api.reactions import checked_reactions
from bot.sandbox.control.common import Desk, Place
from bot.sandbox.errors import SandboxError
from bot.sandbox.markup.entities import utf16_length
from bot.sandbox.markup.formatted import CAPTION_LIMIT, TEXT_LIMIT, formatted
from bot.sandbox.world import posting
from bot.sandbox.world.delivery import deliver_reaction
from bot.sandbox.world.files import FOLDERS
from bot.sandbox.world.media import content_of, media_content, media_kind
from bot.sandbox.world.membership import set_blocked
from bot.sandbox.world.model import JSON, Chat, Message
from bot.sandbox.world.posting import Draft
from bot.sandbox.world.reading import message_view

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
"""What a deep link may carry (Bot API, "Deep linking")."""


class People(Desk):
    """Operations of people; every one returns the message as `message_view` shows it."""

    def say(
        self,
        user: int,
        chat: Place,
        text: str,
        *,
        entities: list[JSON] | None = None,
        parse_mode: str | None = None,
        reply_to: int | None = None,
        quote: str | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Write a text. A long one is split as Telegram's apps do; the last part is returned."""
        place = self._writable(user, chat, self._thread_of(user, chat, thread, reply_to))
        message = None
        for part in _parts(text) if not entities and not parse_mode else [text]:
            content = _text_content(part, parse_mode, entities)
            message = self._post(place, user, content, reply_to, thread, quote=quote)
        if message is None:
            raise SandboxError("A message has some text.")
        return message_view(self._world, message)

    def start(self, user: int, bot: int, payload: str = "") -> JSON:
        """Open a deep link (or the chat) and press Start; lifts a block."""
        if not PAYLOAD.fullmatch(payload):
            raise SandboxError("A start payload has at most 64 of A-Z, a-z, 0-9, _ and -.")
        place = self._chat(user, bot)
        if not place.is_private:
            raise SandboxError("Start is pressed in a chat with a bot.")
        set_blocked(self._world, place, blocked=False)
        return self.say(user, bot, f"/start {payload}".strip())

    def send_file(
        self,
        user: int,
        chat: Place,
        kind: str,
        data: str,
        *,
        name: str = "",
        mime_type: str = "",
        caption: str = "",
        details: JSON | None = None,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Send a photo, voice, video, video_note, audio, animation or document (base64)."""
        item: JSON = {"kind": kind, "data": data, "name": name, "mime_type": mime_type}
        item |= {"caption": caption, "details": details or {}}
        place = self._writable(user, chat, self._thread_of(user, chat, thread, reply_to))
        message = self._post(place, user, self._file_content(item), reply_to, thread)
        return message_view(self._world, message)

    def send_album(
        self, user: int, chat: Place, items: list[JSON], *, thread: int | None = None
    ) -> list[JSON]:
        """Send several files at once; they arrive as messages with one media_group_id."""
        place = self._writable(user, chat, thread)
        if not 2 <= len(items) <= 10:
            raise SandboxError("An album has 2 to 10 items.")
        group = {"media_group_id": str(self._world.chance.randrange(10**16, 10**17))}
        contents = [self._file_content(item) | group for item in items]
        posted = [self._post(place, user, content, None, thread) for content in contents]
        return [message_view(self._world, message) for message in posted]

    def send_location(
        self,
        user: int,
        chat: Place,
        latitude: float,
        longitude: float,
        *,
        thread: int | None = None,
    ) -> JSON:
        """Send a place."""
        place = self._writable(user, chat, thread)
        content = {"location": {"latitude": latitude, "longitude": longitude}}
        return message_view(self._world, self._post(place, user, content, None, thread))

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
        place = self._writable(user, chat, thread)
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
        message = self._post(place, user, {"contact": contact}, None, thread)
        return message_view(self._world, message)

    def edit(self, user: int, chat: Place, message: int, text: str) -> JSON:
        """Change one's own text or caption."""
        place = self._writable(user, chat, self._thread_of(user, chat, None, message))
        edited = self._own(place, message, user)
        name = "caption" if media_kind(edited.body) else "text"
        content = _text_content(text, None, None, name)
        entities = "caption_entities" if name == "caption" else "entities"
        if content.get(name) == edited.body.get(name):
            raise SandboxError("The text is the same as before.")
        edited.body.pop(entities, None)
        edited.body.update(content)
        posting.changed(self._world, edited, by_person=True)
        return message_view(self._world, edited)

    def delete(self, user: int, chat: Place, message: int) -> JSON:
        """Delete a message for everybody. Bots are not told."""
        place = self._chat(user, chat)
        deleted = self._message(place, message)
        admin = place.member(user).may("can_delete_messages")
        if not (place.is_private or admin or deleted.sender_id == user):
            raise SandboxError("Only administrators delete other people's messages.")
        posting.delete(self._world, deleted)
        return message_view(self._world, deleted)

    def react(self, user: int, chat: Place, message: int, emoji: str | None) -> JSON:
        """Put a reaction on a message, or take it away with None."""
        place = self._writable(user, chat, self._thread_of(user, chat, None, message))
        target = self._message(place, message)
        old = target.reactions.get(user, [])
        new = checked_reactions([{"type": "emoji", "emoji": emoji}] if emoji else [])
        if old != new:
            target.reactions[user] = new
            posting.touched(self._world, target, "message_reaction")
            deliver_reaction(self._world, place, target, user, old=old, new=new)
        return message_view(self._world, target)

    def forward(
        self, user: int, chat: Place, message: int, to: Place, *, thread: int | None = None
    ) -> JSON:
        """Forward a message to another chat."""
        source = self._message(self._chat(user, chat), message)
        if source.protected or source.service:
            raise SandboxError("This message cannot be forwarded.")
        place = self._writable(user, to, thread)
        extra = {"forward_origin": forward_origin(self._world, source)}
        draft = Draft(content_of(source.body), thread_id=thread, extra=extra)
        return message_view(self._world, self._posted(place, user, draft))

    def block(self, user: int, bot: int) -> None:
        """Block a bot."""
        set_blocked(self._world, self._chat(user, bot), blocked=True)

    def unblock(self, user: int, bot: int) -> None:
        """Lift a block without writing anything."""
        set_blocked(self._world, self._chat(user, bot), blocked=False)

    def deactivate(self, user: int) -> None:
        """Delete the account: bots get 403 from now on."""
        self._user(user).deactivated = True
        self._world.hub.publish("user_deactivated", lambda: {"user": user})

    # How it is done

    def _thread_of(
        self, user: int, chat: Place, thread: int | None, message_id: int | None
    ) -> int | None:
        if thread is not None or message_id is None:
            return thread
        return self._message(self._chat(user, chat), message_id).thread_id

    def _post(
        self,
        place: Chat,
        user: int,
        content: JSON,
        reply_to: int | None,
        thread: int | None,
        *,
        quote: str | None = None,
    ) -> Message:
        draft = Draft(content, thread_id=thread)
        if reply_to is not None:
            replied = self._message(place, reply_to)
            draft.reply_to = replied.id
            draft.quote = _quote(replied.body, quote) if quote else None
        return self._posted(place, user, draft)

    def _posted(self, place: Chat, user: int, draft: Draft) -> Message:
        if place.is_private:
            place.open_to_bot = True
        return posting.post(self._world, place, user, draft)

    def _file_content(self, item: JSON) -> JSON:
        kind = item["kind"]
        if kind not in FOLDERS or kind == "thumbnail":
            raise SandboxError(f"Nobody can send a {kind!r}.")
        data = base64.b64decode(item["data"])
        stored = self._world.files.add(
            kind, data, item.get("name") or "", item.get("mime_type") or ""
        )
        content = media_content(self._world.files, stored, item.get("details") or {})
        return content | _text_content(item.get("caption") or "", None, None, "caption")


def _text_content(
    text: str, parse_mode: str | None, entities: list[JSON] | None, name: str = "text"
) -> JSON:
    done = formatted(text, parse_mode, entities)
    if not done.text:
        if name == "caption":
            return {}
        raise SandboxError("A message has some text.")
    limit = TEXT_LIMIT if name == "text" else CAPTION_LIMIT
    if utf16_length(done.text) > limit:
        raise SandboxError(f"A {name} has at most {limit} characters.")
    marks = "caption_entities" if name == "caption" else "entities"
    return {name: done.text} | ({marks: done.entities} if done.entities else {})


def _parts(text: str) -> list[str]:
    parts, units = [""], 0
    for character in text:
        size = 2 if character > "\uffff" else 1
        if units + size > TEXT_LIMIT:
            parts.append("")
            units = 0
        parts[-1] += character
        units += size
    return parts


def _quote(body: JSON, quote: str) -> JSON:
    text = body.get("text") or body.get("caption") or ""
    place = text.find(quote)
    if place < 0:
        raise SandboxError("The quote is not in the message.")
    position = utf16_length(text[:place])
    return {"text": quote, "position": position, "is_manual": True}
