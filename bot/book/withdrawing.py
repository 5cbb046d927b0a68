"""Taking stories out of a channel: deleted, or where that is too late, edited to say so.

For two days a bot may delete what it has posted, and edit it for ever. Of each row enough is
known when its story, and all that named its author, is gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.core.admin_notices import notify_admins_of
from bot.core.delivery import Call, Composer, Failure, FailureKind, Reporter
from bot.core.names import place_link
from bot.core.rich import italic
from bot.core.work import Work
from bot.desk.speaking import NO_PREVIEW
from flows.book.consent import may_be_read
from flows.book.posting import taken_back
from flows.entities import Outgoing, Priority, SendResult, SendState, Story, StoryPost
from flows.entities.kinds import Purpose

METHOD = "@story_out"
LOT = 100
"""Posts that are looked at together."""


async def follow(work: Work, story: Story) -> None:
    """Take a story out of every channel when it may not be read any more."""
    if not may_be_read(story):
        await _take_back(work, await work.unit.stories.posts_of(story.id))


async def sweep(work: Work) -> None:
    """Take out what stands in a channel although its author was forgotten."""
    await _take_back(work, await work.unit.stories.posts_without_story(LOT))


async def try_again(work: Work, chat_id: int | None = None) -> int:
    """Try once more to take out what a channel, or any, did not let us; give how many."""
    stuck = await work.unit.stories.posts_in_state("stuck", LOT)
    here = [each for each in stuck if chat_id in (None, each.chat_id)]
    await _take_back(work, here)
    return len(here)


async def _take_back(work: Work, posts: Sequence[StoryPost]) -> None:
    """Have posts taken out; what is still on its way there goes when it has arrived."""
    for post in taken_back(posts):
        work.unit.put(post)
        if post.state == "leaving":
            take_out(work, post)
    if any(post.state == "doubt" for post in posts):
        await notify_admins_of(work, "channel.look")


def take_out(work: Work, post: StoryPost, *, edited: bool = False) -> None:
    """Have the message of a post deleted, or `edited` to say that it is withdrawn."""
    work.call(
        post.chat_id,
        METHOD,
        {"message_id": post.message_id, "language": post.language, "edited": edited},
        purpose=Purpose.WITHDRAWAL,
        priority=Priority.REPLY,
        lane=f"withdrawal:{post.id}",
    )


async def _compose(work: Work, row: Outgoing) -> Call:
    place = {"message_id": row.params["message_id"]}
    if not row.params["edited"]:
        return Call("deleteMessage", place)
    said = italic(work.services.words.say(str(row.params["language"]), "channel.withdrawn"))
    return Call("editMessageText", {**place, **said.params(), **NO_PREVIEW}, anew=False)


async def _report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Note that a post is out; or edit what cannot be deleted; or tell admins to do it by hand."""
    post = await work.unit.stories.post_at(row.chat_id, int(row.params["message_id"]))
    if post is None or post.state != "leaving":
        return
    if result.state is SendState.SENT or _is_gone(failure):
        work.unit.put(replace(post, state="out"))
    elif not row.params["edited"]:
        take_out(work, post, edited=True)
    else:
        work.unit.put(replace(post, state="stuck"))
        link = place_link(post.chat_id, int(row.params["message_id"]))
        await notify_admins_of(work, "channel.stuck", link=link)


def _is_gone(failure: Failure | None) -> bool:
    """Tell whether a message is not there any more; one that "can't be edited" is."""
    if failure is None or failure.kind is not FailureKind.MESSAGE_GONE:
        return False
    return "not found" in failure.detail.lower()


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
REPORTERS: dict[str, Reporter] = {Purpose.WITHDRAWAL: _report}
