"""The longest names in what clocks say: whole, within Telegram's length, ringing who is meant."""

import pytest

from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.rich import TEXT_LIMIT
from flows.config import CannedAnswer, load_config
from flows.entities import Member
from flows.entities.kinds import MemberStatus
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


async def _with_everything_staff_type(world: World, sign: str, name: str) -> None:
    """The screens of the desk that name people and say their words, one after another."""
    world.services.members[FORUM, BORIS] = Member(
        FORUM, BORIS, MemberStatus.ADMIN, asked_at=world.now
    )
    words = "Hello, {first_name}, " + sign.lstrip("\u202e") * 900
    answers = [{"id": "x", "text": dict.fromkeys(("en", "ru", "zh"), words)}]
    kept = world.services.config
    world.services.config = kept.model_copy(
        update={"answers": [CannedAnswer.model_validate(each) for each in answers]}
    )
    anna = await world.read(lambda unit: unit.customers.by_ref(f"C-{ANNA}"))
    for _ in range(3):
        await world.complain(anna, sign * 900)
    for typed in (
        *(f"/find {sign * 300}", "/who #2", f"/who C-{ANNA}", "/answer", "/answer #2 x"),
        *("/mute #2 8", "/mute #2 off", f"/decline #2 {sign * 900}", "/merge #3 #4"),
        *(f"/change #3 {sign * 190}", "/tickets", "/audit", f"/audit {name}", f"/assign {name} #3"),
    ):
        await world.write(typed)
        await world.deliver()


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
    await _with_everything_staff_type(world, sign, name)
    said = {chat: world.to(chat) for chat in (FORUM, ANNA, ADMIN)}
    assert all(said.values()), "staff, customer and admins each hear of it"
    for sent in (each for rows in said.values() for each in rows):
        assert utf16_length(sent.text) <= TEXT_LIMIT
        assert whole(sent.text)
    assert {each for sent in said[FORUM] for each in rung(sent)} == {display_safe(name)}
