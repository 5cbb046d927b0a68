"""A hypothesis written down on one page: the questions of the chat, all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.configuration.changes import stored
from bot.console import admins
from bot.core.work import Work
from bot.hypotheses import running, standing
from bot.hypotheses.views import HypothesisViews
from flows.config import ConfigError
from flows.entities import ConsolePass
from flows.hypotheses import writing
from flows.hypotheses.writing import STEPS, Known
from flows.time.durations import Share

_CHOSEN = ("segment", "stage", "category", "event", "stop_if")
_GIVEN = {"control": str(Share(5000))}
"""What is there before anything is typed."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answer so far."""

    name: str
    value: str
    problem: str
    type: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    """Labels with their values; empty: it is typed."""

    @property
    def must_choose(self) -> bool:
        """Whether one has to be chosen, as there is none for nothing in particular."""
        return bool(self.choices) and all(value for _, value in self.choices)


@dataclass(frozen=True, slots=True)
class HypothesisForm:
    """What the screen shows."""

    questions: Sequence[Question]
    problem: str = ""
    """What is wrong with the whole."""

    @property
    def wrong(self) -> bool:
        """Whether something has to be answered otherwise."""
        return bool(self.problem) or any(each.problem for each in self.questions)


async def empty_form(work: Work, language: str) -> HypothesisForm:
    """The questions without answers."""
    return _form(HypothesisViews(work.services, language), await _known(work), _GIVEN, {})


async def write_down(
    work: Work, who: ConsolePass, language: str, answers: Mapping[str, str]
) -> HypothesisForm | None:
    """Write a hypothesis down; what does not fit comes back with what was typed."""
    views, known = HypothesisViews(work.services, language), await _known(work)
    draft, wrong = writing.read_all(answers, known)
    problems = {step: views.wrong(str(error), known) for step, error in wrong.items()}
    if draft.get("segment") and "segment" not in problems:
        segment = standing.segment_of(work, draft["segment"]) or {}
        if not await standing.holds_anybody(work, segment):
            problems["segment"] = views.say("refused_nobody")
    if problems:
        return _form(views, known, answers, problems)
    try:
        await running.write_down(work, draft, who.telegram_id)
    except ConfigError as error:
        return _form(views, known, answers, {}, error.problems[0].expected)
    await admins.remember_name(work, who.telegram_id, who.name)
    return None


async def _known(work: Work) -> Known:
    events = await standing.known_events(work)
    return Known(await stored(work), events, standing.today_of(work))


def _form(
    views: HypothesisViews,
    known: Known,
    answers: Mapping[str, str],
    problems: Mapping[str, str],
    problem: str = "",
) -> HypothesisForm:
    offered = {step: views.choices(step, known) for step in _CHOSEN}
    there = [step for step in STEPS if step not in ("stage", "category") or offered[step]]
    return HypothesisForm(
        [
            Question(
                step,
                answers.get(step, ""),
                problems.get(step, ""),
                "date" if step == "look" else "text",
                offered.get(step, ()),
            )
            for step in there
        ],
        problem,
    )
