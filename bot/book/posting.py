"""Posting a printed story in the channel, when a person presses for it.

A post leaves as asks do: what may have been posted is not posted again, since nobody could take
out a second one that nobody knows of. Staff are told, and look for themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.book.channel import Channel, chosen, known
from bot.book.channel_views import ChannelViews
from bot.book.public import Reader
from bot.book.withdrawing import take_out
from bot.core.book_links import book_link
from bot.core.delivery import Call, Composer, Failure, FailureKind, Reporter
from bot.core.journal import note
from bot.core.work import Work
from bot.desk.speaking import NO_PREVIEW, to_ticket
from flows.book.posting import arrived, may_leave, not_arrived, why_not
from flows.entities import (
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Story,
    StoryId,
    StoryPost,
    StoryPostId,
    Ticket,
)
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind

METHOD = "@story_post"
_NOT_THERE = (FailureKind.KICKED, FailureKind.CHAT_NOT_FOUND)
_NO_RIGHT = (FailureKind.NO_RIGHTS, FailureKind.CANNOT_WRITE)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a story stands, and where it could."""

    channel: Channel | None
    """The chosen one."""
    posts: Sequence[tuple[StoryPost, Channel]] = ()
    """Its posts with their channels."""


async def places(work: Work, story: Story) -> Places:
    """Where a story stands in channels, or may be posted."""
    posts = await work.unit.stories.posts_of(story.id)
    found = []
    for post in posts:
        channel = await known(work.unit, post.chat_id)
        found.append((post, channel or Channel(post.chat_id, "…", may_post=False)))
    return Places(await chosen(work.unit), found)


async def post(work: Work, story: Story, language: str, by: Person) -> StoryPost | Refusal:
    """Have a printed story posted in the chosen channel, once in each language.

    Refused as `no_channel`, `no_right`, `not_printed`, or by what stands there already.
    """
    channel = await chosen(work.unit)
    if channel is None:
        return Refusal("no_channel")
    if not channel.may_post:
        return Refusal("no_right")
    refused = why_not(story, await work.unit.stories.posts_of(story.id), channel.id, language)
    if refused is not None:
        return refused
    found = StoryPost(
        StoryPostId(work.unit.new_id()), story.id, channel.id, language, work.now, by.id
    )
    work.unit.add(found)
    work.call(
        channel.id,
        METHOD,
        {"story": story.id, "post": found.id},
        purpose=Purpose.POST,
        priority=Priority.ASK,
        lane=f"post:{found.id}",
    )
    note(work, f"staff:{by.id}", "story_post", Ref(RefKind.STORY, story.id))
    return found


async def _of(work: Work, row: Outgoing) -> tuple[Story | None, StoryPost | None]:
    """The story and the post of a row; the story first, as whoever presses has it locked."""
    story = await work.unit.get(Story, StoryId(int(row.params["story"])))
    return story, await work.unit.get(StoryPost, StoryPostId(int(row.params["post"])))


async def _compose(work: Work, row: Outgoing) -> Call | None:
    """Write the post when it leaves; None when by then the story may not be read any more."""
    story, found = await _of(work, row)
    if story is None or found is None or not may_leave(story, found):
        return None
    read = await Reader(work.unit, work.services, found.language).one(story.number)
    if read is None:
        return None
    views = ChannelViews(work.services, found.language)
    text = views.post(read[0], book_link(work.services, story.number))
    return Call("sendMessage", {**text.pages()[0].params(), **NO_PREVIEW})


async def _report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Note where a story stands, and tell staff; or why it does not."""
    story, found = await _of(work, row)
    if found is None:
        return
    if result.state is SendState.SENT and message is not None:
        found = arrived(story, found, int(message["message_id"]))
        if found.state == "leaving":
            take_out(work, found)
    else:
        found = not_arrived(found, doubtful=result.state is SendState.DOUBT)
    work.unit.put(found)
    if story is not None and found.state in ("posted", "failed", "doubt"):
        await _tell(work, story, found, failure)


async def _tell(work: Work, story: Story, found: StoryPost, failure: Failure | None) -> None:
    """Say in the group of a story what became of its post, and what to do."""
    ticket = await work.unit.get(Ticket, story.ticket_id)
    channel = await known(work.unit, found.chat_id)
    if ticket is None or channel is None:
        return
    views = ChannelViews(work.services, work.services.language_at(story.group_chat_id))
    lines = [views.standing(story, found, channel)]
    if found.state == "failed":
        lines.append(views.why(_why(failure), channel, failure.detail if failure else ""))
    to_ticket(work, ticket, "\n".join(lines))


def _why(failure: Failure | None) -> str:
    kind = failure.kind if failure is not None else None
    if kind in _NOT_THERE:
        return "lost"
    return "no_right" if kind in _NO_RIGHT else "refused"


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
REPORTERS: dict[str, Reporter] = {Purpose.POST: _report}
