"""The three questions at a till: what they are called, what was answered, who is asked.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flows.config import Config, Entrance
from flows.entities import Visit
from flows.entities.kinds import Opens

FLOW = "three_questions"
"""The flow that asks them; its steps have these names."""
QUESTIONS = ("right_first", "as_promised", "come_back")
_YES_OR_NO = {"yes": True, "no": False}


def answers_in(answers: Mapping[str, object]) -> dict[str, bool | None]:
    """What was tapped so far, by question; None where nothing is (any more)."""
    return {name: _YES_OR_NO.get(str(answers.get(name))) for name in QUESTIONS}


def has_answered(visit: Visit) -> bool:
    """Whether any of the questions was answered then."""
    return any(getattr(visit, name) is not None for name in QUESTIONS)


def asks(config: Config, entrance: Entrance, today: Iterable[Visit]) -> bool:
    """Whether somebody who opens an entrance is asked; `today` are their visits of this day.

    Nobody is asked twice on a day at one place, however many of its codes they scan.
    """
    if entrance.opens is not Opens.THREE_QUESTIONS:
        return False
    here = {each.id for each in config.entrances if each.at == entrance.at}
    return not any(visit.entrance in here and has_answered(visit) for visit in today)
