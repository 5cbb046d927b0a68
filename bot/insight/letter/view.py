"""A week as a letter that takes two minutes to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.names import change_name, display_safe, first_word, theme_name
from bot.core.numbers import points
from bot.core.rich import Rich, bold, plain
from bot.core.services import Services
from bot.core.words import listed
from bot.hypotheses.standing import Standing
from bot.hypotheses.views import HypothesisViews
from bot.insight.letter.counting import Week
from bot.insight.pictures import goals
from bot.insight.pictures.picture import Artist, shortened
from flows.entities import Change
from flows.entities.praise import Whom
from flows.insight.letter import WEEK, Part, Verdicts, room

_TITLE = 60
"""Columns of the title of a change, of a theme and of what was missed."""
_LESSON = 120
"""Columns of what was learned from a hypothesis; `/hypotheses` has all of it."""
_NAMES = 12
"""Names that are thanked for; a letter with more of them would be a list."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is read, and whether lines were left out because two minutes have no room for them."""

    text: Rich
    is_shortened: bool


def letter(artist: Artist, services: Services, week: Week, *, whole: bool = False) -> Letter:
    """The letter of a week; `whole`: every line that was read, whatever time that takes."""
    view = _View(artist, services, week)
    head, parts = view.head(), [part for part in view.parts() if part is not None]
    shown = [len(each.lines) for each in parts] if whole else room(head, parts)
    first, _, rest = head.partition("\n")
    text = bold(first) + plain(f"\n{rest}")
    for part, n in zip(parts, shown, strict=True):
        lines = [f"· {line}" for line in part.lines[:n]]
        if more := part.left_out(n):
            lines.append(view.say("more", n=more))
        text += "\n\n" + bold(part.heading) + plain("".join(f"\n{line}" for line in lines))
    cut = any(n < len(each.lines) for n, each in zip(shown, parts, strict=True))
    return Letter(text, cut)


class _View:
    """The parts of one letter."""

    def __init__(self, artist: Artist, services: Services, week: Week) -> None:
        self._artist, self._services, self._week = artist, services, week
        self._words = services.words
        config = services.config
        self._stages = {each.id: artist.titled(each.title, each.id) for each in config.stages}
        kinds = config.every_category
        self._kinds = {each.id: artist.titled(each.title, each.id) for each in kinds}
        self._teams = {each.id: artist.titled(each.title, each.id) for each in config.teams}

    def say(self, key: str, **values: object) -> str:
        """A sentence of letters; `n` also is there as it is written, as `shown`."""
        if isinstance(n := values.get("n"), int):
            values["shown"] = self._artist.number(n)
        return self._artist.say(f"letter.{key}", **values)

    def head(self) -> str:
        """Of which days it is and what they were like: two lines."""
        week, artist = self._week, self._artist
        first = artist.day(artist.day_of(week.until - WEEK))
        last = artist.day(artist.day_of(week.until - timedelta(microseconds=1)))
        title = self.say("title", brand=display_safe(artist.brand), first=first, last=last)
        if week.is_quiet:
            asked = self.say("quiet_asked", n=week.asked) if week.asked else self.say("quiet_none")
            return f"{title}\n{artist.one_after_another([self.say('quiet'), asked])}"
        if not week.complained:
            return f"{title}\n{self.say('nobody')}"
        complained = self.say("complained", n=week.complained)
        both = artist.one_after_another([complained, self.say("before", n=week.before)])
        return f"{title}\n{both}"

    def parts(self) -> Sequence[Part | None]:
        """All parts in the order in which they are read; None: there is nothing to say."""
        return (
            self._heard(),
            self._shipped(),
            self._tried(),
            self._helped(),
            self._not_helped(),
            self._promised(),
            self._unanswered(),
            self._unowned(),
            self._missed(),
            self._praised(),
            self._goals(),
        )

    def _heard(self) -> Part | None:
        lines = []
        for each in self._week.heard:
            stage, kind = self._stages.get(each.stage, ""), self._kinds.get(each.category, "")
            where = self._artist.listed([display_safe(stage), display_safe(kind)])
            words = self._week.words.get((each.stage, each.category), ())
            if where.strip():
                said = self.say("people", n=each.people)
                line = self._artist.pair(where, said)
                lines.append(line + self._quoted(words))
        return self._part("heard", lines)

    def _quoted(self, words: Sequence[str]) -> str:
        quoted = [self._artist.tell("quoted", text=shortened(each, 20)) for each in words]
        text = self._artist.listed(quoted)
        return self._artist.tell("in_brackets", text=text) if quoted else ""

    def _shipped(self) -> Part | None:
        def line(change: Change) -> str:
            told = self._week.told.get(change.id, 0)
            said = self.say("told", n=told) if told else self.say("told_none")
            return self._artist.pair(self._change(change), said)

        return self._part("shipped", list(map(line, self._week.shipped)))

    def _tried(self) -> Part | None:
        """What can be said of each hypothesis; of one that was ended, what was learned."""
        views = HypothesisViews(self._services, self._artist.language)

        def line(each: Standing) -> str:
            ended = each.begun is not None and each.begun.state == "ended"
            said = [self._learned(each)] if ended else self._found(each)
            return self._artist.pair(views.name(each.plan), self._artist.apart(said))

        return self._part("tried", list(map(line, self._week.tried)))

    def _learned(self, each: Standing) -> str:
        words = each.begun.learned if each.begun is not None else ""
        return self._artist.tell("quoted", text=display_safe(shortened(words, _LESSON)))

    def _found(self, each: Standing) -> list[str]:
        """What its figures say, and that somebody has to end it."""
        said = []
        if each.figures is not None:
            said.append(self.say(f"tried_{each.figures.verdict}"))
            effect = each.figures.effect
            if effect is not None:
                numbers = (effect.estimate, effect.low, effect.high)
                by, low, high = (points(one, self._artist.language) for one in numbers)
                said.append(self.say("tried_points", points=by, low=low, high=high))
        if each.begun is not None and each.begun.state == "stopped":
            said.append(self.say("tried_stopped"))
        return said

    def _helped(self) -> Part | None:
        def line(change: Change, said: Verdicts) -> str:
            return self._artist.pair(self._change(change), self.say("helped_people", n=said.yes))

        return self._part("helped", [line(*each) for each in self._week.helped])

    def _not_helped(self) -> Part | None:
        def line(change: Change, said: Verdicts | None) -> str:
            if said is None:
                return self._artist.pair(self._change(change), self.say("found_out"))
            verdict = self.say("verdicts", n=said.no, yes=self._artist.number(said.yes))
            return self._artist.pair(self._change(change), verdict)

        return self._part("not_helped", [line(*each) for each in self._week.not_helped])

    def _promised(self) -> Part | None:
        week = self._week
        counted = (("due", week.due), ("overdue", week.overdue))
        lines = [self.say(key, n=n) for key, n in counted if n]
        for each in week.planned:
            late = each.planned_for is not None and each.planned_for < week.until
            planned = self.say("planned_late" if late else "planned")
            lines.append(self._artist.pair(self._change(each), planned))
        return self._part("promised", lines, week.planned_count - len(week.planned))

    def _unanswered(self) -> Part | None:
        lines = [
            self.say("waits", number=each.number, when=self._day(each.since))
            + self._of_team(each.team_id)
            for each in self._week.unanswered
        ]
        return self._part("unanswered", lines, self._week.unanswered_count - len(lines))

    def _of_team(self, team_id: str) -> str:
        name = self._team(team_id)
        return self._artist.tell("in_brackets", text=name) if name else ""

    def _team(self, team_id: str) -> str:
        """What a team is called; empty where there is one alone, or it is none any more."""
        return display_safe(self._teams.get(team_id, "")) if len(self._teams) > 1 else ""

    def _unowned(self) -> Part | None:
        artist = self._artist
        lines = [
            artist.pair(
                theme_name(self._words, artist.language, theme, _TITLE), self.say("open", n=n)
            )
            for theme, n in self._week.unowned
        ]
        return self._part("unowned", lines, self._week.unowned_count - len(lines))

    def _missed(self) -> Part | None:
        week = self._week
        lines = [
            self._artist.pair(display_safe(each.name, _TITLE), self.say("people", n=each.people))
            for each in week.missed
        ]
        if not lines and week.missed_things:
            return self._part("missed", [self.say("missed_once", n=week.missed_things)])
        return self._part("missed", lines, week.missed_things - len(lines))

    def _praised(self) -> Part | None:
        """Who is thanked, by the alphabet: nobody is ranked."""
        week = self._week
        if not week.praised:
            return None
        people = {first_word(each.name) for each in week.praise if each.whom == Whom.PERSON}
        teams = {self._team(each.team_id) for each in week.praise if each.whom == Whom.TEAM} - {""}
        names, heading = [*sorted(people), *sorted(teams)], self.say("praised", n=week.praised)
        if not names:
            return Part(heading)
        named = listed(names[:_NAMES], self._artist.language)
        more = max(0, len(names) - _NAMES)
        return Part(heading, [self.say("praised_names", names=named)], 1 + more)

    def _goals(self) -> Part | None:
        return self._part("goals", [goals.line(self._artist, each) for each in self._week.goals])

    def _part(self, key: str, lines: Sequence[str], more: int = 0) -> Part | None:
        """A part; `more`: those of which there is no line at all."""
        return Part(self.say(key), lines, len(lines) + max(0, more)) if lines else None

    def _change(self, change: Change) -> str:
        return change_name(self._words, self._artist.language, change, most=_TITLE)

    def _day(self, moment: datetime) -> str:
        return self._artist.day(self._artist.day_of(moment))
