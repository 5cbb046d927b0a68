"""All hypotheses that ever began, also those that failed, as a table."""

import csv
import io
from collections.abc import Sequence

from bot.core.delivery import Call, Composer, File
from bot.core.work import Work
from bot.hypotheses import standing
from bot.hypotheses.standing import Standing
from bot.hypotheses.views import HypothesisViews
from flows.entities import Outgoing
from flows.entities.kinds import Purpose

METHOD = "@hypotheses"
HEADINGS = (
    *("id", "state", "stage", "category", "change", "segment", "event", "expect", "control"),
    *("within", "look", "stop_if", "began", "stopped", "why", "ended"),
    *("people", "happened", "harmed", "control_people", "control_happened", "control_harmed"),
    *("verdict", "difference", "low", "high", "learned"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How texts begin of which a spreadsheet makes formulas."""


def send(work: Work, chat_id: int, language: str) -> None:
    """Have the table sent to an admin, written when its turn comes."""
    work.call(chat_id, METHOD, {"language": language}, purpose=Purpose.FIGURES)


def table(found: Sequence[Standing]) -> str:
    """The table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for each in found:
        writer.writerow(_row(each))
    return text.getvalue()


def _row(each: Standing) -> list[object]:
    plan, begun, counted = each.plan, each.begun, each.figures
    effect = counted.effect if counted is not None else None
    over = (counted.over, counted.over_control) if counted is not None else ()
    moments = (
        (begun.began_at, begun.stopped_at, begun.stopped_why, begun.ended_at)
        if begun is not None
        else (None, None, "", None)
    )
    row = [
        *(plan.id, begun.state if begun else "draft", plan.stage, plan.category, plan.change),
        *(plan.segment, plan.event, plan.expect, plan.control, plan.within, plan.look),
        *(plan.stop_if, *moments),
        *(number for group in over for number in (group.people, group.hits, group.harmed)),
        *(() if over else ("",) * 6),
        counted.verdict.value if counted is not None else "",
        *((effect.estimate, effect.low, effect.high) if effect is not None else ("", "", "")),
        begun.learned if begun is not None else "",
    ]
    return [_cell(value) for value in row]


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


async def _compose(work: Work, row: Outgoing) -> Call | None:
    names = [each.plan.id for each in await standing.every(work)]
    found = [each for name in names if (each := await standing.counted(work, name)) is not None]
    views = HypothesisViews(work.services, str(row.params["language"]))
    file = File("document", "hypotheses.csv", table(found).encode("utf-8-sig"), "text/csv")
    return Call("sendDocument", {"caption": views.say("csv", n=len(found))}, file=file)


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
