"""Users, bots and groups: made, changed, taken apart."""

from __future__ import annotations

from bot.sandbox.control.standing import Standing
from bot.sandbox.control.views import user_view
from bot.sandbox.errors import SandboxError
from bot.sandbox.world import topics
from bot.sandbox.world.membership import end_forum, make_forum, migrate
from bot.sandbox.world.model import JSON, Chat, Member, Topic, User
from bot.sandbox.world.permissions import allowed
from bot.sandbox.world.posting import service
from bot.sandbox.world.reading import chat_view, topic_view


class Groups(Standing):
    """Operations on who exists and on groups."""

    def create_user(
        self,
        *,
        first_name: str = "Anna",
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        phone: str | None = None,
        private_forwards: bool = False,
        id: int | None = None,
    ) -> JSON:
        """A new person: {id, first_name, …}."""
        number = id or self._world.new_user_id()
        user = User(number, first_name, last_name, username, language_code, phone)
        user.private_forwards = private_forwards
        self._world.add_user(user)
        shape = user_view(user)
        self._world.hub.publish("user_created", lambda: {"user": shape})
        return shape

    def create_bot(
        self,
        *,
        token: str | None = None,
        username: str = "sandbox_bot",
        first_name: str = "Sandbox bot",
        privacy: bool = True,
    ) -> JSON:
        """A new bot: {id, token, username}. Its id is the token's part before the colon."""
        bot = self._world.add_bot(token, username, first_name, privacy)
        self._world.hub.publish("bot_created", lambda: {"bot": bot.id, "username": username})
        return {"id": bot.id, "token": bot.token, "username": username, "first_name": first_name}

    def set_privacy(self, bot: int, on: bool) -> None:
        """Switch a bot's group privacy mode, as BotFather does."""
        self._bot(bot).privacy = on

    def create_group(
        self,
        *,
        title: str = "Support",
        creator: int,
        members: list[int] | None = None,
        forum: bool = False,
        kind: str = "supergroup",
        username: str | None = None,
        id: int | None = None,
    ) -> JSON:
        """A new group ("supergroup", or "group" for a basic one); bots are members too."""
        if kind not in {"supergroup", "group"} or (forum and kind == "group"):
            raise SandboxError(
                'A group is a "supergroup", the only kind with topics, or a "group".'
            )
        self._user(creator)
        chat = self._world.add_group(title, kind, id)
        chat.username = username
        chat.members[creator] = Member(creator, "creator")
        if kind == "group":
            service(self._world, chat, creator, {"group_chat_created": True})
        if forum:
            make_forum(self._world, chat, creator)
        for user in members or []:
            self.add_member(chat.id, user, by=creator)
        return chat_view(self._world, chat)

    def create_channel(
        self,
        *,
        title: str = "News",
        creator: int,
        username: str | None = None,
        id: int | None = None,
    ) -> JSON:
        """A new channel; its creator, and whom they make administrator, write in its name."""
        self._user(creator)
        chat = self._world.add_group(title, "channel", id)
        chat.username = username
        chat.members[creator] = Member(creator, "creator")
        service(self._world, chat, creator, {"channel_chat_created": True})
        return chat_view(self._world, chat)

    def link_channel(self, channel: int, group: int) -> None:
        """Make a supergroup the discussion of a channel, whose posts come there from now on."""
        posts, talk = self._group(channel), self._group(group)
        if not posts.is_channel or talk.kind != "supergroup" or talk.is_forum:
            raise SandboxError("A channel's posts are discussed in a supergroup without topics.")
        posts.linked_id, talk.linked_id = talk.id, posts.id

    def migrate(self, group: int, *, forum: bool = False) -> JSON:
        """Turn a basic group into a supergroup (with topics if `forum`); the new chat."""
        old = self._group(group)
        if old.kind != "group" or old.migrated_to is not None:
            raise SandboxError("Only a basic group becomes a supergroup, and once.")
        new = migrate(self._world, old, self._creator(old), forum=forum)
        return chat_view(self._world, new)

    def set_forum(self, group: int, *, on: bool = True) -> JSON:
        """Switch a supergroup's topics on or off.

        Off, its messages stand in the group; on again, its topics are back. Bots are not told.
        """
        chat = self._group(group)
        if chat.kind != "supergroup":
            raise SandboxError("Only supergroups have topics: migrate the group first.")
        if on:
            make_forum(self._world, chat, self._creator(chat))
        else:
            end_forum(self._world, chat)
        return chat_view(self._world, chat)

    def create_topic(self, group: int, user: int, name: str) -> JSON:
        """Open a forum topic."""
        chat = self._forum(group, user, allowed_too=True)
        color = topics.ICON_COLORS[0]
        return topic_view(
            topics.create_topic(self._world, chat, user, name, color=color, emoji=None)
        )

    def rename_topic(self, group: int, user: int, topic: int, name: str) -> JSON:
        """A topic another name."""
        chat = self._forum(group, user)
        found = self._topic(chat, topic)
        topics.rename_topic(self._world, chat, found, user, name=name, emoji=None)
        return topic_view(found)

    def close_topic(self, group: int, user: int, topic: int) -> JSON:
        """Close a topic: only administrators write there."""
        return self._set_closed(group, user, topic, closed=True)

    def reopen_topic(self, group: int, user: int, topic: int) -> JSON:
        """Open a closed topic again."""
        return self._set_closed(group, user, topic, closed=False)

    def delete_topic(self, group: int, user: int, topic: int) -> JSON:
        """Delete a topic with its messages. Bots are not told."""
        chat = self._forum(group, user)
        found = self._topic(chat, topic)
        topics.delete_topic(self._world, chat, found)
        return topic_view(found)

    # How it is done

    def _forum(self, group: int, user: int, *, allowed_too: bool = False) -> Chat:
        """A forum, for somebody who manages its topics (or whom the group lets open one)."""
        chat = self._group(group)
        if not chat.is_forum:
            raise SandboxError("This group has no topics.")
        member = chat.member(user)
        opens = allowed_too and not member.is_admin and allowed(chat, user, "can_manage_topics")
        if not member.may("can_manage_topics") and not (opens and member.present):
            raise SandboxError("Only administrators with can_manage_topics manage topics.")
        return chat

    def _topic(self, chat: Chat, topic_id: int) -> Topic:
        topic = chat.topics.get(topic_id)
        if topic is None or topic.status == "deleted":
            raise SandboxError(f"There is no topic {topic_id}.")
        return topic

    def _set_closed(self, group: int, user: int, topic: int, *, closed: bool) -> JSON:
        chat = self._forum(group, user)
        found = self._topic(chat, topic)
        topics.set_topic_closed(self._world, chat, found, user, closed=closed)
        return topic_view(found)
