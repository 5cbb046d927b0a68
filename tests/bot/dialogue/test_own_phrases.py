"""What the business has listed as its customers' phrases is understood."""

from flows.config import Phrases
from flows.entities import Remark, RemarkKind, Ticket
from tests.bot.stage import Somebody, Stage


def with_phrases(stage: Stage, **phrases: tuple[str, ...]) -> None:
    own = Phrases(**phrases)
    stage.services.config = stage.services.config.model_copy(update={"phrases": own})


async def test_a_phrase_is_understood_from_then_on(stage: Stage, anna: Somebody) -> None:
    await anna.says("Blorp zibble")
    assert (await stage.one(Remark)).kind is RemarkKind.UNSURE
    with_phrases(stage, fine=("blorp zibble!",))
    await anna.says("Blorp, zibble")
    kinds = [each.kind for each in await stage.all(Remark)]
    assert kinds == [RemarkKind.UNSURE, RemarkKind.PRAISE]
    assert await stage.all(Ticket) == []


async def test_a_phrase_that_says_stop_stops_all_the_same(stage: Stage, anna: Somebody) -> None:
    with_phrases(stage, fine=("stop",))
    await anna.says("stop")
    assert (await stage.customer_of(anna)).stopped == ("*",)
