"""What the public book shows: printed stories and declined changes, read for one reader.

Nothing is in it that its author has not agreed to (`flows.book.consent.may_be_read`), asked once
more when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.book.story_views import Teller
from bot.core.names import change_title, day
from bot.core.ports import Unit
from bot.core.services import Services
from bot.core.tongues import written_in
from flows.book.consent import may_be_read
from flows.changes.wording import read_in
from flows.config import Config
from flows.entities import Change, ChangeId, Story, Ticket

PAGE = 10
"""Stories of a page."""
DECLINED = 10
"""Declined changes below them."""
DOTS = 20
"""People who are drawn one by one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader has asked for: filters by id (empty: any), and a page from 0."""

    language: str
    category: str = ""
    stage: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """One complaint with both sides, as it is read in one language."""

    said: str
    did: str
    language: str
    """That of both texts."""
    foreign: str
    """Says which language that is; empty: the reader's."""
    number: int = 0
    """Its page's; 0: it has none, being a change that nobody's words are printed of."""
    name: str = ""
    place: str = ""
    told: str = ""
    by: str = ""
    since: str = ""
    declined: bool = False
    yes: int = 0
    no: int = 0
    silent: int = 0
    at: datetime | None = None
    """When it was printed."""

    @property
    def dots(self) -> str:
        """One sign for each who was asked whether it helped; empty: too many, or nobody."""
        dots = "y" * self.yes + "n" * self.no + "s" * self.silent
        return dots if len(dots) <= DOTS else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of how a page came to be."""

    text: str
    when: str = ""
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A category or stage in which something is printed."""

    id: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one page of the book shows."""

    spreads: Sequence[Spread]
    declined: Sequence[Spread]
    categories: Sequence[Filter]
    stages: Sequence[Filter]
    printed: int
    """Stories in all."""
    found: int
    """Stories that fit what was asked for."""
    complaints: int
    answered: int

    @property
    def pages(self) -> int:
        """How many pages the found stories fill."""
        return max(1, -(-self.found // PAGE))


class Reader:
    """Reads the book within a unit, in one language."""

    def __init__(self, unit: Unit, services: Services, language: str) -> None:
        self._unit, self._services, self._language = unit, services, language
        self._words = services.words

    @property
    def _config(self) -> Config:
        return self._services.config

    async def shelf(self, wanted: Wanted, so_far: tuple[int, int]) -> Shelf:
        """A page of the book. `so_far`: complaints in all, and those answered by a person.

        They may have been counted a little earlier, and each printed one is among them.
        """
        stories = self._unit.stories
        counts = await stories.count()
        printed = sum(counts.values())
        found = await stories.printed(
            wanted.category, wanted.stage, offset=wanted.page * PAGE, limit=PAGE
        )
        declined: Sequence[Change] = ()
        if not (wanted.category or wanted.stage or wanted.page):
            declined = await stories.declined(DECLINED)
        return Shelf(
            await self._spreads(found),
            await self._declined(declined),
            self._filters(counts, 0),
            self._filters(counts, 1),
            printed,
            sum(
                number
                for (category, stage), number in counts.items()
                if wanted.category in ("", category) and wanted.stage in ("", stage)
            ),
            *(max(each, printed) for each in so_far),
        )

    def _filters(self, counts: Mapping[tuple[str, str], int], which: int) -> list[Filter]:
        """The categories (0) or stages (1) that have something, in the order of their numbers."""
        titled = (self._config.every_category, self._config.stages)[which]
        totals: dict[str, int] = {}
        for key, number in counts.items():
            totals[key[which]] = totals.get(key[which], 0) + number
        default = self._config.brand.default_language
        found = [
            Filter(each.id, each.in_language(self._language, default), totals[each.id])
            for each in titled
            if totals.get(each.id)
        ]
        return sorted(found, key=lambda each: -each.count)

    async def one(self, number: int) -> tuple[Spread, list[Step]] | None:
        """One page and how it came to be; None: nobody may read it, or there is none."""
        story = await self._unit.stories.printed_as(number)
        found = await self._spreads([story] if story is not None else [])
        if story is None or not found:
            return None
        return found[0], await self._steps(story, found[0])

    async def newest(self, limit: int) -> list[Spread]:
        """The stories that were printed last."""
        found = await self._unit.stories.printed("", "", offset=0, limit=limit)
        return await self._spreads(found)

    async def _spreads(self, stories: Sequence[Story]) -> list[Spread]:
        shown = [story for story in stories if may_be_read(story)]
        ids = {story.change_id for story in shown if story.change_id is not None}
        verdicts = await self._unit.stories.verdicts(ids) if ids else {}
        spreads = []
        for story in shown:
            language = self._language if self._language in story.texts else story.language
            texts = story.texts.get(language, {})
            helped = verdicts.get(story.change_id or ChangeId(0))
            helped = None if story.declined else helped
            teller = Teller.of(self._config, story)
            spreads.append(
                Spread(
                    texts.get("said", ""),
                    texts.get("did", ""),
                    language,
                    written_in(self._words, self._language, language),
                    story.number,
                    story.name if story.named else "",
                    teller.place(self._language),
                    self._day(story.told_at),
                    teller.seen_to_by(self._language),
                    self._day(story.since),
                    story.declined,
                    *((helped.yes, helped.no, helped.silent) if helped else (0, 0, 0)),
                    story.published_at,
                )
            )
        return spreads

    def _day(self, at: datetime | None) -> str:
        return "" if at is None else day(at, self._config.brand.time_zone, self._language)

    async def _declined(self, changes: Sequence[Change]) -> list[Spread]:
        """Changes that are not made: what was wished for as staff have titled it, and why not."""
        people = await self._unit.changes.count_people([change.id for change in changes])
        spreads = []
        for change in changes:
            said = read_in(change, self._language, self._services.staff_language)
            title = change_title(change, self._language)
            n = people.get(change.id, 0)
            spreads.append(
                Spread(
                    title,
                    said.text,
                    said.language,
                    written_in(self._words, self._language, said.language),
                    told=self._words.say(self._language, "printed.people", n=n) if n else "",
                    since=self._day(change.shipped_at),
                    declined=True,
                )
            )
        return spreads

    async def _steps(self, story: Story, spread: Spread) -> list[Step]:
        """How a page came to be, as far as it is known; no words of anybody are in it."""
        ticket = await self._unit.get(Ticket, story.ticket_id)
        people = 1
        if story.change_id is not None:
            counted = await self._unit.changes.count_people([story.change_id])
            people = counted.get(story.change_id, 1)
        steps = [Step(self._say("step_told"), spread.told, theirs=True)]
        if people > 1:
            steps.append(Step(self._say("step_others", n=people - 1), theirs=True))
        if ticket is not None and ticket.first_response_at is not None:
            steps.append(Step(self._say("step_answer"), self._day(ticket.first_response_at)))
        if spread.since:
            key = "step_decided" if spread.declined else "step_works"
            steps.append(Step(self._say(key), spread.since))
        if spread.yes or spread.no or spread.silent:
            helped = {"yes": spread.yes, "all": spread.yes + spread.no + spread.silent}
            steps.append(Step(self._say("step_helped", **helped)))
        return steps

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"printed.{key}", **values)
