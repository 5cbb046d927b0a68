"""What else people do: react, forward, pin, block, change their names."""

from __future__ import annotations

from bot.sandbox.api.reactions import checked_reactions, refused_reactions
from bot.sandbox.control.common import Place
from bot.sandbox.control.things import Things
from bot.sandbox.control.views import user_view
from bot.sandbox.errors import SandboxError
from bot.sandbox.world import pinning, posting
from bot.sandbox.world.delivery import deliver_reaction
from bot.sandbox.world.media import content_of
from bot.sandbox.world.membership import set_blocked
from bot.sandbox.world.model import JSON, Chat
from bot.sandbox.world.permissions import allowed
from bot.sandbox.world.posting import Draft
from bot.sandbox.world.reading import message_view
from bot.sandbox.world.senders import origin_of


class People(Things):
    """Operations of people."""

    def react(self, user: int, chat: Place, message: int, emoji: str | None) -> JSON:
        """Put a reaction on a message, or take it away with None."""
        place = self._writable(user, chat, self._thread_of(user, chat, message))
        target = self._message(place, message)
        old = target.reactions.get(user, [])
        new = checked_reactions([{"type": "emoji", "emoji": emoji}] if emoji else [])
        refused = refused_reactions(place, user, new)
        if refused is not None:
            raise SandboxError(f"This reaction cannot be put here: {refused}.")
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
        extra = {"forward_origin": origin_of(self._world, source)}
        draft = Draft(content_of(source.body), thread_id=thread, extra=extra)
        return message_view(self._world, self._posted(place, user, draft))

    def pin(self, user: int, chat: Place, message: int) -> JSON:
        """Pin a message for everybody; a service message says so."""
        place = self._pinnable(user, chat)
        pinned = self._message(place, message)
        if pinned.service:
            raise SandboxError("Service messages cannot be pinned.")
        pinning.pin(self._world, place, pinned, user)
        return message_view(self._world, pinned)

    def unpin(self, user: int, chat: Place, message: int) -> JSON:
        """Unpin a message. Bots are not told."""
        place = self._pinnable(user, chat)
        if message not in place.pinned:
            raise SandboxError("This message is not pinned.")
        pinning.unpin(self._world, place, message)
        return message_view(self._world, place.messages[message])

    def write_as(self, user: int, group: int, channel: int | None = None) -> None:
        """Write in a group in the name of one's channel from now on; None: in one's own.

        Anonymous administrators write as the group without it.
        """
        place = self._writable(user, group)
        if place.kind != "supergroup":
            raise SandboxError("Channels write in supergroups only.")
        if channel is None:
            place.send_as.pop(user, None)
            return
        if self._group(channel).member(user).status != "creator":
            raise SandboxError("People write in the name of their own channels only.")
        place.send_as[user] = channel

    def block(self, user: int, bot: int) -> None:
        """Block a bot."""
        set_blocked(self._world, self._chat(user, bot), blocked=True)

    def unblock(self, user: int, bot: int) -> None:
        """Lift a block without writing anything."""
        set_blocked(self._world, self._chat(user, bot), blocked=False)

    def update_user(
        self,
        user: int,
        *,
        first_name: str | None = None,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        phone: str | None = None,
        private_forwards: bool | None = None,
    ) -> JSON:
        """Change a person's names, language, phone, or whether forwards link to them.

        What is None stays, an empty text takes a name away. Bots learn it from what comes
        next; no update tells it.
        """
        person = self._user(user)
        if person.is_bot or first_name == "":
            raise SandboxError("Only people change their names here, and all have a first one.")
        changes = {"first_name": first_name, "last_name": last_name, "username": username}
        changes |= {"language_code": language_code, "phone": phone}
        for name, value in changes.items():
            if value is not None:
                setattr(person, name, value or None)
        if private_forwards is not None:
            person.private_forwards = private_forwards
        shape = user_view(person)
        self._world.hub.publish("user_changed", lambda: {"user": shape})
        return shape

    def deactivate(self, user: int) -> None:
        """Delete the account: bots get 403 from now on."""
        self._user(user).deactivated = True
        self._world.hub.publish("user_deactivated", lambda: {"user": user})

    # How it is done

    def _pinnable(self, user: int, chat: Place) -> Chat:
        place = self._writable(user, chat)
        admin = place.member(user)
        right = (
            admin.may("can_pin_messages")
            if admin.is_admin
            else allowed(place, user, "can_pin_messages")
        )
        if not place.is_private and not right:
            raise SandboxError("This person may not pin messages here.")
        return place
