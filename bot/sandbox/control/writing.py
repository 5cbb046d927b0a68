"""What people write: texts, files, albums."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from bot.sandbox.control.common import Desk, Place
from bot.sandbox.errors import SandboxError
from bot.sandbox.markup.entities import utf16_length
from bot.sandbox.markup.formatted import CAPTION_LIMIT, TEXT_LIMIT, formatted
from bot.sandbox.world import posting
from bot.sandbox.world.files import FOLDERS
from bot.sandbox.world.media import has_caption, media_content
from bot.sandbox.world.membership import set_blocked
from bot.sandbox.world.model import JSON, Chat, Message
from bot.sandbox.world.permissions import refused_content
from bot.sandbox.world.posting import Draft
from bot.sandbox.world.reading import message_view
from bot.sandbox.world.replies import answerable_elsewhere, quoted

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
"""What a deep link may carry (Bot API, "Deep linking")."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody wants to answer, where that is, and what to quote of it."""

    to: int | None
    chat: Place | None = None
    quote: str | None = None
    position: int | None = None


class Writing(Desk):
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
        reply_chat: Place | None = None,
        quote: str | None = None,
        quote_position: int | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Write a text. A long one is split as Telegram's apps do; the last part is returned.

        `thread` elsewhere than the message answered, or `reply_chat` another chat than `chat`,
        makes a reply from elsewhere: an external_reply. Of several places where the quote
        stands, the one nearest to `quote_position` (UTF-16 units) is meant.
        """
        self._user(user)
        wanted = Reply(reply_to, reply_chat, quote, quote_position)
        message = None
        for part in _parts(text) if not entities and not parse_mode else [text]:
            content = text_content(part, parse_mode, entities)
            message = self._send(user, chat, content, thread, wanted)
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
        caption_entities: list[JSON] | None = None,
        parse_mode: str | None = None,
        details: JSON | None = None,
        reply_to: int | None = None,
        reply_chat: Place | None = None,
        thread: int | None = None,
    ) -> JSON:
        """Send a photo, voice, video, video_note, audio, animation, document or sticker (base64).

        `details`: duration, width, …; of a sticker emoji, set_name, is_animated, is_video.
        """
        item: JSON = {"kind": kind, "data": data, "name": name, "mime_type": mime_type}
        item |= {"caption": caption, "caption_entities": caption_entities}
        item |= {"parse_mode": parse_mode, "details": details or {}}
        content = self._file(item)
        message = self._send(user, chat, content, thread, Reply(reply_to, reply_chat))
        return message_view(self._world, message)

    def send_album(
        self, user: int, chat: Place, items: list[JSON], *, thread: int | None = None
    ) -> list[JSON]:
        """Send several files at once; they arrive as messages with one media_group_id."""
        if not 2 <= len(items) <= 10:
            raise SandboxError("An album has 2 to 10 items.")
        group = {"media_group_id": str(self._world.chance.randrange(10**16, 10**17))}
        contents = [self._file(item) | group for item in items]
        for content in contents:
            _refuse(self._chat(user, chat), user, content)
        posted = [self._send(user, chat, content, thread) for content in contents]
        return [message_view(self._world, message) for message in posted]

    # How it is done

    def _send(
        self,
        user: int,
        chat: Place,
        content: JSON,
        thread: int | None,
        reply: Reply | None = None,
    ) -> Message:
        """Post something, if it may be posted there, with what it answers."""
        draft = Draft(content, thread_id=thread)
        if reply is not None and reply.to is not None:
            self._answer(user, self._chat(user, chat), draft, reply)
            replied = self._chat(user, chat).messages.get(draft.reply_to or 0)
            thread = thread or (replied.thread_id if replied is not None else None)
        place = self._writable(user, chat, thread)
        return self._posted(place, user, draft)

    def _answer(self, user: int, place: Chat, draft: Draft, reply: Reply) -> None:
        source = self._chat(user, reply.chat) if reply.chat is not None else place
        replied = self._message(source, reply.to or 0)
        same_topic = not source.is_forum or draft.thread_id in {None, replied.thread_id}
        if source is place and same_topic:
            draft.reply_to = replied.id
        elif answerable_elsewhere(replied):
            draft.elsewhere = replied
        else:
            raise SandboxError("This message cannot be answered from elsewhere.")
        if reply.quote:
            draft.quote = quoted(replied.body, reply.quote, position=reply.position)
            if draft.quote is None:
                raise SandboxError("The quote is not in the message.")

    def _posted(self, place: Chat, user: int, draft: Draft) -> Message:
        _refuse(place, user, draft.content)
        if place.is_private:
            place.open_to_bot = True
        return posting.post(self._world, place, user, draft)

    def _thread_of(self, user: int, chat: Place, message_id: int) -> int | None:
        return self._message(self._chat(user, chat), message_id).thread_id

    def _file(self, item: JSON) -> JSON:
        kind = item["kind"]
        if kind not in FOLDERS or kind == "thumbnail":
            raise SandboxError(f"Nobody can send a {kind!r} as a file.")
        data = base64.b64decode(item["data"])
        stored = self._world.files.add(
            kind, data, item.get("name") or "", item.get("mime_type") or ""
        )
        content = media_content(self._world.files, stored, item.get("details") or {})
        caption = item.get("caption") or ""
        if caption and not has_caption(content):
            raise SandboxError(f"A {kind} has no caption.")
        return content | text_content(
            caption, item.get("parse_mode"), item.get("caption_entities"), "caption"
        )


def text_content(
    text: str, parse_mode: str | None, entities: list[JSON] | None, name: str = "text"
) -> JSON:
    """The fields of a text or a caption; raises SandboxError when it is empty or too long."""
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


def _refuse(place: Chat, user: int, content: JSON) -> None:
    refused = refused_content(place, user, content)
    if refused is not None:
        raise SandboxError(f"Telegram refuses this person: {refused}.")


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
