"""Answers that were written beforehand reach customers in their own language."""

import pytest

from flows.config import ConfigError, load_config
from flows.entities import Ticket
from tests.bot.desk.world import ANNA, CONFIG, FORUM, World

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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{en: A}", "no text in ru, zh"),
        ("{en: '{price}', ru: A, zh: A}", "placeholder"),
    ],
)
def test_a_wrong_one_is_told_when_it_is_saved(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(f"{CONFIG}answers: [{{id: x, text: {text}}}]\n")
