"""What is said and tapped after coming in by an entrance is noted with the visit."""

from dataclasses import replace
from typing import Any

from bot.core.events import QuestionAnswered
from bot.core.work import Work
from flows.entities import Visit
from flows.entities.entrances import VISIT
from flows.entrances.questions import FLOW, answers_in


async def note(work: Work, answered: QuestionAnswered) -> None:
    """Note that a visit led to something, and what was tapped; a tap taken back is gone."""
    conversation = answered.conversation
    number = conversation.context.get(VISIT, "")
    if not number.isdecimal():
        return
    visit = await work.unit.get(Visit, int(number))
    if visit is None or visit.chat_id != conversation.chat_id:
        return
    taps: dict[str, Any] = {}
    if conversation.flow == FLOW:
        taps |= answers_in(conversation.state.get("answers", {}))
    work.unit.put(replace(visit, began_at=visit.began_at or work.now, **taps))
