"""A story in a channel: there once, by a person's press, and only while it may be read.

Pure. What is withdrawn on its way there is taken out as soon as it has arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flows.book.consent import may_be_read
from flows.entities import Story, StoryPost
from flows.entities.lifecycle import Refusal

MAY_STAND = ("posted", "leaving", "stuck")
"""States of posts that others may be reading."""


def why_not(
    story: Story, posts: Sequence[StoryPost], chat_id: int, language: str
) -> Refusal | None:
    """Why a story may not be posted in a channel in a language now; None: it may."""
    if not may_be_read(story) or language not in story.texts:
        return Refusal("not_printed")
    states = {post.state for post in posts if (post.chat_id, post.language) == (chat_id, language)}
    return next((Refusal(state) for state in ("waiting", *MAY_STAND) if state in states), None)


def may_leave(story: Story | None, post: StoryPost) -> bool:
    """Tell whether a post that waits may be sent: asked once more when its turn comes."""
    if story is None or post.state != "waiting" or post.story_id != story.id:
        return False
    return may_be_read(story) and post.language in story.texts


def arrived(story: Story | None, post: StoryPost, message_id: int) -> StoryPost:
    """The post that now stands there; it leaves at once if it was withdrawn on its way."""
    state = "posted" if may_leave(story, post) else "leaving"
    return replace(post, state=state, message_id=message_id)


def not_arrived(post: StoryPost, *, doubtful: bool) -> StoryPost:
    """A post that was refused, or of which nobody knows whether it arrived (`doubtful`)."""
    if doubtful:
        return replace(post, state="doubt")
    return replace(post, state="failed") if post.state == "waiting" else post


def taken_back(posts: Iterable[StoryPost]) -> list[StoryPost]:
    """Those of a story's posts that change when it may not be read any more, as they are then.

    One in doubt is over: nobody knows where it stands, so people are asked to look.
    """
    after = {"waiting": "out", "posted": "leaving", "stuck": "leaving", "doubt": "out"}
    return [replace(each, state=after[each.state]) for each in posts if each.state in after]
