"""The first screen: what needs whoever looks after the bot, with one action each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from babel.dates import format_timedelta

from bot.asks.views.settings import called
from bot.console import admins
from bot.console.web.ahead import Counting
from bot.core.names import display_safe, place_link
from bot.core.services import Services
from bot.core.work import Work
from bot.insight.pictures import goals
from bot.insight.pictures.goals import Reached
from bot.insight.pictures.picture import Artist
from flows.entities import Ticket
from flows.insight.overviews import Month as Calendar
from flows.insight.overviews import Step
from flows.languages import tongue
from flows.time.moments import in_words

SHOWN = 12
"""Complaints that are shown; what waits behind them is said."""
MONTHLY = (Step.ASKED, Step.COMPLAINED, Step.REPLIED, Step.CHANGED, Step.TOLD, Step.HELPED)
"""How far people came, as the month shows it."""
_SUPERGROUP = "-100"
"""How the ids of chats begin to whose messages links lead."""
_WORDS = 220
"""Characters of a customer's words."""


@dataclass(frozen=True, slots=True)
class Act:
    """What one press does."""

    label: str
    name: str
    """The deed, as the form sends it; empty: it is a link."""
    about: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs somebody."""

    title: str
    act: Act | None
    """None: it is in their hands already, at a place to which nothing leads."""
    late: str = ""
    """What is late about it, in words."""
    about: Sequence[str] = ()
    """What else is known of it."""
    words: str = ""
    """What the customer said."""


@dataclass(frozen=True, slots=True)
class GoalSoFar:
    """A goal in one line."""

    count: str
    """`12 / 25`."""
    name: str
    by: str
    part: int
    """Hundredths of the way."""
    met: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The month so far in people, and how far the goals are."""

    name: str
    people: Sequence[tuple[str, str]]
    """What is counted, with the count; empty: it is being counted."""
    goals: Sequence[GoalSoFar]


@dataclass(frozen=True, slots=True)
class Today:
    """What the screen shows."""

    needs: Sequence[Need]
    more: bool
    """Whether more complaints wait behind those shown."""


async def today(work: Work, language: str, reader: int) -> Today:
    """What needs somebody now, what is late first; `reader` is who looks, by Telegram id."""
    look = _Look(work, language, reader)
    tickets, more = await _waiting(work)
    needs = [
        *(look.ticket(each) for each in tickets),
        *await look.paused(),
        *await look.unrouted(),
        *await look.parked(),
    ]
    return Today(needs, more)


async def month_so_far(work: Work, language: str, counting: Counting) -> Month:
    """This month in people, and the goals; what takes long is counted beside."""
    artist, config = Artist(work.services, language, work.now), work.services.config
    now = Calendar.of(work.now, config.brand.time_zone)
    found = await counting.month.find("month", (now, config.goals))
    name = artist.month(now)
    if found is None:
        return Month(name, (), ())
    people = [
        (artist.tell(f"step_{step}"), artist.number(found.people.at(step))) for step in MONTHLY
    ]
    return Month(name, people, [_goal(artist, each) for each in found.goals])


def _goal(artist: Artist, each: Reached) -> GoalSoFar:
    tally = each.tally
    part = min(100, 100 * tally.reached // max(1, tally.goal))
    count = f"{artist.number(tally.reached)} / {artist.number(tally.goal)}"
    by = artist.tell("goal_by", when=in_words(each.goal.by, artist.language))
    return GoalSoFar(count, goals.name_of(artist, each.goal), by, part, tally.is_met)


async def _waiting(work: Work) -> tuple[list[Ticket], bool]:
    """Complaints about which a promise is broken, then those that nobody has."""
    found = await work.unit.waiting.late(work.now, SHOWN + 1)
    if len(found) <= SHOWN:
        found += await work.unit.waiting.free(work.now, SHOWN + 1 - len(found))
    return found[:SHOWN], len(found) > SHOWN


class _Look:
    """Finds what needs somebody, and says it in one language."""

    def __init__(self, work: Work, language: str, reader: int) -> None:
        self._work, self._language, self._reader = work, language, reader
        self._say = partial(work.services.words.say, language)

    def _tell(self, key: str, **values: object) -> str:
        return self._say(f"console.{key}", **values)

    def ticket(self, ticket: Ticket) -> Need:
        """A complaint that is late, or that nobody has."""
        owner = display_safe(ticket.owner_name)
        due = ticket.due_at or self._work.now
        kind = "answer" if ticket.first_response_at is None else "promise"
        is_late = due <= self._work.now
        when = self._in_words(due - self._work.now)
        text = self._tell(f"{kind}_{'late' if is_late else 'due'}", when=when)
        has = self._tell("has_it", name=owner) if owner else self._tell("nobody_has_it")
        return Need(
            title=f"#{ticket.number}",
            act=act_of(self._work, self._language, ticket, self._reader),
            late=text if is_late else "",
            about=[*([] if is_late else [text]), has, *self._sorted_as(ticket)],
            words=shortened(ticket.words),
        )

    def _sorted_as(self, ticket: Ticket) -> list[str]:
        config = self._work.services.config
        titles = {
            each.id: each.in_language(self._language, config.brand.default_language)
            for each in config.every_category
        }
        known = [titles[ticket.category]] if ticket.category in titles else []
        return [*known, *([f"{ticket.severity}/5"] if ticket.severity else [])]

    def _in_words(self, length: timedelta) -> str:
        locale = tongue(self._language).locale
        return format_timedelta(length, add_direction=True, locale=locale)

    async def paused(self) -> list[Need]:
        """Schedules that have paused themselves."""
        config, found = self._work.services.config, await self._work.unit.pauses.going_on()
        return [
            Need(
                title=called(config, each.id, self._language),
                act=Act(self._tell("go_on"), "go_on", each.id),
                about=[self._tell("paused", n=found[each.id].lost, sent=found[each.id].sent)],
            )
            for each in config.schedules
            if each.id in found and each.enabled and not each.archived
        ]

    async def unrouted(self) -> list[Need]:
        """Complaints that no group is found for."""
        found = await self._work.unit.tickets.unrouted(SHOWN)
        if not found:
            return []
        act = Act(self._tell("add_group"), "", link=add_to_group(self._work.services))
        return [Need(self._tell("unrouted", n=len(found)), act, about=[self._tell("no_group")])]

    async def parked(self) -> list[Need]:
        """Updates that were set aside."""
        parked = await admins.parked(self._work)
        return [
            Need(
                title=self._tell("parked"),
                act=Act(self._tell("try_again"), "retry", str(each.id)),
                about=[display_safe(each.error.partition("\n")[0], limit=80)],
            )
            for each in parked.rows[:1]
        ]


def act_of(work: Work, language: str, ticket: Ticket, reader: int) -> Act | None:
    """What one press does about an unresolved complaint: whose it is already goes to its card."""
    tell = partial(work.services.words.say, language)
    if ticket.owner_id != reader:
        label = "console.take_over" if ticket.owner_name else "console.take"
        return Act(tell(label), "over" if ticket.owner_name else "take", str(ticket.id))
    place, card = ticket.group_chat_id, ticket.card_message_id
    if card is None or not str(place or "").startswith(_SUPERGROUP):
        return None  # Telegram has no links to messages of other chats
    return Act(tell("console.open_card"), "", link=place_link(place or 0, card))


def add_to_group(services: Services) -> str:
    """Where Telegram asks into which group the bot is to come."""
    return f"https://t.me/{services.bot_username}?startgroup=setup"


def shortened(text: str) -> str:
    """A customer's words, as many of them as a card has room for."""
    text = " ".join(text.split())
    return text if len(text) <= _WORDS else text[: _WORDS - 1].rstrip() + "…"
