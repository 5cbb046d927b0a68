"""How far a recall is as one picture, drawn beside the event loop; its caption says all figures."""

import asyncio
from pathlib import Path

from bot.core import printing
from bot.core.delivery import Call, Composer, File
from bot.core.ports import RecallCounts
from bot.core.rich import CAPTION_LIMIT, clipped
from bot.core.services import Services
from bot.core.work import Work
from bot.recalls.staff_views import StaffViews
from flows.entities import Outgoing, Recall, RecallId
from flows.entities.kinds import Purpose
from flows.recalls.wording import title_of

METHOD = "@recall_picture"
_TEMPLATE = Path(__file__).parent / "progress.typ"


def bars(counts: RecallCounts) -> list[tuple[str, str, int]]:
    """The bars of the picture: key of the label, kind, people."""
    chosen = sum(counts.steps.get(step, 0) for step in ("chosen", "ready", "returning", "done"))
    found = [
        ("p_reached", "reached", counts.reached),
        ("p_chosen", "chosen", chosen),
        ("p_done", "done", counts.done),
        ("p_waiting", "waiting", counts.waiting),
        ("p_not_reached", "left", counts.not_reached),
    ]
    return [bar for bar in found if bar[1] != "waiting" or bar[2]]


def inputs(
    services: Services, language: str, recall: Recall, counts: RecallCounts
) -> dict[str, str]:
    """The texts and shares that the picture is drawn of."""
    views = StaffViews(services, language)
    shown = bars(counts)
    found = {
        "language": language,
        "title": f"RC{recall.number}",
        "about": title_of(recall, language)[:120],
        "of": views.say("p_of", n=counts.people),
        "rows": str(len(shown)),
    }
    for number, (label, kind, people) in enumerate(shown):
        found |= {
            f"label-{number}": views.say(label),
            f"value-{number}": str(people),
            f"share-{number}": str(min(1.0, people / counts.people) if counts.people else 0.0),
            f"kind-{number}": kind,
        }
    return found


def send(work: Work, recall: Recall, chat_id: int, language: str) -> None:
    """Have the picture sent to a chat, drawn when its turn comes."""
    params = {"recall": recall.id, "language": language}
    work.call(chat_id, METHOD, params, purpose=Purpose.FIGURES)


async def _compose(work: Work, row: Outgoing) -> Call | None:
    recall = await work.unit.get(Recall, RecallId(int(row.params["recall"])))
    if recall is None:
        return None
    language = str(row.params["language"])
    views, counts = StaffViews(work.services, language), await work.unit.recalls.counts(recall)
    words = f"{views.name(recall)}\n{views.figures(recall, counts)}"
    if not printing.is_installed():
        return Call("sendMessage", {"text": f"{words}\n\n{views.say('no_picture')}"})
    drawn = inputs(work.services, language, recall, counts)
    content = await asyncio.to_thread(printing.drawn, _TEMPLATE, "png", drawn)
    file = File("photo", f"RC{recall.number}.png", content, "image/png")
    return Call("sendPhoto", {"caption": clipped(words, CAPTION_LIMIT)}, file=file)


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
