"""How people change and delete what they wrote."""

from __future__ import annotations

from bot.sandbox.control.common import Place
from bot.sandbox.control.writing import Writing, text_content
from bot.sandbox.errors import SandboxError
from bot.sandbox.world import posting
from bot.sandbox.world.media import has_caption, media_kind
from bot.sandbox.world.model import JSON, Message
from bot.sandbox.world.reading import message_view

_REPLACED = ("photo", "video", "audio", "animation", "document")


class Changing(Writing):
    """Operations of people; every one returns the message as `message_view` shows it."""

    def edit(
        self,
        user: int,
        chat: Place,
        message: int,
        text: str | None = None,
        *,
        entities: list[JSON] | None = None,
        parse_mode: str | None = None,
    ) -> JSON:
        """Change one's own text or caption, or its entities alone.

        With neither nothing changes, and bots get an edited_message that is as before, as
        Telegram sends now and then (Client.cpp:17547: only what is known to be the same is
        held back).
        """
        edited = self._editable(user, chat, message)
        if text is not None or entities is not None:
            self._rewrite(edited, text, parse_mode, entities)
        posting.changed(self._world, edited, by_person=True)
        return message_view(self._world, edited)

    def edit_media(
        self,
        user: int,
        chat: Place,
        message: int,
        kind: str,
        data: str,
        *,
        name: str = "",
        mime_type: str = "",
        caption: str = "",
        caption_entities: list[JSON] | None = None,
        details: JSON | None = None,
    ) -> JSON:
        """Exchange the photo, video, audio, animation or document of one's own message."""
        edited = self._editable(user, chat, message)
        if media_kind(edited.body) not in _REPLACED or kind not in _REPLACED:
            raise SandboxError(f"Only {', '.join(_REPLACED)} can be exchanged for one another.")
        item: JSON = {"kind": kind, "data": data, "name": name, "mime_type": mime_type}
        item |= {"caption": caption, "caption_entities": caption_entities}
        content = self._file(item | {"details": details or {}})
        for field in (*_REPLACED, "caption", "caption_entities"):
            edited.body.pop(field, None)
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

    # How it is done

    def _editable(self, user: int, chat: Place, message: int) -> Message:
        place = self._writable(user, chat, self._thread_of(user, chat, message))
        return self._own(place, message, user)

    def _rewrite(
        self,
        edited: Message,
        text: str | None,
        parse_mode: str | None,
        entities: list[JSON] | None,
    ) -> None:
        body = edited.body
        name = "caption" if media_kind(body) else "text"
        if name == "caption" and not has_caption(body):
            raise SandboxError("This kind of message has neither a text nor a caption.")
        marks = "caption_entities" if name == "caption" else "entities"
        new = text_content(
            body.get(name) or "" if text is None else text, parse_mode, entities, name
        )
        if new == {k: body[k] for k in (name, marks) if k in body}:
            raise SandboxError("The text is the same as before.")
        for field in (name, marks):
            body.pop(field, None)
        body.update(new)
