"""Nobody reads letters of a language that is not theirs, apart from words, titles and names."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.console.views.schedules import GROUPS
from bot.core.callbacks import pack
from bot.core.words import Words
from flows.asks.templates import templates
from flows.asks.tuning import settings_of
from flows.config import load_config
from flows.entities import Member
from flows.entities.kinds import MemberStatus
from tests.bot.console.pressing import ON_SQLITE
from tests.bot.desk.world import BORIS, CONFIG, FORUM, World, card_of
from tests.bot.stage import Somebody, Stage, buttons
from tests.transcripts.reading import BRAND, HERE, read
from tests.yaml_files import read_yaml

CYRILLIC, HAN, LATIN = re.compile("[Ѐ-ӿ]"), re.compile("[㐀-鿿]"), re.compile("[A-Za-z]+")
DEFINITIONS = Path(__file__).parents[3] / "flows" / "definitions"
OTHERS = {"en": (CYRILLIC, HAN), "ru": (HAN,), "zh": (CYRILLIC,)}
"""Scripts that are another language's; Latin letters are looked at word by word."""
_NO_WORDS = re.compile(
    r"\{\w+\}|/\w+( (off|C\d+|C3 ru))*|https?://\S+|@\w+|\bC-?\d+|\b[\w.-]+\.yaml|(?<=[/_])\w+"
    r"|\bv?erso \w+|\b[A-Z][a-z]+/[A-Z]\w+|\bP[T\d]\w*"
)
SAME_EVERYWHERE = frozenset(
    {"Verso", "verso", "Telegram", "General", "plain", "off", "GIF", "CSV", "UTF", "ID", "MB"}
    | {"KB", "ISO", "REF", "ref", "id", "C", "P", "D", "M", "T", "QR", "UTC", "PDF", "Excel"}
    | {"JSON", "XML", "API"}
    | {"GitHub", "issue", "acme", "Stripe", "R", "EUR", "HTTP", "webhook"}
)
"""Names and signs that every language writes in Latin letters."""
TYPED = frozenset(
    {"contact", "mon", "sun", "trial_started", "support_contacted", "eu", "vip", "phrases"}
    | {"export", "apply", "import", "customer", "type", "at", "true", "false", "en", "ru", "zh"}
    | {"Hans", "low", "rating", "holdout", "p", "trial", "started", "support", "contacted"}
    | {"Europe", "America", "Asia"}
    | {"csv", "answers", "add", "remove", "roles", "admin", "owner", "VERSO"}
    | {"remedies", "refund", "team", "categories", "list", "retry", "receiver", "subscription"}
    | {"grants", "thanks", "place", "start", "capacity"}
    | {"today", "ready", "back", "new", "FILE", "paper", "goals", "stages", "lift", "segments"}
)
"""What admins type as it is, in files and settings."""


def foreign(text: str, language: str, known: frozenset[str] = frozenset()) -> list[str]:
    """The pieces of a text whose letters are not those of a language."""
    found = [hit[0] for pattern in OTHERS[language] for hit in pattern.finditer(text)]
    if language != "en":
        allowed = SAME_EVERYWHERE | TYPED | known
        words = LATIN.findall(_NO_WORDS.sub(" ", text))
        found += [word for word in words if word not in allowed]
    return found


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """Every sentence of the texts and of the flows in a language, by where it stands."""
    catalogue = Words.shipped()._catalogues[language]
    for key, text in catalogue.items():
        for form in text.values() if isinstance(text, dict) else (text,):
            yield key, str(form)
    for path in sorted(DEFINITIONS.glob("*.yaml")):
        known = read_yaml(path).get("texts", {})
        for key, text in known.items():
            if isinstance(text, dict) and language in text:
                yield f"{path.stem}.{key}", str(text[language])


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_every_sentence_is_in_the_letters_of_its_language(language: str) -> None:
    strange = {
        key: found for key, text in sentences(language) if (found := foreign(text, language))
    }
    assert strange == {}


_SPEAKS = re.compile(rf"{BRAND}(, [\w ]+)?: ")


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_no_chat_of_a_customer_has_letters_of_another_language(language: str) -> None:
    for path in sorted((HERE / language).glob("*.txt")):
        text = path.read_text("utf-8")
        if read(text).language != language:
            continue  # somebody else's Telegram speaks
        staff = [line for line in text.splitlines() if line.startswith("(Mira")]
        names = frozenset({*BRAND.split(), "Mira", "Ada", "Nordpost", "Europe", "Berlin"})
        speaking = False
        for line in text.splitlines():
            speaking = bool(_SPEAKS.match(line)) or (speaking and line.startswith("  "))
            words = _SPEAKS.sub("", line).strip().removeprefix("> ")
            if speaking and words and not any(words in each for each in staff):
                assert foreign(words, language, names) == [], (path.name, line)


NAMES = {"en": "Anna", "ru": "Анна", "zh": "丽娜"}
SAID = {"en": "It leaks.", "ru": "Течёт.", "zh": "漏水。"}
DONE = {
    "en": "We sent a new lid.",
    "ru": "Мы отправили новую крышку.",
    "zh": "我们寄了新的盖子。",
}


@ON_SQLITE
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_staff_read_one_language_from_the_first_card_to_the_last_note(
    world: World, language: str
) -> None:
    brand = f"brand: {{default_language: {language}, "
    world.services.config = load_config(CONFIG.replace("brand: {", brand))
    await world.group()
    anna = await world.customer(NAMES[language], language=language)
    world.services.members[FORUM, BORIS] = Member(
        FORUM, BORIS, MemberStatus.ADMIN, asked_at=world.now
    )
    said, done = SAID[language], DONE[language]
    first = await world.complain(anna, said, wish=said)
    second = await world.complain(anna, said)
    alerts = []
    for action in ("hint", "take", "wait", "resolve", "card", "nonsense"):
        alerts.append(await world.press(pack("t", action, first.id)))
        await world.deliver()
    await world.write(done, to=card_of(await world.ticket(1)))
    await world.write(done)
    for typed in (
        "/tickets",
        "/help",
        "/change",
        "/plain",
        "/take 99",
        "/assign",
        "/resolve",
        "/nix",
        *NEWER,
    ):
        await world.write(typed)
        await world.deliver()
    await world.write(f"/change #2 {done}")
    await world.deliver()
    change = await world.read(lambda unit: unit.changes.by_number(1))
    alerts += [await world.press(pack("g", "text", change.id))]
    await world.deliver()
    prompt = next(sent for sent in reversed(world.sent) if sent.row.purpose == "prompt")
    await world.write(done, to=prompt.message_id)
    for arguments in (["preview"], ["show", "tickets", 0], ["show", "confirm", 0], ["decline"]):
        action, *rest = arguments
        alerts.append(await world.press(pack("g", str(action), change.id, *rest)))
        await world.deliver()
    for arguments in (
        ["show", "drafts", 0], ["draft", second.customer_id], ["skip", second.customer_id, 0],
        ["ship"], ["skip", second.customer_id, 0], ["ship"], ["skip", second.customer_id, 0],
        ["off"], ["off"], ["ship"],
    ):  # fmt: skip
        action, *rest = arguments
        alerts.append(await world.press(pack("g", str(action), change.id, *rest)))
        await world.deliver()
    await world.later(minutes=1)
    await world.later(seconds=5)
    for action in ("off", "report", "others", "spread"):
        alerts.append(await world.press(pack("g", action, change.id)))
        await world.deliver()
    await world.write(f"/resolve #1 {done}")
    await world.press(pack("t", "reopen", second.id))
    await world.deliver()
    known = frozenset({"Boris", "Lumen", "Tea", "nix", "support", "tasting", "Berlin", "Europe"})
    texts = [*world.texts(FORUM), *world.texts(501)]
    texts += [str(alert["text"]) for alert in alerts if "text" in alert]
    labels = [
        button["text"]
        for sent in world.sent
        for row in (sent.params.get("reply_markup") or {}).get("inline_keyboard", ())
        for button in row
    ]
    assert len(texts) > 20
    for text in (*texts, *labels):
        assert foreign(text, language, known) == [], text


NEWER = (
    *("/find", "/find nix", "/find 1", "/who", "/who nix", "/who #1", "/who #2", "/answer"),
    *("/answer #1 nix", "/decline", "/decline #1", "/merge", "/merge #1", "/merge #1 #1"),
    *("/merge #1 #99", "/snooze", "/snooze #1 nix", "/snooze #2 P3D", "/later", "/later #1"),
    *("/away", "/away P3D", "/away off", "/away off", "/mute", "/mute #1", "/mute #1 8"),
    *("/mute #1 off", "/mute #1 off", "/audit", "/audit nix", "/audit #1", "/audit csv"),
    *("/setup", "/setup nix", "/setup off"),
)
"""Commands of staff, understood and not."""


def unquoted(params: Mapping[str, Any]) -> str:
    """A message without its quotations: the words of an ask stand there in each language."""
    units = str(params.get("text", "")).encode("utf-16-le")
    for each in sorted(params.get("entities", ()), key=lambda one: -int(one["offset"])):
        if "blockquote" in each["type"]:
            start, length = 2 * each["offset"], 2 * each["length"]
            units = units[:start] + units[start + length :]
    return units.decode("utf-16-le")


OFFICES = (
    *("/admins", "/admins add", "/admins add 901", "/admins remove 902", "/admins"),
    *("/audit", "/audit nix", "/audit csv", "/parked"),
)


@ON_SQLITE
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_admins_read_one_language(stage: Stage, language: str) -> None:
    admin = Somebody(stage, 900, "Ada", language)
    schedule = stage.services.config.schedules[0].id
    rows = []
    for typed in (
        "/schedules",
        "/help",
        "/stats",
        "/stats 30",
        f"/stats {schedule}",
        "/why C-1",
        *OFFICES,
    ):
        rows += await admin.says(typed)
    settings = settings_of(stage.services.config.schedules[0])
    shown = ["l:0", "la:0", "n", *(f"np:{template}" for template in templates())]
    shown += [f"{step}:{schedule}" for step in ("o", "p", "x")]
    shown += [f"g:{schedule}:{group}" for group in GROUPS]
    shown += [f"{step}:{schedule}:{name}" for name in settings for step in ("e",)]
    shown += [f"t:{schedule}:{name}:0" for name in settings]
    shown += [f"v:{schedule}:cool:P14D:0", f"off:{schedule}", f"h:{schedule}:0", "ha:0", "u:1"]
    for data in shown:
        rows += await admin.presses(f"s:{data}")
    rows = [row for row in rows if row.chat_id == admin.id]  # whoever is made an admin reads theirs
    assert len(rows) >= len(shown)
    known = frozenset(
        {"Lumen", "Tea", "Berlin", "Europe", "Ada", "nix", schedule, *schedule.split("-")}
    )
    known |= {word for each in stage.services.config.schedules for word in each.id.split("-")}
    for row in rows:
        for text in (unquoted(row.params), *buttons(row)):
            assert foreign(text, language, known) == [], text
    for row in await admin.presses(f"s:sm:{schedule}:{language}"):
        assert foreign(str(row.params["text"]), language, known) == []


@ON_SQLITE
async def test_an_admin_who_chose_a_language_reads_it_everywhere(stage: Stage) -> None:
    admin = Somebody(stage, 900, "Ada", "en")
    asked = (await admin.says("/language"))[-1]
    await admin.chooses(asked, "Русский")
    (row,) = await admin.says("/schedules")
    assert CYRILLIC.search(str(row.params["text"]))
