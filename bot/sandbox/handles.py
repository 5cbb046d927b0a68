"""What tests hold in their hands: messages, presses, bots, groups.

The same classes work in the server's process (`running_sandbox`) and from another one
(`SandboxClient`); only the link between differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from bot.sandbox.world.model import JSON


class Link(Protocol):
    """The way to the control room."""

    async def call(self, operation: str, **arguments: Any) -> Any:
        """Run an operation; raises SandboxError when it is refused."""


class Account(Protocol):
    """Somebody with a user id: a person or a bot."""

    @property
    def id(self) -> int:
        """The user id."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person sees it; `view` holds every field of `message_view`."""

    view: JSON

    @property
    def id(self) -> int:
        """The message id."""
        return int(self.view["id"])

    @property
    def chat(self) -> str:
        """The key of its chat."""
        return str(self.view["chat"])

    @property
    def seq(self) -> int:
        """The number of its latest change."""
        return int(self.view["seq"])

    @property
    def text(self) -> str:
        """Text or caption, empty when there is none."""
        return self.view["text"] or self.view["caption"] or ""

    @property
    def kind(self) -> str:
        """text, photo, voice, …, sticker, location, venue, contact, dice, poll or service."""
        return str(self.view["kind"])

    @property
    def from_bot(self) -> bool:
        """Whether a bot wrote it."""
        return bool(self.view["from"]["is_bot"])

    @property
    def buttons(self) -> list[list[JSON]]:
        """Rows of inline buttons."""
        return list(self.view["buttons"])

    @property
    def labels(self) -> list[str]:
        """The inline buttons' labels, row after row."""
        return [b["text"] for row in self.view["buttons"] for b in row]

    @property
    def topic(self) -> int | None:
        """The forum topic it stands in."""
        return self.view["topic"]  # type: ignore[no-any-return]

    @property
    def reply_to(self) -> int | None:
        """The id of the message that it answers."""
        return self.view["reply_to"]  # type: ignore[no-any-return]

    @property
    def reactions(self) -> dict[str, list[int]]:
        """Emoji and who put them."""
        return dict(self.view["reactions"])


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press on a button: its callback query id, and the number of that change."""

    query: str
    seq: int


@dataclass(frozen=True, slots=True)
class SandboxBot:
    """A bot account."""

    link: Link
    id: int
    token: str
    username: str

    async def inject(self, update: JSON) -> int:
        """Queue any object as an update; its update_id."""
        return int(await self.link.call("inject_update", bot=self.id, update=update))

    async def pending(self) -> list[JSON]:
        """Updates that the bot has not confirmed."""
        return list(await self.link.call("pending_updates", bot=self.id))

    async def duplicate(self, update_id: int) -> None:
        """Deliver an update again under the same id."""
        await self.link.call("duplicate_update", bot=self.id, update_id=update_id)

    async def reorder(self, update_ids: list[int]) -> None:
        """Deliver these pending updates first, in this order."""
        await self.link.call("reorder_updates", bot=self.id, update_ids=update_ids)

    async def profile(self) -> JSON:
        """Commands, texts, webhook and allowed updates that the bot set."""
        return dict(await self.link.call("bot_profile", bot=self.id))

    async def set_privacy(self, *, on: bool) -> None:
        """Switch group privacy mode, as BotFather does."""
        await self.link.call("set_privacy", bot=self.id, on=on)


@dataclass(frozen=True, slots=True)
class Group:
    """A group; topics are named by their thread id."""

    link: Link
    id: int

    async def add(self, who: Account) -> None:
        """Let somebody in."""
        await self.link.call("add_member", group=self.id, user=who.id)

    async def promote(
        self, who: Account, rights: list[str] | None = None, title: str | None = None
    ) -> None:
        """Make an administrator, with all rights or with these, and perhaps a custom title.

        Who has "is_anonymous" among them writes as the group; all rights are without it.
        """
        await self.link.call("promote", group=self.id, user=who.id, rights=rights, title=title)

    async def demote(self, who: Account) -> None:
        """Take administrator rights away."""
        await self.link.call("demote", group=self.id, user=who.id)

    async def kick(self, who: Account) -> None:
        """Remove somebody for good."""
        await self.link.call("kick", group=self.id, user=who.id)

    async def restrict(self, who: Account, may: list[str] | None = None) -> None:
        """Leave a member nothing, or these permissions."""
        await self.link.call("restrict", group=self.id, user=who.id, may=may)

    async def unrestrict(self, who: Account) -> None:
        """Lift a restriction."""
        await self.link.call("unrestrict", group=self.id, user=who.id)

    async def set_anonymous(self, who: Account, *, on: bool = True) -> None:
        """Let an administrator, or the creator, write as the group, or no longer."""
        await self.link.call("set_anonymous", group=self.id, user=who.id, on=on)

    async def set_permissions(self, may: list[str] | None) -> None:
        """What members may do; None: what they may in a new group."""
        await self.link.call("set_permissions", group=self.id, may=may)

    async def set_reactions(self, emoji: list[str] | None) -> None:
        """Which reactions the group allows; None: all."""
        await self.link.call("set_reactions", group=self.id, emoji=emoji)

    async def set_title(self, by: Account, title: str) -> None:
        """The group another name."""
        await self.link.call("set_title", group=self.id, user=by.id, title=title)

    async def migrate(self, *, forum: bool = False) -> Group:
        """Become a supergroup; the new group."""
        view = await self.link.call("migrate", group=self.id, forum=forum)
        return Group(self.link, view["id"])

    async def set_forum(self, *, on: bool = True) -> None:
        """Switch topics on or off."""
        await self.link.call("set_forum", group=self.id, on=on)

    async def topics(self) -> list[JSON]:
        """All topics with id, name and status, General and deleted ones included."""
        return list(await self.link.call("topics", group=self.id))

    async def create_topic(self, by: Account, name: str) -> int:
        """Open a topic; its thread id."""
        view = await self.link.call("create_topic", group=self.id, user=by.id, name=name)
        return int(view["id"])

    async def rename_topic(self, by: Account, topic: int, name: str) -> None:
        """A topic another name."""
        await self.link.call("rename_topic", group=self.id, user=by.id, topic=topic, name=name)

    async def close_topic(self, by: Account, topic: int) -> None:
        """Close a topic."""
        await self.link.call("close_topic", group=self.id, user=by.id, topic=topic)

    async def reopen_topic(self, by: Account, topic: int) -> None:
        """Open a closed topic again."""
        await self.link.call("reopen_topic", group=self.id, user=by.id, topic=topic)

    async def delete_topic(self, by: Account, topic: int) -> None:
        """Delete a topic and its messages."""
        await self.link.call("delete_topic", group=self.id, user=by.id, topic=topic)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its creator and administrators write there, in its name."""

    link: Link
    id: int

    async def add(self, who: Account) -> None:
        """Let a reader in."""
        await self.link.call("add_member", group=self.id, user=who.id)

    async def promote(
        self, who: Account, rights: list[str] | None = None, *, by: Account | None = None
    ) -> None:
        """Make an administrator, a bot too, with all rights or with these."""
        actor = by.id if by else None
        await self.link.call("promote", group=self.id, user=who.id, rights=rights, by=actor)

    async def demote(self, who: Account) -> None:
        """Take administrator rights away; a bot is not in the channel then."""
        await self.link.call("demote", group=self.id, user=who.id)

    async def kick(self, who: Account) -> None:
        """Remove somebody for good."""
        await self.link.call("kick", group=self.id, user=who.id)

    async def discuss(self, group: Group) -> None:
        """Have posts come into a supergroup, where they are discussed."""
        await self.link.call("link_channel", channel=self.id, group=group.id)
