"""Those whom a recall concerns and who have not read of it, as a table for other channels."""

import csv
import io
from collections.abc import AsyncIterator, Iterator

from bot.core.delivery import Call, Composer, File
from bot.core.ports import Unit, Unreached
from bot.core.work import Work
from bot.recalls.staff_views import StaffViews
from flows.entities import Outgoing, Recall, RecallId
from flows.entities.kinds import Purpose

METHOD = "@recall_unreached"
HEADINGS = ("ref", "name", "phone", "language", "why")
_AT_ONCE = 1000
_FORMULA = ("=", "@", "\t", "\r")
"""How cells begin of which a spreadsheet makes formulas; a phone number begins with a plus."""


async def of(unit: Unit, recall_id: RecallId) -> AsyncIterator[Unreached]:
    """Everybody of a recall who has not read of it."""
    after = 0
    while found := await unit.recalls.unreached(recall_id, after, _AT_ONCE):
        for each in found:
            yield each
        after = found[-1].participant_id


def table(people: list[Unreached]) -> str:
    """The table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for each in people:
        writer.writerow(_cells(each))
    return text.getvalue()


def _cells(each: Unreached) -> Iterator[str]:
    for cell in (each.ref, each.name, each.phone, each.language, each.why):
        yield f"'{cell}" if cell.startswith(_FORMULA) else cell


def send(work: Work, recall: Recall, chat_id: int, language: str) -> None:
    """Have the table sent to an admin, written when its turn comes."""
    params = {"recall": recall.id, "language": language}
    work.call(chat_id, METHOD, params, purpose=Purpose.FIGURES)


async def _compose(work: Work, row: Outgoing) -> Call | None:
    recall = await work.unit.get(Recall, RecallId(int(row.params["recall"])))
    if recall is None:
        return None
    people = [each async for each in of(work.unit, recall.id)]
    views = StaffViews(work.services, str(row.params["language"]))
    content = table(people).encode("utf-8-sig")
    file = File("document", f"unreached-RC{recall.number}.csv", content, "text/csv")
    caption = views.say("unreached", n=len(people), recall=f"RC{recall.number}")
    return Call("sendDocument", {"caption": caption}, file=file)


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
