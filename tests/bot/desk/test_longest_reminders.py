"""The longest names in what clocks say: whole, within Telegram's length, ringing who is meant."""

import pytest

from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.rich import TEXT_LIMIT
from flows.config import load_config
from flows.utf16 import utf16_length
from tests.bot.console.pressing import ON_SQLITE
from tests.bot.desk import world as worlds
from tests.bot.desk.test_longest_words import whole
from tests.bot.desk.world import ADMIN, ANNA, BORIS, CLARA, CONFIG, FORUM, Sent, World, card_of

LONGEST = [("a", "en"), ("漢", "zh"), ("🙂", "ru"), ("\u202eש", "ru")]
"""Signs to make names of, and the language that staff and customer read."""


def rung(sent: Sent) -> list[str]:
    """The names in a message that ring somebody, as they stand in it."""
    units = sent.text.encode("utf-16-le")
    marks = [each for each in sent.params.get("entities", ()) if each["type"] == "text_mention"]
    spans = [(2 * each["offset"], 2 * each["length"]) for each in marks]
    return [units[start : start + length].decode("utf-16-le") for start, length in spans]


@ON_SQLITE
@pytest.mark.parametrize(("sign", "language"), LONGEST)
async def test_what_clocks_say_is_whole_with_the_longest_names(
    world: World, monkeypatch: pytest.MonkeyPatch, sign: str, language: str
) -> None:
    name = (sign * 64)[:64]
    for person in (ADMIN, BORIS, CLARA):
        monkeypatch.setitem(worlds.NAMES, person, name)
    brand = f"brand: {{default_language: {language}, "
    world.services.config = load_config(CONFIG.replace("brand: {", brand))
    world.services.admins.add(ADMIN)
    await world.group()
    await world.complain(await world.customer(name, language=language), sign * 900)
    for person in (BORIS, CLARA, ADMIN):
        await world.write("!", by=person)
    await world.press(pack("t", "take", (await world.ticket(1)).id))
    await world.write(f"/later #1 {(sign * 500)[:500]}")
    await world.later(days=3)
    await world.write("!", to=card_of(await world.ticket(1)))
    await world.later(days=7, hours=1)
    await world.press(pack("t", "wait", (await world.ticket(1)).id))
    for _ in range(2):
        await world.later(days=7, hours=1)
    said = {chat: world.to(chat) for chat in (FORUM, ANNA, ADMIN)}
    assert all(said.values()), "staff, customer and admins each hear of it"
    for sent in (each for rows in said.values() for each in rows):
        assert utf16_length(sent.text) <= TEXT_LIMIT
        assert whole(sent.text)
    assert {each for sent in said[FORUM] for each in rung(sent)} == {display_safe(name)}
