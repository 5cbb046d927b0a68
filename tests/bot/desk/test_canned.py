"""Answers that were written beforehand reach customers in their own language."""

import pytest

from flows.config import ConfigError, load_config
from flows.entities import Ticket
from tests.bot.desk.world import ANNA, BORIS, CLARA, CONFIG, FORUM, World
from tests.databases import on_both

ANSWERS = """
answers:
  - id: late
    title: {en: Late parcel, ru: Посылка опаздывает, zh: 包裹晚到}
    text:
      en: "Hi {first_name}, your parcel from {brand} is on its way."
      ru: "{first_name}, ваша посылка в пути."
      zh: "{first_name}，你的包裹在路上。"
"""


async def answered(world: World, command: str) -> str:
    await world.write(command)
    await world.deliver()
    return world.texts(FORUM)[-1]


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("en", "late", "Hi Anna, your parcel from Lumen Tea is on its way."),
        ("ru", "late parcel", "Anna, ваша посылка в пути."),
        ("zh", "ПОСЫЛКА опаздывает", "Anna，你的包裹在路上。"),
    ],
)
async def test_the_customer_reads_it_in_their_language(
    world: World, language: str, typed: str, read: str
) -> None:
    world.services.config = load_config(CONFIG + ANSWERS)
    await world.group()
    await world.complain(await world.customer(language=language))
    assert await answered(world, f"/answer #1 {typed}") == f"On its way: {read}"
    assert world.texts(ANNA)[-1].endswith(read)
    found = await world.ticket(1)
    assert (found.owner_name, found.first_response_at) == ("Boris", world.now)


async def test_which_there_are_is_listed(world: World, ticket: Ticket) -> None:
    assert (await answered(world, "/answer")).startswith("No answers are written beforehand.")
    world.services.config = load_config(CONFIG + ANSWERS)
    listed = await answered(world, "/answer")
    assert "late · Late parcel: Hi {first_name}, your parcel" in listed
    assert await answered(world, "/answer #1 gone") == (
        "There is no answer called gone. /answer lists them."
    )
    assert world.texts(ANNA) == []


SENT = "text: {en: We sent it., ru: Отправили., zh: 已寄出。}"
ACTIONS = f"""{ANSWERS}
  - {{id: gone, {SENT}, then: {{resolve: on, severity: 5}}}}
  - {{id: parts, {SENT}, then: {{wait: on, assign: "@clara"}}}}
  - {{id: soon, {SENT}, then: {{snooze: P3D}}}}
  - {{id: stranger, {SENT}, then: {{assign: "@nobody_here", severity: 2}}}}
"""


@on_both
async def test_what_an_answer_does_besides_is_done_with_it_or_not_at_all(
    world: World, ticket: Ticket
) -> None:
    world.services.config = load_config(CONFIG + ACTIONS)
    assert "gone: We sent it. (ends the complaint, how bad: 5 of 5)" in await answered(
        world, "/answer"
    )
    before = await world.ticket(1)
    said = await answered(world, "/answer #1 stranger")
    assert said.startswith("@\u2060nobody_here is not known in this group, so nothing was sent.")
    assert (await world.ticket(1), world.texts(ANNA)) == (before, [])
    await world.write("Hello", by=CLARA, username="clara")
    await answered(world, "/answer #1 parts")
    found = await world.ticket(1)
    assert (found.state, found.owner_name, found.first_response_at) == (
        "waiting",
        "Clara",
        world.now,
    )
    assert "customer" in await answered(world, "/answer #1 soon")
    assert await world.ticket(1) == found, "what waits for its customer is not put off"
    await answered(world, "/answer #1 gone")
    done = await world.ticket(1)
    assert (done.state, done.resolution, done.severity) == ("resolved", "We sent it.", 5)
    assert "We sent it." in world.texts(ANNA)[-1]
    assert (await answered(world, "/answer #1 parts")).startswith("It is")


async def test_who_may_only_answer_is_not_offered_more(world: World, ticket: Ticket) -> None:
    world.services.config = load_config(CONFIG + ACTIONS)
    world.services.members.pop((FORUM, BORIS))
    listed = await answered(world, "/answer")
    assert "late · Late parcel" in listed
    assert "gone" not in listed
    await answered(world, "/answer #1 gone")
    assert (await world.ticket(1)).state == "open"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{en: A}", "no text in ru, zh"),
        ("{en: '{price}', ru: A, zh: A}", "placeholder"),
        ("{en: A, ru: A, zh: A}, then: {resolve: on, wait: on}", "resolve.*without"),
        ("{en: A, ru: A, zh: A}, then: {wait: on, snooze: P1D}", "not both"),
    ],
)
def test_a_wrong_one_is_told_when_it_is_saved(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(f"{CONFIG}answers: [{{id: x, text: {text}}}]\n")
