"""What several people mean by the same words is offered to admins, once, and never as a stop."""

import pytest

from bot.configuration import changes
from bot.console import phrases
from bot.core.work import Work
from flows.config import ConfigError, Phrases
from flows.entities import Outgoing, Remark, RemarkKind
from tests.bot.console.pressing import answered, stored, text, versions
from tests.bot.stage import Somebody, Stage, buttons, texts

WORDS = "Blorp zibble"
FINE, PASS, STOP = "All is fine", "Pass it to a person", "Do not ask me"


async def wrote(stage: Stage, number: int, press: str = FINE, words: str = WORDS) -> Somebody:
    person = Somebody(stage, number, f"Person{number}")
    row = texts(await person.says(words))[-1]
    if press:
        await person.chooses(row, press)
    return person


async def offered(stage: Stage) -> list[Outgoing]:
    before = len(stage.sent)
    await stage.use(phrases.offer)
    return stage.sent[before:]


async def reload(stage: Stage) -> None:
    """What the worker does after a change."""
    stage.services.config = await stored(stage)


async def test_three_people_who_mean_the_same_make_an_offer(
    stage: Stage, admin: Somebody, anna: Somebody
) -> None:
    await wrote(stage, 801)
    await wrote(stage, 802, words="blorp, ZIBBLE!")
    assert await offered(stage) == []
    await wrote(stage, 803)
    rows = await offered(stage)
    assert [row.chat_id for row in rows] == [900, 902, 903]
    assert text(rows[0]) == (
        "3 people wrote “blorp zibble” and meant: all is fine. Understand it from now on?"
    )
    assert "Person" not in str([row.params for row in rows])
    await wrote(stage, 804)
    assert await offered(stage) == [], "once is enough"
    [row] = await admin.chooses(rows[0], "Understand it")
    assert "means: all is fine" in text(row)
    assert (await stored(stage)).phrases.fine == ("blorp zibble",)
    [made] = await versions(stage)
    assert (made.actor, made.changes) == ("admin:900", ("phrases.fine: none → blorp zibble",))
    await reload(stage)
    await anna.says("Blorp zibble...")
    [heard] = [each for each in await stage.all(Remark) if each.chat_id == anna.id]
    assert heard.kind is RemarkKind.PRAISE


async def test_it_is_taken_back_like_any_change(stage: Stage, admin: Somebody) -> None:
    for number in (801, 802, 803):
        await wrote(stage, number)
    [offer, *_] = await offered(stage)
    [row] = await admin.chooses(offer, "Understand it")
    [row] = await admin.chooses(row, "Undo")
    assert "phrases" in text(row)
    await admin.presses(next(data for data in buttons(row).values() if data.startswith("s:uy:")))
    assert (await stored(stage)).phrases == Phrases()
    assert await offered(stage) == []


async def test_what_a_person_should_read_becomes_a_complaint(
    stage: Stage, admin: Somebody, anna: Somebody
) -> None:
    for number in (801, 802, 803):
        await wrote(stage, number, PASS)
    [offer, *_] = await offered(stage)
    assert "something is wrong" in text(offer)
    await admin.chooses(offer, "Understand it")
    assert (await stored(stage)).phrases.complaint == ("blorp zibble",)


@pytest.mark.parametrize(
    "presses",
    [
        [FINE, FINE],
        [STOP, STOP, STOP],
        [FINE, FINE, PASS, PASS],
        [FINE, "", ""],
        ["", "", "", ""],
    ],
)
async def test_fewer_or_divided_people_make_none(stage: Stage, presses: list[str]) -> None:
    for number, press in enumerate(presses, 801):
        await wrote(stage, number, press)
    assert await offered(stage) == []


async def test_one_person_who_says_it_often_is_one(stage: Stage) -> None:
    for _ in range(4):
        await wrote(stage, 801)
    assert await offered(stage) == []


async def test_most_of_three_are_enough_and_counted_as_they_are(stage: Stage) -> None:
    for number, press in enumerate([FINE, FINE, ""], 801):
        await wrote(stage, number, press)
    [offer, *_] = await offered(stage)
    assert text(offer).startswith("2 people wrote")


async def test_what_was_said_long_ago_does_not_count(stage: Stage, admin: Somebody) -> None:
    for number in (801, 802):
        await wrote(stage, number)
    stage.clock.move(days=91)
    await wrote(stage, 803)
    assert await offered(stage) == []


async def test_what_may_be_a_stop_is_never_offered(stage: Stage) -> None:
    async def keep(work: Work) -> None:
        for number, said in enumerate(["stop", "stop", "stop"]):
            person = await stage.customer_of(people[number])
            at, kind = stage.clock.now(), RemarkKind.UNSURE
            made = Remark(number, person.id, 1, at, kind, said, said, choice="fine")
            work.unit.add(made)

    people = [await wrote(stage, number, "") for number in (801, 802, 803)]
    await stage.use(keep)
    assert await offered(stage) == []


async def test_others_are_refused_kindly_and_old_offers_say_so(
    stage: Stage, admin: Somebody, other: Somebody, anna: Somebody
) -> None:
    people = [await wrote(stage, number) for number in (801, 802, 803)]
    [offer, *_] = await offered(stage)
    [data] = buttons(offer).values()
    assert await anna.presses(data) == []
    assert "for the people who look after this bot" in answered(stage)
    assert (await stored(stage)).phrases == Phrases()
    await admin.presses(data)
    [row] = await other.presses(data)
    assert "уже значит: всё хорошо" in text(row)
    assert len(await versions(stage)) == 1
    for person in people:
        await person.presses("u:forget:yes")
    assert await admin.presses(data) == []
    assert "nothing to learn" in answered(stage)
    assert await admin.presses("a:phrase:nonsense") == []


async def test_one_that_is_listed_under_another_meaning_stays_there(
    stage: Stage, admin: Somebody
) -> None:
    for number in (801, 802, 803):
        await wrote(stage, number)
    [offer, *_] = await offered(stage)

    async def list_it(work: Work) -> None:
        own = Phrases(later=("Blorp zibble!",))
        config = work.services.config.model_copy(update={"phrases": own})
        await changes.change(work, config, "cli:ops")

    await stage.use(list_it)
    assert await admin.chooses(offer, "Understand it") == []
    assert "means there: later" in answered(stage)


async def test_the_one_door_refuses_a_phrase_that_says_stop(stage: Stage) -> None:
    async def list_it(work: Work) -> None:
        own = Phrases(later=("stop",))
        await changes.change(
            work, work.services.config.model_copy(update={"phrases": own}), "cli:ops"
        )

    with pytest.raises(ConfigError, match="'stop', which says stop"):
        await stage.use(list_it)
