"""Letters of invented weeks: much, little and nothing, in every language, and two maps.

    python -m tests.bot.insight.letters DIR

writes all of them, to be read aloud and looked at.
"""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.services import Services
from bot.hypotheses.standing import Figures, Standing
from bot.insight.letter.counting import Missed, Week
from bot.insight.letter.view import Letter, letter
from bot.insight.pictures import pair
from bot.insight.pictures.barriers import Barriers
from bot.insight.pictures.making import drawn
from bot.insight.pictures.picture import Artist, Picture
from flows.config import HypothesisPlan
from flows.entities import Change, ChangeId, Hypothesis, HypothesisId, Theme, ThemeId
from flows.entities.praise import Whom
from flows.hypotheses.judging import GroupOf
from flows.insight.letter import Heard, Praised, Unanswered, Verdicts
from flows.languages import SHIPPED
from tests.bot.insight.samples import CONFIG, LONG, MONTH, NOW, made, some_goals, some_map

MORE = """
teams:
  - {id: support, title: {en: Support, ru: Поддержка, zh: 客服}, categories: ["*"]}
  - {id: packing, title: {en: Packing, ru: Упаковка, zh: 包装组}, categories: [packaging]}
segments:
  - {id: newcomers, title: {en: First box, ru: Первый набор, zh: 首次订购}, language: [ru]}
"""
WANTS = CONFIG.replace(
    "id: waiting,",
    "id: waiting, customers_want: {en: tea by Friday, ru: чай к пятнице, zh: 周五前收到茶},"
    " we_want: {en: no parcel lost, ru: ни одной потери, zh: 一件不丢},",
)
NAMES = ("Ada", "Boris", "Chen", "Dora", "Emil", "Fatima", "Gleb", "Hana", "Ivo", "Jun", "Kira",
         "Lev", "Mina", "Nora")  # fmt: skip
CHANGES = {
    "much": ("Padded box for every tin", "Brewing card in the first box", "Address checked twice",
             "Courier rings before coming", "Refunds on the same day", "Dates on each packet",
             "Larger print on the card", "A phone line on Saturdays"),
    "little": ("Padded box",),
}  # fmt: skip
_DAY = timedelta(days=1)


def change(number: int, title: str, planned: datetime | None = None) -> Change:
    """A change."""
    return Change(ChangeId(number), number, title, NOW, "shipped", planned_for=planned)


def tried(state: str, hits: int) -> Standing:
    """A hypothesis that is tried on two hundred, of whom something happened to so many."""
    plan = HypothesisPlan.model_validate(
        {"id": "h1", "change": "A short guide", "event": "renewed", "expect": 5,
         "look": "2026-12-24"}
    )  # fmt: skip
    begun = Hypothesis(
        HypothesisId(1), "h1", NOW, state, {}, {}, learned="Nobody read the long one."
    )
    figures = Figures(400, 400, GroupOf(200, 3 * hits), GroupOf(200, 12), plan.expect)
    return Standing(plan, begun, figures)


def week(kind: str, services: Services) -> Week:
    """A week of a kind: `much`, `little` or `none`."""
    if kind == "none":
        return Week(NOW, asked=12)
    stages = [each.id for each in services.config.stages]
    kinds = [each.id for each in services.config.categories]
    heard = [Heard(stage, one, 20 - n - 3 * m) for n, stage in enumerate(stages[:5])
             for m, one in enumerate(kinds[:3])]  # fmt: skip
    heard.sort(key=lambda each: -each.people)
    changes = [change(n + 1, title) for n, title in enumerate(CHANGES[kind])]
    if kind == "little":
        return Week(
            NOW, 2, 1, 9, heard[:1], shipped=changes, told={changes[0].id: 1},
            missed_people=1, missed_things=1, praised=1,
            praise=[Praised(Whom.PERSON, "support", "Ada Example")], tried=[tried("running", 4)],
        )  # fmt: skip
    said = {(heard[n].stage, heard[n].category): ["dented", "courier", "помята"] for n in range(3)}
    return Week(
        NOW, 138, 97, 1214, heard, said, changes,
        {each.id: 30 * each.number for each in changes[1:]},
        41, 6, 9, [change(20 + n, f"Label number {n} in three languages", NOW + (n - 1) * _DAY)
                   for n in range(9)],
        37, [Unanswered(400 + n, NOW - 9 * _DAY + n * _DAY / 9, "support") for n in range(30)],
        12, [(Theme(ThemeId(n), n, f"box · tin · dent {n}", NOW, -1), 30 - n)
             for n in range(1, 13)],
        [(change(31, "Thicker paper"), None),
         (change(32, "Earlier courier"), Verdicts(32, 4, 9)),
         *((change(40 + n, f"Change of a shelf {n}"), Verdicts(40 + n, 1, 2)) for n in range(8))],
        51, 64, [Missed(f"oat milk of kind {n}", 12 - n) for n in range(10)],
        23, [*(Praised(Whom.PERSON, "support", f"{name} Example") for name in NAMES),
             Praised(Whom.TEAM, "packing", "")],
        some_goals("much"),
        tried=[tried("stopped", 24), tried("ended", 10), *(tried("running", 12) for _ in range(7))],
        helped=[(change(50, "Larger print"), Verdicts(50, 0, 18))],
    )  # fmt: skip


def letters() -> Iterator[tuple[str, str, Letter, Letter, Services]]:
    """Kind, language, the letter, all of it, and what it is written with."""
    for kind in ("much", "little", "none"):
        services = made(CONFIG + MORE)
        for language in SHIPPED:
            artist, of = Artist(services, language, NOW), week(kind, services)
            short, whole = (letter(artist, services, of, whole=each) for each in (False, True))
            yield kind, language, short, whole, services


def pairs() -> Iterator[tuple[str, str, Picture, Services]]:
    """Two maps side by side."""
    for kind, text in (("much", WANTS + MORE), ("little", WANTS + MORE), ("long", LONG)):
        services = made(text)
        config = services.config
        few = Barriers({(config.stages[2].id, config.categories[1].id): 2},
                       {config.stages[4].id: 3}, total=3)  # fmt: skip
        found = few if kind == "little" else some_map(config, 1)
        every = some_map(config, 130 if kind == "long" else 2)
        every = replace(every, asked={each.id: 200 for each in config.stages})
        for language in SHIPPED:
            artist = Artist(services, language, NOW)
            names = ["First box with two samples", artist.tell("pair_everybody")]
            sides = (pair.Side(names[0], found), pair.Side(names[1], every))
            yield kind, language, pair.picture(artist, config, MONTH, sides), services


def main(folder: Path) -> None:
    """Write all into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, language, short, whole, _ in letters():
        for name, one in (("letter", short), ("whole", whole)):
            (folder / f"{name}-{kind}-{language}.txt").write_text(one.text.text, "utf-8")
    for kind, language, picture, services in pairs():
        (folder / f"pair-{kind}-{language}.txt").write_text(picture.text.text, "utf-8")
        png = asyncio.run(drawn(services, language, picture))
        (folder / f"pair-{kind}-{language}.png").write_bytes(png)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
