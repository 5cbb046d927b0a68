"""What is missing or wrong in the files of a language is named, and English is said instead."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.cli import invoke
from bot.cli.doctor.files import check_languages
from bot.configuration import spoken
from bot.configuration.current import load_services
from bot.configuration.telegram_setup import Published, Setup
from bot.core.words import Words
from flows.config import ConfigError
from flows.conversations import Facts, FlowLibrary
from flows.conversations.speech import Speaker
from flows.ear import kept, lexicon
from flows.ear.lexicon import Lexicon
from flows.languages import LanguageError, in_use, load, use
from storage.database import Database
from tests.bot.console.pressing import ON_SQLITE
from tests.bot.making import NOW, settings
from tests.clocks import StillClock
from tests.made_up import CODE, HEAD, make_language, turned
from tests.yaml_files import as_yaml, read_yaml

pytestmark = pytest.mark.xdist_group("languages")
"""In one process: the words of an added language take seconds to read, and are read once."""

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def heard() -> dict[str, Lexicon]:
    """The words of the ear by what is in their files: most tests change none of them."""
    return {}


@pytest.fixture
def folder(
    tmp_path: Path, heard: dict[str, Lexicon], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    def kept_here(paths: Mapping[str, Path], read: Callable[[], Lexicon]) -> Lexicon:
        key = kept._fingerprint(paths)
        if key not in heard:
            heard[key] = kept.kept(paths, read)
        return heard[key]

    monkeypatch.setattr(lexicon, "kept", kept_here)
    before = in_use()
    yield make_language(tmp_path / "languages")
    use(before)


def edit(folder: Path, area: str, change: Edit) -> None:
    path = folder / f"{area}.{CODE}.yaml"
    content = read_yaml(path)
    change(content)
    path.write_text(as_yaml(content), "utf-8")


def found(folder: Path) -> list[str]:
    use(load(folder))
    return [str(each) for each in spoken.problems()]


def test_a_complete_language_has_no_problems(folder: Path) -> None:
    assert found(folder) == []


def test_a_missing_sentence_is_english_and_named_once(folder: Path) -> None:
    edit(folder, "texts", lambda all: all["customer"].pop("agreed"))
    edit(folder, "flows", lambda all: all["check_in"].pop("check_fine"))
    edit(folder, "templates", lambda all: all["silent-trial"].pop("about"))
    lines = found(folder)
    assert [line.split(":")[0] for line in lines] == [
        "*.qx.yaml, customer.agreed",
        "flows.qx.yaml, check_in.check_fine",
        "templates.qx.yaml, silent-trial.about",
    ]
    assert Words.shipped().say(CODE, "customer.agreed") == "Thank you. We will not ask often."
    flow = FlowLibrary.shipped().latest("check_in")
    assert Speaker(flow.definition, Facts("Lumen Tea", CODE)).say("check_fine") == "All fine"


@pytest.mark.parametrize(
    ("text", "said", "remedy"),
    [
        ("{nam} olleh", "nothing can be filled in for {nam}", "There is {brand}, {name}."),
        ("{name} olleh", "{brand} is not in it", "Put {brand} where it belongs."),
        (False, "no text", "Put it in quotes."),
        ({"other": "{name} {brand}"}, "this sentence has no plural forms", "Write one text."),
    ],
)
def test_what_cannot_be_said_is_said_in_english(
    folder: Path, text: object, said: str, remedy: str
) -> None:
    edit(folder, "texts", lambda all: all["customer"].update(hello_name=text))
    assert found(folder) == [f"texts.qx.yaml, customer.hello_name: {said}. {remedy}"]
    told = Words.shipped().say(CODE, "customer.hello_name", name="Anna", brand="Lumen Tea")
    assert told.startswith("Hello Anna. Here you can tell Lumen Tea")


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        ({"one": "{n} a"}, "no plural form `other`"),
        ({"few": "{n} a", "other": "{n} b"}, "few: not a plural form of en"),
        ({"one": "{x}", "other": "{n} b"}, "nothing can be filled in for {x}"),
    ],
)
def test_plural_forms_are_those_of_the_locale(
    folder: Path, forms: dict[str, str], said: str
) -> None:
    edit(folder, "texts", lambda all: all["customer"].update(book_count=forms))
    [line] = found(folder)
    assert f"customer.book_count: {said}" in line
    assert Words.shipped().say(CODE, "customer.book_count", n=2) == "2 people told us"


def test_unknown_keys_are_named_with_the_nearest(folder: Path) -> None:
    edit(folder, "texts", lambda all: all["customer"].update(helo="x"))
    edit(folder, "flows", lambda all: all.update(chek_in={"a": "b"}))
    assert found(folder) == [
        "texts.qx.yaml, customer.helo: no such sentence. Did you mean customer.hello?",
        "flows.qx.yaml, chek_in: no such flow. Did you mean check_in?",
    ]


def test_a_button_of_a_flow_has_room(folder: Path) -> None:
    edit(folder, "flows", lambda all: all["check_in"].update(check_fine="x" * 61))
    [line] = found(folder)
    assert line == "flows.qx.yaml, check_in.check_fine: 61 characters. At most 60 fit."


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("qx.yaml", "name: [", "qx.yaml, line 2"),
        ("qx.yaml", "locale: en", "qx.yaml, name: no name"),
        ("qx.yaml", "name: Q\nlocale: xx_YY", "qx.yaml, locale: no locale 'xx_YY'"),
        ("qx.yaml", "name: Q\nlocale: en\nmark: {}", "qx.yaml, mark: not a key of a language"),
        ("qx.yaml", "name: Q\nlocale: en\nmarks: {coma: x}", "marks.coma: not a known key"),
        ("qx.yaml", "name: Q\nlocale: en\ndates: {moment: '{day}'}", "dates.moment: cannot be"),
        ("qx.yaml", "name: Q\nlocale: en\nsalutations: {dear: ['(']}", "salutations.dear: '('"),
        ("qx.yaml", "name: Q\nlocale: en\nformal: [a]", "qx.yaml, formal: no texts for texts"),
        ("texts.qy.yaml", "a: b", "texts.qy.yaml: its language has no head. Add qy.yaml"),
        ("en.yaml", "name: English", "en.yaml: this language comes with Verso"),
        ("german.yaml", "name: Deutsch", "german.yaml: not the code of a language"),
    ],
)
def test_a_head_that_cannot_be_used_stops_the_start(
    folder: Path, name: str, content: str, said: str
) -> None:
    (folder / name).write_text(content, "utf-8")
    with pytest.raises(LanguageError) as error:
        spoken.speak(settings(languages=folder))
    assert said in str(error.value)


def test_words_that_the_ear_cannot_read_are_named_by_their_file(folder: Path) -> None:
    (folder / "ear.qx.yaml").write_text("about: Qx\nletters: a-z\nstpo: [pots]\n", "utf-8")
    with pytest.raises(LanguageError, match=r"ear\.qx\.yaml: 'stpo' is no key"):
        spoken.speak(settings(languages=folder))


def test_a_start_tells_what_is_missing_in_the_log(folder: Path) -> None:
    edit(folder, "texts", lambda all: all["customer"].pop("agreed"))
    with capture_logs() as logs:
        spoken.speak(settings(languages=folder))
    [line] = [each for each in logs if each["event"] == "language_incomplete"]
    assert (line["key"], line["file"]) == ("customer.agreed", "*.qx.yaml")
    assert in_use().codes == ("en", "ru", "zh", CODE)
    spoken.speak(settings())
    assert in_use().codes == ("en", "ru", "zh")


def test_the_doctor_looks_at_languages(folder: Path) -> None:
    line = check_languages(settings(languages=folder))
    assert line.ok
    assert line.finding == "English (en), Русский (ru), 中文 (zh), Qẋ (qx)"
    edit(folder, "texts", lambda all: all["customer"].pop("agreed"))
    line = check_languages(settings(languages=folder))
    assert not line.ok
    assert "customer.agreed: missing, English is said instead" in line.finding
    assert "verso language check" in line.remedy
    line = check_languages(settings(languages=folder / "nowhere"))
    assert "there is no such folder" in line.finding


def test_a_folder_is_checked_before_it_is_used(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["language", "check", str(folder)]) == 0
    assert capsys.readouterr().out == "Qẋ (qx): complete.\n"
    edit(folder, "texts", lambda all: all["customer"].pop("agreed"))
    assert invoke(["language", "check", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert "customer.agreed" in out
    assert "1 to mend" in err
    (folder / "qx.yaml").unlink()
    assert invoke(["language", "check", str(folder)]) == 2
    assert CODE not in in_use().codes


RIGHT_TO_LEFT = HEAD.replace("locale: en", "locale: he")


def test_names_stay_whole_in_a_language_written_from_right_to_left(tmp_path: Path) -> None:
    folder = make_language(tmp_path / "rtl", head=RIGHT_TO_LEFT)
    before = in_use()
    use(load(folder))
    try:
        say = Words.shipped().say
        told = say(CODE, "customer.hello_name", name="Anna", brand="Lumen Tea")
        assert "\u2068Anna\u2069" in told
        assert "\u2068Lumen Tea\u2069" in told
        link = say(CODE, "customer.group_hint", link="https://t.me/verso_bot")
        assert "\u2068" not in link  # Telegram has to find it
        flow = FlowLibrary.shipped().latest("complaint")
        asked = Speaker(flow.definition, Facts("Lumen Tea", CODE)).say("ask_confirm")
        assert "\u2068Lumen Tea\u2069" in asked
        assert "\u2068" not in say("en", "customer.hello_name", name="Anna", brand="Lumen Tea")
    finally:
        use(before)


def test_a_formal_file_says_something_else(folder: Path) -> None:
    (folder / "customer.qx.formal.yaml").write_text("customer: {agreed: Yllamrof}\n", "utf-8")
    (folder / "flows.qx.formal.yaml").write_text("_engine: {btn_send: Dnes ylla}\n", "utf-8")
    use(load(folder))
    assert spoken.problems() == []
    words = Words.shipped()
    assert words.say(CODE, "customer.agreed") == turned("Thank you. We will not ask often.")
    assert words.addressing(lambda: True).say(CODE, "customer.agreed") == "Yllamrof"
    flow = FlowLibrary.shipped().latest("complaint").definition
    assert Speaker(flow, Facts("B", CODE, formal=True)).say("btn_send") == "Dnes ylla"
    assert Speaker(flow, Facts("B", CODE)).say("btn_send") == turned("Send")


@ON_SQLITE
async def test_a_brand_may_name_it_as_long_as_its_files_are_there(
    folder: Path, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "verso.yaml"
    file.write_text("brand: {languages: [en, qx], default_language: qx}\n", "utf-8")
    named = settings(languages=folder)
    services = await load_services(database, named, StillClock(NOW), file)
    assert services.staff_language == CODE
    assert services.words.say(CODE, "customer.agreed") == turned(
        "Thank you. We will not ask often."
    )
    with pytest.raises(ConfigError, match=r"brand\.languages.*'qx'"):
        await load_services(database, settings(), StillClock(NOW), None)


@ON_SQLITE
async def test_telegram_is_told_commands_by_codes_of_two_letters(
    tmp_path: Path, database: Database
) -> None:
    before, told = in_use(), list[str]()

    async def call(method: str, params: Mapping[str, Any]) -> object:
        if method == "setMyCommands":
            told.append(params.get("language_code", ""))
        return True

    folder = make_language(tmp_path / "languages", code="fil")
    make_language(folder)
    for path in folder.glob("ear.*.yaml"):
        path.unlink()  # nothing is heard here, and to read words anew takes seconds
    try:
        named = settings(languages=folder)
        services = await load_services(database, named, StillClock(NOW), None)
        published = Published({"default": ("commands", ("start",))}, (), "/telegram", ())
        await Setup(database, services, call, published).prepare(named)
        assert in_use().codes == ("en", "ru", "zh", "fil", CODE)
        assert sorted(told) == ["", "en", CODE, "ru", "zh"]
    finally:
        use(before)
