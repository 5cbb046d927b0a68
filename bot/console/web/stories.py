"""Stories for the book: drafts as they stand, and complaints of which one could be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.book.stories import known_names
from bot.console.web.today import Act, shortened
from bot.core.work import Work
from flows.book.consent import SIDES, fingerprint
from flows.book.redaction import covered
from flows.entities import Story, Ticket
from flows.languages import tongue

SHOWN = 8
"""Drafts, and complaints of which a story could be told."""
LOOKED_AT = 60
"""Newest complaints that helped, among which are looked for those without a story."""
ENDED_WELL = ("verified",)
"""States of complaints of which a story is proposed: their customers say that it helped."""
WAITING = ("draft", "asked")
"""States of stories that are not decided about yet."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a page in one language."""

    heading: str
    language: str
    parts: Sequence[tuple[str, bool]]
    """Pieces of its text, each with whether it may tell who somebody is; empty: not written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A story that is not printed yet, as staff read it."""

    name: str
    state: str
    """How it stands, in words."""
    sides: Sequence[Side]
    act: Act | None

    @property
    def doubtful(self) -> bool:
        """Whether something in it may tell who somebody is."""
        return any(doubt for side in self.sides for _, doubt in side.parts)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A complaint that ended well, of which nobody has begun to tell."""

    name: str
    words: str
    act: Act


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the screen shows."""

    drafts: Sequence[Draft]
    proposals: Sequence[Proposal]


async def shelf(work: Work, language: str) -> Shelf:
    """Drafts and proposals, the newest first."""
    say = partial(work.services.words.say, language)
    waiting = await work.unit.stories.in_states(WAITING, SHOWN)
    tickets = await work.unit.tickets.by_ids([each.ticket_id for each in waiting])
    drafts = [
        await _draft(work, each, tickets[each.ticket_id], language)
        for each in waiting
        if each.ticket_id in tickets
    ]
    helped = await work.unit.waiting.newest(ENDED_WELL, LOOKED_AT)
    told = await work.unit.stories.among([each.id for each in helped])
    free = [each for each in helped if each.id not in told and each.chat_id and each.words]
    begin = say("console.story_begin")
    proposals = [
        Proposal(f"#{each.number}", shortened(each.words), Act(begin, "story", str(each.id)))
        for each in free[:SHOWN]
    ]
    return Shelf(drafts, proposals)


async def _draft(work: Work, story: Story, ticket: Ticket, language: str) -> Draft:
    say = partial(work.services.words.say, language)
    names = await known_names(work, ticket)
    every = (story.language, *(each for each in story.texts if each != story.language))
    sides = [
        Side(
            say(f"story.{side}_in", tongue=tongue(code).name),
            code,
            list(_parts(story.texts.get(code, {}).get(side, ""), names)),
        )
        for code in every
        for side in SIDES
    ]
    about = f"{story.id}/{fingerprint(story)}"
    act = Act(say("story.b_ask"), "story_ask", about) if story.state == "draft" else None
    return Draft(
        f"#{ticket.number}", say(f"story.state_{story.state}", page=story.number), sides, act
    )


def _parts(text: str, names: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces. What staff wrote after it was covered may hold what would be covered."""
    found = covered(text, names)
    spans = found.doubtful if found.text == text else ((0, len(text)),)
    upto = 0
    for start, end in spans:
        yield text[upto:start], False
        yield text[start:end], True
        upto = end
    yield text[upto:], False
