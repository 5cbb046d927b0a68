"""A recall of which somebody in a transcript is told, and what the shop does about their thing."""

from collections.abc import Awaitable, Callable, Mapping

from bot.core.work import Work
from bot.recalls import campaigns, returns
from bot.recalls.campaigns import Actor
from flows.config import load_config
from flows.entities import Participant, Recall
from flows.entities.lifecycle import Person, Refusal
from flows.recalls.wording import parsed
from tests.bot.stage import Somebody, Stage

PLACES = """
places:
  - id: workshop
    title: {en: The workshop, ru: Мастерская, zh: 工坊}
    slots: {days: tue, from: "18:00", to: "19:00", capacity: 1}
"""
KETTLE = {
    "en": "The lid of your kettle\n\nThe lid can come off while you pour.\n\nWe put on another one."
    "\n\nA kettle of ours is yours until then.\n\nAnd we descale it.",
    "ru": "Крышка вашего чайника\n\nОна может соскочить, пока вы наливаете.\n\nМы поставим другую."
    "\n\nДо тех пор у вас будет наш чайник.\n\nИ очистим его от накипи.",
    "zh": "你的水壶盖\n\n倒水时壶盖可能脱落。\n\n我们换一个新盖。\n\n"
    "在那之前你可以用我们的水壶。\n\n还会帮你除水垢。",
}
HANDLE = {
    "en": "The lid and the handle\n\nThe handle can come loose, too.\n\nWe put on both.",
    "ru": "Крышка и ручка\n\nРучка тоже может отойти.\n\nМы заменим и то и другое.",
    "zh": "壶盖和把手\n\n把手也可能松动。\n\n两样都换新的。",
}
BY = Actor("admin:900", Person(900, "Mira"))


async def _recalled(stage: Stage, person: Somebody) -> None:
    """Everybody with a kettle is told, of whom one is in this transcript."""
    places = load_config(PLACES).places
    stage.services.config = stage.services.config.model_copy(update={"places": places})
    customer = await stage.customer_of(person)

    async def begin(work: Work) -> None:
        recall = await campaigns.of_list(work, [customer.ref], BY)
        assert isinstance(recall, Recall)
        for language, text in KETTLE.items():
            written = campaigns.write(work, recall, language, parsed(text), BY)
            assert isinstance(written, Recall)
            recall = written
        placed = campaigns.with_place(work, recall, "workshop")
        assert isinstance(placed, Recall)
        begun = await campaigns.start(work, placed, BY)
        assert isinstance(begun, Recall)

    await stage.use(begin)


async def _corrected(stage: Stage, person: Somebody) -> None:
    async def correct(work: Work) -> None:
        [recall] = await work.unit.recalls.latest(1)
        for language, text in HANDLE.items():
            written = campaigns.write(work, recall, language, parsed(text), BY)
            assert isinstance(written, Recall)
            recall = written
        assert isinstance(await campaigns.correct(work, recall, BY), Recall)

    await stage.use(correct)


async def _ready(stage: Stage, person: Somebody) -> None:
    await _done(stage, returns.ready)


async def _handed_back(stage: Stage, person: Somebody) -> None:
    await _done(stage, returns.handed_back)


async def _done(
    stage: Stage,
    do: Callable[[Work, Recall, Participant, Actor], Awaitable[Participant | Refusal]],
) -> None:
    [told] = await stage.all(Participant)

    async def act(work: Work) -> None:
        [recall] = await work.unit.recalls.latest(1)
        participant = await work.unit.get(Participant, told.id)
        assert participant is not None
        assert isinstance(await do(work, recall, participant, BY), Participant)

    await stage.use(act)


MOMENTS: Mapping[str, Callable[[Stage, Somebody], Awaitable[None]]] = {
    "the kettles are recalled": _recalled,
    "the recall is corrected": _corrected,
    "the shop has put it right": _ready,
    "the shop hands it back": _handed_back,
}
"""What happens beside the customer, by the words that a transcript has for it."""
