"""Pictures of invented figures: much, little and nothing, in every language.

    python -m tests.bot.insight.samples DIR

draws all of them, to be looked at.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.changes.progress_views import Measured
from bot.core.services import Services
from bot.core.words import Words
from bot.insight.pictures import barriers, funnel, goals, promises, weeks
from bot.insight.pictures.making import drawn
from bot.insight.pictures.picture import Artist, Picture
from bot.settings import Settings
from flows.config import Config, load_config
from flows.config.goals import Counted, Goal
from flows.conversations import FlowLibrary
from flows.entities import Change, ChangeId
from flows.insight.overviews import Funnel, Month, Promises, Step, Tally
from flows.insight.recurrence import Recurrence
from flows.languages import SHIPPED
from tests.clocks import StillClock

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MONTH = Month.of(NOW, "UTC")
CONFIG = """
brand: {name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: Europe/Berlin}
stages:
  - {id: choosing, title: {en: Choosing, ru: Выбор, zh: 挑选}}
  - {id: ordering, title: {en: Ordering, ru: Заказ, zh: 下单}}
  - {id: waiting, title: {en: Waiting and delivery, ru: Ожидание и доставка, zh: 等待与配送}}
  - {id: first_use, title: {en: First use, ru: Первое использование, zh: 首次使用}}
  - {id: later, title: {en: Later on, ru: Потом, zh: 之后}}
categories:
  - {id: delivery, title: {en: Delivery, ru: Доставка, zh: 配送}}
  - {id: packaging, title: {en: Packaging, ru: Упаковка, zh: 包装}}
  - {id: taste, title: {en: Taste, ru: Вкус, zh: 口味}}
  - {id: price, title: {en: "Price, payment", ru: "Цена, оплата", zh: 价格与付款}}
  - {id: site, title: {en: "Site, account", ru: "Сайт, кабинет", zh: 网站与账户}}
"""
BRAND = "Vereinigte Teehandelsgesellschaft von 1874 zu Lübeck & Söhne KG"
_LONG_NAMES = {
    "stages": ("Unpacking and assembling it all", "Распаковывание и самостоятельная сборка",
               "拆开包装并自行组装全部零件的阶段"),
    "categories": ("Incomprehensible instructions", "Непонятные инструкции по сборке",
                   "看不懂的组装说明书内容"),
}  # fmt: skip
LONG = f"""
brand: {{name: "{BRAND}", languages: [en, ru, zh], default_language: en}}
""" + "".join(
    f"{section}:\n"
    + "".join(
        f"  - {{id: x{n}, title: {{en: {en} {n}, ru: {ru} {n}, zh: {zh} {n}}}}}\n" for n in range(9)
    )
    for section, (en, ru, zh) in _LONG_NAMES.items()
)
Sample = tuple[str, str, Picture, Services]
"""How much there is, the language, the picture, and what it is drawn with."""


def made(text: str) -> Services:
    """Services with a configuration."""
    settings = Settings(_env_file=None, bot_token="123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES")
    return Services(
        settings, StillClock(NOW), Words.shipped(), FlowLibrary.shipped(), load_config(text)
    )


def _funnel(*people: int, **more: int) -> Funnel:
    return Funnel(dict(zip(Step, people, strict=True)), **more)


MUCH = _funnel(
    214, 96, 38, 37, 22, 19, 11,
    unasked=9, unanswered=1, in_work=12, declined=3, not_helped=3, silent=5,
)  # fmt: skip
BEFORE = _funnel(187, 71, 24, 24, 9, 9, 3)
LITTLE = _funnel(9, 5, 3, 3, 2, 2, 1, in_work=1, silent=1)
HUGE = _funnel(
    1_204_377, 214_006, 38_412, 37_003, 22_118, 19_540, 11_200,
    unasked=12_000, unanswered=1_409, in_work=12_310, declined=3_020, not_helped=3_111,
    silent=5_229,
)  # fmt: skip


def _cells(config: Config, scale: int) -> dict[tuple[str, str], int]:
    stages, kinds = [each.id for each in config.stages], [each.id for each in config.categories]
    counts = {
        (1, 0): 1,
        (1, 3): 4,
        (1, 4): 1,
        (2, 0): 9,
        (2, 1): 11,
        (2, 3): 1,
        (3, 1): 2,
        (3, 2): 7,
    }
    return {(stages[s], kinds[k]): n * scale for (s, k), n in counts.items()}


def some_map(config: Config, scale: int) -> barriers.Barriers:
    """A map, of so many times as many complaints."""
    cells = _cells(config, scale)
    stages = [each.id for each in config.stages]
    found = barriers.Barriers(
        cells, {stages[4]: 61, stages[1]: 140}, {}, total=sum(cells.values()) + 2
    )
    (first, _), (second, _), *_ = found.worst
    words = {first: ["dented", "помята", "瘪了"], second: ["courier", "курьер"]}
    return replace(found, words=words)


def _weeks(kind: str) -> weeks.Weeks:
    begins = datetime(2026, 8, 10, tzinfo=UTC)
    if kind == "none":
        return weeks.Weeks(begins, [0] * weeks.WEEKS)
    change = Change(ChangeId(7), 7, "brewing card in every first box", begins, "shipped",
                    shipped_at=begins + timedelta(days=58))  # fmt: skip
    other = Change(ChangeId(9), 9, "padded box", begins, "shipped",
                   shipped_at=begins + timedelta(days=91))  # fmt: skip
    check = begins + timedelta(days=58 + 56)
    if kind == "little":
        figures = Recurrence(4, 1, 31 * 40, 31 * 44, 0.02, 2.2, 31)
        totals = [0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        return weeks.Weeks(begins, totals, totals, [change], change, Measured(figures, 31), check)
    figures = Recurrence(24, 5, 49 * 410, 49 * 392, 0.08, 0.61, 49)
    totals = [5, 5, 6, 7, 8, 8, 9, 7, 7, 7, 5, 5, 7, 4, 3, 4]
    mine = [2, 3, 2, 4, 3, 4, 3, 3, 2, 1, 1, 0, 1, 0, 0, 0]
    return weeks.Weeks(begins, totals, mine, [change, other], change, Measured(figures, 49), check)


def _kept(kind: str) -> list[promises.Kept]:
    if kind == "none":
        empty = promises.Dots(Counter(), Counter(), Counter())
        return [promises.Kept(Promises(clock), empty) for clock in _CLOCKS]
    if kind == "little":
        dots = promises.Dots(Counter({1: 1, 2: 1, 10: 1}), Counter(), Counter({3: 2}))
        return [promises.Kept(Promises(clock, 3, 0), dots) for clock in _CLOCKS]
    many = 1 if kind == "much" else 40
    kept = Counter({0: 1, 2: 6, 3: 8, 4: 5, 5: 5, 6: 2, 7: 3, 9: 1, 13: 1})
    dots = promises.Dots(
        Counter({at: n * many for at, n in kept.items()}),
        Counter({16: many, 18: many, 27: many}),
        Counter({5: many}),
    )
    return [promises.Kept(Promises(clock, 34 * many, 3 * many), dots) for clock in _CLOCKS]


_CLOCKS = ("first_response", "next_response", "resolution")


def some_goals(kind: str) -> list[goals.Reached]:
    """Goals, reached and not."""
    if kind == "none":
        return []
    counts = [(Counted.TOLD, 19, 25), (Counted.HELPED, 11, 15), (Counted.IN_TIME, 34, 38),
              (Counted.ASKED, 214, 200), (Counted.PRINTED, 4, 5)]  # fmt: skip
    if kind == "little":
        counts = [(Counted.TOLD, 0, 3)]
    if kind == "long":
        counts = [(each, n * 1000, goal * 1000 + 7) for each, n, goal in counts]
    title = (
        {"en": "people who are content with us at last, all in all and truly so"}
        if kind == "long"
        else None
    )
    return [
        goals.Reached(
            Goal(id=f"g{n}", title=title, count=each, people=goal, by=date(2026, 12, 31)),
            Tally(reached, goal),
        )
        for n, (each, reached, goal) in enumerate(counts)
    ]


def samples() -> Iterator[Sample]:
    """All of them."""
    for kind, text in (("much", CONFIG), ("little", CONFIG), ("none", CONFIG), ("long", LONG)):
        services = made(text)
        config = services.config
        people = {"much": MUCH, "little": LITTLE, "none": Funnel(), "long": HUGE}[kind]
        found = {
            "much": lambda c=config: some_map(c, 1),
            "little": lambda c=config: barriers.Barriers(
                {(c.stages[2].id, c.categories[1].id): 2}, {c.stages[4].id: 3}, total=3
            ),
            "none": barriers.Barriers,
            "long": lambda c=config: some_map(c, 130),
        }[kind]()
        for language in SHIPPED:
            artist = Artist(services, language, NOW)
            before = HUGE if kind == "long" else BEFORE
            for picture in (
                funnel.picture(artist, MONTH, people, before if kind != "none" else Funnel()),
                barriers.picture(artist, config, MONTH, found),
                weeks.picture(artist, _weeks(kind)),
                promises.picture(artist, config, MONTH, _kept(kind)),
                goals.picture(artist, some_goals(kind)),
            ):
                yield kind, language, picture, services


def main(folder: Path) -> None:
    """Draw all into a folder, with their captions."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, language, picture, services in samples():
        name = f"{picture.name}-{kind}-{language}"
        more = Artist(services, language, NOW).tell("more_as_text")
        (folder / f"{name}.txt").write_text(picture.caption(more).text, "utf-8")
        if picture.data:
            (folder / f"{name}.png").write_bytes(asyncio.run(drawn(services, language, picture)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
