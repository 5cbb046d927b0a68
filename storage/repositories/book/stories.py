"""Pages of the book that others may read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, distinct, func, select

from flows.entities import Change, ChangeId, CustomerId, Story, StoryId, StoryPost, TicketId
from storage.repositories.base import Repository, all_of
from storage.tables import changes, notices, stories, story_posts, tickets

PRINTED = "published"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the people who were told of a change have said of it."""

    yes: int = 0
    no: int = 0
    silent: int = 0


class Stories(Repository):
    """Stories, printed and not."""

    async def of_ticket(self, ticket_id: TicketId) -> Story | None:
        """The story of a complaint."""
        query = all_of(Story).where(stories.c.ticket_id == ticket_id)
        found = await self._unit.find(Story, query, lock=True)
        return found[0] if found else None

    async def in_states(self, states: Collection[str], limit: int) -> list[Story]:
        """Stories in these states, the newest first."""
        query = all_of(Story).where(stories.c.state.in_(states))
        return await self._unit.find(Story, query.order_by(stories.c.number.desc()).limit(limit))

    async def among(self, ids: Collection[TicketId]) -> set[TicketId]:
        """Those of these complaints of which a story was begun."""
        query = select(stories.c.ticket_id).where(stories.c.ticket_id.in_(list(ids)))
        return {TicketId(row.ticket_id) for row in await self._unit.run(query)}

    async def of_customer(self, customer_id: CustomerId) -> list[Story]:
        """The stories of a customer's complaints."""
        query = all_of(Story).where(stories.c.customer_id == customer_id)
        return await self._unit.find(Story, query.order_by(stories.c.number))

    async def printed_as(self, number: int) -> Story | None:
        """The printed story with this page number."""
        query = all_of(Story).where(stories.c.number == number, stories.c.state == PRINTED)
        found = await self._unit.find(Story, query)
        return found[0] if found else None

    async def pages_of(self, ids: Collection[ChangeId]) -> dict[ChangeId, int]:
        """The page number of the story that was printed last of each of these changes."""
        query = (
            select(stories.c.change_id, stories.c.number)
            .where(stories.c.change_id.in_(list(ids)), stories.c.state == PRINTED)
            .order_by(stories.c.published_at, stories.c.number)
        )
        return {ChangeId(row[0]): row[1] for row in await self._unit.run(query)} if ids else {}

    # -- in a channel -------------------------------------------------------------------------

    async def posts_of(self, story_id: StoryId) -> list[StoryPost]:
        """The posts of a story, the oldest first."""
        query = all_of(StoryPost).where(story_posts.c.story_id == story_id)
        return await self._unit.find(StoryPost, query.order_by(story_posts.c.id), lock=True)

    async def post_at(self, chat_id: int, message_id: int) -> StoryPost | None:
        """The post that stands, or stood, at this place."""
        at = story_posts.c.chat_id == chat_id, story_posts.c.message_id == message_id
        found = await self._unit.find(StoryPost, all_of(StoryPost).where(*at), lock=True)
        return found[0] if found else None

    async def posts_without_story(self, limit: int) -> list[StoryPost]:
        """Posts that may stand although their story is not printed, or its author forgotten."""
        printed = select(stories.c.id).where(
            stories.c.id == story_posts.c.story_id, stories.c.state == PRINTED
        )
        query = all_of(StoryPost).where(
            story_posts.c.state.in_(("waiting", "posted", "doubt")), ~printed.exists()
        )
        query = query.order_by(story_posts.c.id).limit(limit)
        return await self._unit.find(StoryPost, query, lock=True)

    async def posts_in_state(self, state: str, limit: int) -> list[StoryPost]:
        """Posts in this state, the oldest first."""
        query = all_of(StoryPost).where(story_posts.c.state == state)
        query = query.order_by(story_posts.c.id).limit(limit)
        return await self._unit.find(StoryPost, query, lock=True)

    # -- the book -----------------------------------------------------------------------------

    async def printed(self, category: str, stage: str, *, offset: int, limit: int) -> list[Story]:
        """Printed stories, the newest first; an empty category or stage is any."""
        query = _fitting(all_of(Story), category, stage)
        query = query.order_by(stories.c.published_at.desc(), stories.c.number.desc())
        return await self._unit.find(Story, query.offset(offset).limit(limit))

    async def count(self) -> dict[tuple[str, str], int]:
        """How many stories are printed, by category and stage."""
        query = (
            select(stories.c.category, stories.c.stage, func.count())
            .where(stories.c.state == PRINTED)
            .group_by(stories.c.category, stories.c.stage)
        )
        return {(row[0], row[1]): row[2] for row in await self._unit.run(query)}

    async def verdicts(self, ids: Collection[ChangeId]) -> Mapping[ChangeId, Verdicts]:
        """What was said of changes, by those who were told of them in their last round."""
        query = (
            select(notices.c.change_id, notices.c.verdict, func.count())
            .join(changes, changes.c.id == notices.c.change_id)
            .where(
                notices.c.change_id.in_(list(ids)),
                notices.c.delivered_at.is_not(None),
                notices.c.round == changes.c.round,
            )
            .group_by(notices.c.change_id, notices.c.verdict)
        )
        counts: dict[ChangeId, dict[str, int]] = {}
        for change_id, verdict, number in await self._unit.run(query):
            said = verdict if verdict in ("yes", "") else "no"
            mine = counts.setdefault(ChangeId(change_id), {})
            mine[said] = mine.get(said, 0) + number
        return {
            each: Verdicts(mine.get("yes", 0), mine.get("no", 0), mine.get("", 0))
            for each, mine in counts.items()
        }

    async def declined(self, limit: int) -> list[Change]:
        """Changes that are not made, with a reason, the newest first.

        Those are left out of which a printed story tells.
        """
        printed = select(stories.c.change_id).where(stories.c.state == PRINTED)
        printed = printed.where(stories.c.change_id == changes.c.id)
        query = all_of(Change).where(
            changes.c.state == "declined", changes.c.text != "", ~printed.exists()
        )
        query = query.order_by(changes.c.shipped_at.desc(), changes.c.number.desc())
        return await self._unit.find(Change, query.limit(limit))

    async def told(
        self, states: Collection[str], category: str, stage: str, *, offset: int, limit: int
    ) -> list[Change]:
        """Changes in these states that people were told of, the newest first.

        Of a category or stage: those to which a complaint of it has led; empty is any.
        """
        query = all_of(Change).where(changes.c.state.in_(states))
        if category or stage:
            led = select(tickets.c.id).where(tickets.c.change_id == changes.c.id)
            led = led.where(tickets.c.category == category) if category else led
            led = led.where(tickets.c.stage == stage) if stage else led
            query = query.where(led.exists())
        query = query.order_by(changes.c.shipped_at.desc(), changes.c.number.desc())
        return await self._unit.find(Change, query.offset(offset).limit(limit))

    async def told_by(self, states: Collection[str]) -> tuple[dict[str, int], dict[str, int]]:
        """How many such changes there are for each category, and for each stage."""
        counts = []
        for column in (tickets.c.category, tickets.c.stage):
            query = (
                select(column, func.count(distinct(changes.c.id)))
                .join(changes, changes.c.id == tickets.c.change_id)
                .where(changes.c.state.in_(states), column != "")
                .group_by(column)
            )
            counts.append({row[0]: row[1] for row in await self._unit.run(query)})
        return counts[0], counts[1]

    async def so_far(self) -> tuple[int, int]:
        """How many complaints there are, and how many of them a person has answered."""
        query = select(func.count(), func.count(tickets.c.first_response_at))
        complaints, answered = (await self._unit.run(query)).one()
        return int(complaints), int(answered)


def _fitting(query: Select[tuple[Story]], category: str, stage: str) -> Select[tuple[Story]]:
    query = query.where(stories.c.state == PRINTED)
    if category:
        query = query.where(stories.c.category == category)
    return query.where(stories.c.stage == stage) if stage else query
