"""A hypothesis that an admin writes down in their private chat, one question at a time.

What was answered so far waits with what is awaited of the admin (`bot.console.prompts`), so that a
restart loses nothing; an answer is a press or is typed.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.configuration.changes import stored
from bot.console import prompts
from bot.console.deferred_answers import Asked, ask
from bot.console.prompts import Awaited
from bot.core.work import Work
from bot.handlers.admin.screen import Answer, Desk
from bot.hypotheses import running, standing
from bot.hypotheses.standing import Standing
from bot.hypotheses.views import HypothesisViews, Shown
from flows.config import ConfigError
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.hypotheses import writing
from flows.hypotheses.writing import Known, WritingError
from flows.time.durations import Share

AWAITED = "hypothesis"
"""What a typed text is for (`Awaited.what`); `Awaited.subject` says what of it."""
LEARNED = "learned"
COUNTED = "hypothesis"
"""The question that is answered by a hypothesis with its figures."""
DAYS = (30, 60, 90, 180)
"""Days ahead that are offered for looking at it."""
_HALF = Share(5000)

Done = tuple[str, Shown | None]
"""What an answer leads to: a word over the chat, and the screen from now on."""


class At:
    """An admin at work on hypotheses."""

    def __init__(self, work: Work, language: str, person: Person, over: int = 0) -> None:
        self.work, self.person, self.over = work, person, over
        self.views = HypothesisViews(work.services, language)

    @property
    def chat(self) -> int:
        """The admin's private chat."""
        return self.person.id or 0

    def open(self, found: Standing, notice: str = "") -> Done:
        """Show a hypothesis; one that has begun is counted first, outside of the worker.

        `over` is the message whose place it takes; 0: it is a message of its own.
        """
        if found.begun is None:
            return notice, self.views.opened(found)
        arguments, language = (found.plan.id,), self.views.language
        ask(self.work, Asked(COUNTED, self.chat, language, arguments, self.over))
        return notice or self.work.services.words.say(language, "admin.counting"), None


async def known(work: Work) -> Known:
    """What answers may name now."""
    events = await standing.known_events(work)
    return Known(await stored(work), events, standing.today_of(work))


async def begin(at: At) -> Done:
    """Ask the first question, and say at once whether there are people enough for any answer."""
    there = await known(at.work)
    return "", await _ask(at, there, {}, await _few(at, {}))


async def _few(at: At, segment: Mapping[str, Any], control: Share = _HALF) -> str:
    """That there are too few people even if half of them are compared with the others."""
    few = await running.too_few_of(at.work, segment, control)
    return "" if few is None else at.views.too_few(few.people, few.needed, few.months)


async def _ask(at: At, there: Known, draft: Mapping[str, str], note: str = "") -> Shown:
    step = writing.following(draft, there)
    if step is None:
        return await _write_down(at, draft)
    awaited = Awaited(AWAITED, step, collected=draft)
    await prompts.wait_for(at.work, at.chat, awaited)
    days = [(there.today + timedelta(days=each)).isoformat() for each in DAYS]
    return at.views.question(step, there, days, note, draft.get("event", ""))


async def answer(at: At, step: str, text: str, awaited: Awaited | None) -> Done:
    """Take an answer to the question that was asked last."""
    if awaited is None or awaited.what != AWAITED or awaited.subject != step:
        return at.views.say("unknown_button"), None
    there = await known(at.work)
    try:
        value = writing.read(step, text, awaited.collected, there)
    except WritingError as error:
        return at.views.wrong(str(error), there), None
    draft = {**awaited.collected, step: value}
    note = ""
    if step == "segment":
        segment = standing.segment_of(at.work, value)
        if segment is None or not await standing.holds_anybody(at.work, segment):
            return at.views.say("refused_nobody"), None
        note = await _few(at, segment)
    return "", await _ask(at, there, draft, note)


async def _write_down(at: At, draft: Mapping[str, str]) -> Shown:
    await prompts.stop_waiting(at.work, at.chat)
    try:
        plan = await running.write_down(at.work, draft, at.chat)
    except ConfigError as error:
        return at.views.listing(await standing.every(at.work), error.problems[0].expected)
    segment = standing.segment_of(at.work, plan.segment) or {}
    few = await _few(at, segment, plan.control)
    notes = [at.views.say("written"), *([few] if few else [])]
    return at.views.opened(Standing(plan), "\n".join(notes))


async def ask_learned(at: At, name: str) -> Done:
    """Ask what was learned; the next message is the answer, and ends the hypothesis."""
    await prompts.wait_for(at.work, at.chat, Awaited(AWAITED, LEARNED, name))
    text, keyboard = at.views.sure_to_learn(name)
    return "", (text, keyboard)


async def take(desk: Desk, awaited: Awaited, text: str) -> Answer:
    """Take what an admin typed for a hypothesis."""
    at = At(desk.work, desk.language, Person(desk.admin, desk.name))
    if awaited.subject != LEARNED:
        notice, shown = await answer(at, awaited.subject, text, awaited)
        return Answer(shown, notice)
    ended = await running.end(at.work, awaited.name, text, at.person)
    if isinstance(ended, Refusal) and ended.reason == "learned":
        return Answer(None, at.views.say("refused_learned", most=running.LONGEST_LESSON))
    await prompts.stop_waiting(at.work, at.chat)
    note = at.views.say(f"refused_{ended.reason}") if isinstance(ended, Refusal) else ""
    found = await standing.one(at.work, awaited.name)
    if found is None:
        return Answer(None, at.views.say("refused_gone"))
    if note:
        at.work.say(at.chat, note, purpose=Purpose.ADMIN)
    _, shown = at.open(found)
    return Answer(shown)
