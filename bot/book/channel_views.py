"""How a story looks in a channel, and how staff and admins read where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.book.channel import Channel
from bot.core.callbacks import pack
from bot.core.names import place_link
from bot.core.rich import Rich, Span, bold, clipped, plain, quote
from bot.core.services import Services
from bot.core.tongues import tongue
from bot.core.words import pair
from bot.core.work import Keyboard
from flows.entities import Story, StoryPost

if TYPE_CHECKING:
    from bot.book.posting import Places
    from bot.book.public import Spread

_DETAIL = 100
"""Characters of what Telegram says that are repeated."""


class ChannelViews:
    """Views in one language."""

    def __init__(self, services: Services, language: str) -> None:
        self._services, self._language = services, language

    def _say(self, key: str, **values: object) -> str:
        return self._services.words.say(self._language, f"channel.{key}", **values)

    def _printed(self, key: str, **values: object) -> str:
        return self._services.words.say(self._language, f"printed.{key}", **values)

    # -- in the channel ----------------------------------------------------------------------------

    def post(self, spread: Spread, link: str) -> Rich:
        """A story as it is posted: both sides, since when, and where to write and to read more."""
        name = spread.name
        heading = self._printed("said_by", name=name) if name else self._printed("said")
        rich = bold(heading) + "\n" + quote(spread.said) + "\n"
        rich = rich + bold(self._printed("declined" if spread.declined else "did")) + "\n"
        rich = rich + spread.did + "\n\n"
        since = self._printed("decided" if spread.declined else "since")
        lines = (
            " · ".join(each for each in (spread.place, spread.told) if each),
            pair(since, spread.since, self._language) if spread.since else "",
            pair(self._printed("by"), spread.by, self._language) if spread.by else "",
        )
        rich = rich + "\n".join(each for each in lines if each)
        bot = f"https://t.me/{self._services.bot_username}"
        rich = rich + "\n\n" + self._printed("write") + " "
        rich = rich + Rich((Span(self._printed("b_write"), "text_link", bot),))
        if link:
            page = self._printed("page", number=spread.number)
            rich = rich + "\n" + Rich((Span(page, "text_link", link),))
        return rich

    # -- to staff ----------------------------------------------------------------------------------

    def standing(self, story: Story, post: StoryPost, channel: Channel) -> str:
        """How it stands with a story in a channel, in one line."""
        number = post.message_id
        link = place_link(channel.id, number, channel.username) if number is not None else ""
        return self._say(
            f"at_{post.state}",
            page=story.number,
            title=channel.name,
            tongue=tongue(self._services.words, self._language, post.language),
            link=link,
        )

    def why(self, key: str, channel: Channel, detail: str = "") -> str:
        """Why a story was not posted, and what to do."""
        return self._say(key, title=channel.name, detail=clipped(detail, _DETAIL))

    def lines(self, story: Story, places: Places) -> list[str]:
        """Where a story stands; what is over is not told."""
        return [
            self.standing(story, post, channel)
            for post, channel in places.posts
            if post.state not in ("out", "failed")
        ]

    def buttons(self, story: Story, places: Places) -> Keyboard:
        """A button for each language in which a printed story is not in the channel yet."""
        channel = places.channel
        if channel is None or not channel.may_post:
            return []
        there = {
            post.language
            for post, where in places.posts
            if where.id == channel.id and post.state not in ("out", "failed", "doubt")
        }
        words = self._services.words
        return [
            [
                (
                    self._say(
                        "b_post", title=channel.name, tongue=tongue(words, self._language, language)
                    ),
                    pack("n", "post", story.id, language),
                )
            ]
            for language in story.texts
            if language not in there
        ]

    # -- to admins ---------------------------------------------------------------------------------

    def choice(
        self, chosen: Channel | None, known: Sequence[Channel], stuck: Sequence[StoryPost]
    ) -> tuple[Rich, Keyboard]:
        """Where stories are posted, and where they could be; what still stands somewhere."""
        lines = [self._say("now", title=chosen.name) if chosen else self._say("nowhere")]
        if chosen is not None and not chosen.may_post:
            lines.append(self._say("no_right", title=chosen.name))
        rows = [
            [(self._say("b_use", title=each.name), pack("k", "use", each.id))]
            for each in known
            if each.may_post and (chosen is None or each.id != chosen.id)
        ]
        if chosen is not None:
            rows.append([(self._say("b_none"), pack("k", "none", 0))])
        if not rows:
            lines.append(self._say("how"))
        if stuck:
            places = [place_link(each.chat_id, each.message_id or 0) for each in stuck]
            lines += [self._say("still"), *places]
            rows.append([(self._say("b_again"), pack("k", "again", 0))])
        return plain("\n".join(lines)), rows
