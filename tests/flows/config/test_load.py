from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import Config, ConfigError, Problem, load_config, outdated
from flows.entities.kinds import Tell
from flows.time.durations import Period, Share
from flows.time.opening import ClockTime, Weekdays

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "verso.yaml"

CONTRACT = """\
brand: {name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: Europe/Berlin}
teams:
  - id: support
    chat: -1001234567890          # a forum group gets one topic per ticket
    categories: [delivery, "*"]
    working_hours: {days: mon-fri, from: "09:00", to: "18:00"}
categories:
  - {id: delivery, title: {en: Delivery, ru: Доставка, zh: 配送}}
stages:
  - {id: first_use, title: {en: First use, ru: Первое использование, zh: 首次使用}}
limits: {cooldown: P7D, asks: 2, per: P30D}
schedules:
  - id: silent-trial
    when: {event: trial_started, after: 50%}
    unless: [support_contacted]
    audience: {product: [pro], tags: [eu]}
    flow: trial_check_in
    window: {from: "10:00", to: "20:00"}
    cooldown: P30D
    holdout: 10%
    enabled: true
"""


def problems_of(source: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(source, "verso.yaml")
    return caught.value.problems


def test_an_empty_file_gives_the_products_defaults() -> None:
    config = load_config("")
    assert config == Config() == load_config("# nothing\n") == load_config("schedules:\nteams: ~")
    assert (config.limits.cooldown, config.limits.asks) == (Period(days=7), 2)
    assert (str(config.window.opens), str(config.window.closes)) == ("10:00", "20:00")
    assert config.guardrail.share == Share(300)


def test_the_contracts_file_loads() -> None:
    config = load_config(CONTRACT)
    schedule = config.schedule("silent-trial")
    assert schedule is not None
    assert schedule.when.after == Share(5000)
    assert schedule.holdout == Share(1000)
    assert config.teams[0].chat == -1001234567890
    assert config.teams[0].working_hours[0].days == Weekdays.parse("mon-fri")
    assert config.stages[0].in_language("zh", "en") == "首次使用"
    assert config.schedule("unknown") is None


def test_older_names_are_taken_over_where_the_new_ones_say_nothing() -> None:
    older = load_config("promise: {first_response: PT2H, escalate_at: [25%, 100%]}")
    assert older.promise is None
    assert str(older.clocks.first_response) == "PT2H"
    assert [str(s.at) for s in older.clocks.steps if s.tell is Tell.OWNER] == ["25%"]
    both = load_config("promise: {first_response: PT2H}\nclocks: {first_response: PT3H}")
    assert str(both.clocks.first_response) == "PT3H"
    as_ever = load_config("promise: {first_response: PT4H, escalate_at: [50%, 100%]}")
    assert as_ever == Config()
    assert outdated("promise: {escalate_at: 75%}") == [
        "promise.escalate_at is called clocks.steps now. The old name goes on working; where both "
        "are given, the new one counts."
    ]
    assert outdated("clocks: {first_response: PT3H}") == []


def test_hours_are_one_window_or_several() -> None:
    one = load_config("teams:\n - {id: a, working_hours: {from: 9:00, to: 12:00}}")
    two = load_config(
        "teams:\n - {id: a, working_hours: [{from: 9:00, to: 12:00}, {from: 13:00, to: 17:00}]}"
    )
    assert [str(each.closes) for each in one.teams[0].working_hours] == ["12:00"]
    assert [str(each.closes) for each in two.teams[0].working_hours] == ["12:00", "17:00"]


def test_the_example_loads_from_bytes_with_or_without_a_byte_order_mark() -> None:
    source = EXAMPLE.read_bytes()
    config = load_config(source)
    assert config.brand.name == "Lumen Tea"
    assert load_config(b"\xef\xbb\xbf" + source) == config


def test_scalars_stay_as_typed() -> None:
    # In YAML 1.1 an unquoted 10:00 is the number 600 and `no` is false.
    config = load_config("brand: {name: no}\nwindow: {from: 10:00, to: 20:00}")
    assert config.brand.name == "no"
    assert config.window.opens == ClockTime(600)


def test_tickets_go_to_the_team_that_names_the_category_first() -> None:
    config = load_config(EXAMPLE.read_bytes())
    teams = [config.team_for(category) for category in ("taste", "price", "")]
    assert [team.id for team in teams if team] == ["tasting", "support", "support"]
    assert Config().team_for("taste") is None


def test_a_category_that_no_team_takes_goes_to_the_first_team() -> None:
    teams = ({"id": "a", "categories": ["taste"]}, {"id": "b", "categories": ["price"]})
    config = Config.model_validate({"teams": teams})
    asked = ("price", "delivery", "")
    assert [team.id for each in asked if (team := config.team_for(each))] == ["b", "a", "a"]


@pytest.mark.parametrize(
    ("source", "line", "key", "found", "expected"),
    [
        ("brand:\n  name: [x]", 2, "brand.name", "a list", "1 to 64 visible characters"),
        ("brand: 7", 1, "brand", "'7'", "keys and values"),
        ("brand: {time_zone: Mars/X}", 1, "brand.time_zone", "'Mars/X'", "IANA time zone"),
        ("brand: {languages: []}", 1, "brand.languages", "an empty list", "at least one"),
        ("brand: {languages: [en, fr]}", 1, "brand.languages[1]", "'fr'", "one of en, ru, zh"),
        ("brand: {default_language: de}", 1, "brand.default_language", "'de'", "en, ru, zh"),
        ("brand: {languages: ru}", 1, "brand.default_language", "nothing", "one of ru"),
        ("limits: {asks: 0}", 1, "limits.asks", "'0'", "a whole number from 1 to 100"),
        ("limits: {asks: two}", 1, "limits.asks", "'two'", "a whole number"),
        ("limits: {per: P0D}", 1, "limits.per", "'P0D'", "longer than nothing"),
        ("limits: {cooldown: 7 days}", 1, "limits.cooldown", "'7 days'", "ISO 8601"),
        ("limits: {reminders: 2}", 1, "limits.reminders", "'2'", "from 0 to 1"),
        ("window: {from: 20:00, to: 10:00}", 1, "window", "{from: 20:00", 'a "from" at least'),
        ("window: {from: 9am}", 1, "window.from", "'9am'", "a time of day"),
        ("holidays: [25.12.2026]", 1, "holidays[0]", "'25.12.2026'", "a date such as"),
        ("holidays: [2026-02-30]", 1, "holidays[0]", "'2026-02-30'", "a date such as"),
        ("guardrail: {share: 0.03}", 1, "guardrail.share", "'0.03'", "a share in percent"),
        ("promise: {first_response: P1D}", 1, "promise.first_response", "'P1D'", "working time"),
        ("promise: {first_response: PT201H}", 1, "promise.first_response", "'PT201H'", "PT200H"),
        ("promise:\n  escalate_at: [100%, 50%]", 2, "promise.escalate_at", "100%", "that grow"),
        ("clocks: {resolution: PT0S}", 1, "clocks.resolution", "'PT0S'", "more than none"),
        ("clocks:\n steps: {at: 0%, tell: owner}", 2, "clocks.steps.at", "'0%'", "from 1%"),
        ("clocks:\n steps: {at: 9%, tell: boss}", 2, "clocks.steps.tell", "'boss'", "one of owner"),
        (
            "clocks:\n steps: [{at: 90%, tell: owner}, {at: 50%, tell: group}]",
            2,
            "clocks.steps",
            "90% owner, 50% group",
            "in the order of their percent",
        ),
        ("clocks:\n rules: [{severity: 5}]", 2, "clocks.rules[0]", "severity: 5", "another time"),
        ("clocks:\n rules: [{resolution: PT9H}]", 2, "clocks.rules[0]", "PT9H", "whom it is for"),
        (
            "clocks:\n rules: [{team: [x], resolution: PT9H}]",
            2,
            "clocks.rules[0].team[0]",
            "'x'",
            "a team (there is none yet)",
        ),
        (
            "teams:\n - {id: a, working_hours: [{from: 9:00, to: 12:00}, {from: 13:00, to: 8:00}]}",
            2,
            "teams[0].working_hours[1]",
            "{from: 13:00, to: 8:00}",
            'a "from" at least 30 minutes earlier',
        ),
        (
            "teams:\n - {id: a, working_hours: {from: 18:00, to: 9:00}}",
            2,
            "teams[0].working_hours",
            "{from: 18:00, to: 9:00}",
            'a "from" at least 30 minutes earlier',
        ),
        ("nudge_after: PT4H\nfile_after: PT3H", 2, "file_after", "PT3H", "longer than nudge"),
        ("teams: {}", 1, "teams", "{}", "a list"),
        ("teams:\n - {id: a, chat: 12}", 2, "teams[0].chat", "'12'", "a group's chat id"),
        ("teams:\n - {id: a, chat: -12}\n - {id: b, chat: -12}", 3, "teams[1].chat", "-12", "once"),
        ("roles: {boss: [1]}", 1, "roles.boss", "the unknown key 'boss'", "one of admin"),
        ("clocks: {next_response: PT0S}", 1, "clocks.next_response", "'PT0S'", "more than none"),
        ("teams:\n - {id: a b}", 2, "teams[0].id", "'a b'", "an id of"),
        ("teams:\n - {id: a, categories: [x, '*']}", 2, "teams[0].categories[0]", "'x'", "one of"),
        ("stages:\n - {id: a}", 2, "stages[0].title", "nothing", "the key 'title'"),
        ("stages:\n - id: a\n   title: {en: A}", 3, "stages[0].title", "no title in ru", "each"),
        ("stages:\n - id: a\n   title: A", 3, "stages[0].title", "'A'", "keys and values"),
        ("schedules:\n - {id: a, flow: check_in}", 2, "schedules[0].when", "nothing", "required"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_line_key_finding_and_expectation(
    source: str, line: int, key: str, found: str, expected: str
) -> None:
    problem = next(each for each in problems_of(source) if each.key == key)
    assert problem.line == line
    assert found in problem.found
    assert expected in problem.expected
    assert f"verso.yaml, line {line}, {key}: found " in str(problem)


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("a: &x [1]\nb: *x", 2, "alias"),
        ("limits:\n\t- b", 2, "spaces"),
        (b"brand: {name: \xff}", 1, "UTF-8"),
        (b"a: 1\nb: \xc3\x28", 2, "UTF-8"),
        ("- a", 1, "a list"),
        ("just words", 1, "plain text"),
        ("x: !!python/object:os.system y", 1, "the tag"),
        ("[" * 400, 1, "at most 20 levels"),
        ("brand: {}\n---\nbrand: {}", 2, "a second document"),
        ("? [a]\n: b", 1, "a key that is no word"),
        ("brand: {name: \x07}", 1, "YAML allows"),
        ("brand: {name: 'x}", 1, "broken YAML"),
        ("# " + "x" * 300_000, 1, "at most 256 KiB"),
    ],
)
def test_what_is_no_configuration_at_all_is_refused_kindly(
    source: str | bytes, line: int, words: str
) -> None:
    (problem,) = problems_of(source)
    assert words in str(problem)
    assert problem.line == line


@pytest.mark.parametrize(
    ("words", "line", "key", "expected"),
    [
        ("text: {en: 'Hi {nmae}?', ru: А., zh: 问。}", 5, "text.en", "did you mean {name}?"),
        ("text: {en: 'Hi {name', ru: А., zh: 问。}", 5, "text.en", "braces only in pairs"),
        ("text:\n      en: A.\n      ru: 'Для {name}'\n      zh: 问。", 7, "text.ru", "still says"),
        ("text: {en: A., ru: А., zh: ' '}", 5, "text.zh", "words that customers can read"),
        ("text: {en: A., ru: А.}", 5, "text", "a text in each of en, ru, zh"),
        ("text: {en: A., ru: А., zh: 问。, de: Ä.}", 5, "text.de", "a language of brand"),
        ("text: {en: %s, ru: А., zh: 问。}" % ("x" * 3601), 5, "text.en", "at most 3600"),
        ("text: Well?", 5, "text", "keys and values"),
        ("variants: [{id: a, text: {en: A., ru: А., zh: 问。}}]", 5, "variants", "2 to 8 variants"),
        ("variants:\n      - {id: a, text: {en: A., ru: А., zh: 问。}}\n"
         "      - {id: a, text: {en: B., ru: Б., zh: 答。}}", 7, "variants[1].id", "each id once"),
        ("variants:\n      - {id: a, text: {en: A., ru: А., zh: 问。}}\n"
         "      - {id: b, text: {en: B., ru: Б.}}", 7, "variants[1].text", "each of en, ru, zh"),
        ("text: {en: A., ru: А., zh: 问。}\n    variants:\n"
         "      - {id: a, text: {en: A., ru: А., zh: 问。}}\n"
         "      - {id: b, text: {en: B., ru: Б., zh: 答。}}", 6, "variants", "either text or"),
    ],
)  # fmt: skip
def test_words_that_cannot_be_said_are_refused_where_they_stand(
    words: str, line: int, key: str, expected: str
) -> None:
    head = "schedules:\n  - id: x\n    when: {event: e}\n    flow: check_in\n    "
    [problem] = problems_of(head + words)
    assert (problem.line, problem.key) == (line, f"schedules[0].{key}")
    assert expected in problem.expected


def test_keys_given_twice_are_refused() -> None:
    (problem,) = problems_of("limits: {asks: 1}\nlimits: {asks: 2}")
    assert (problem.line, problem.key) == (2, "limits")
    assert "already on line 1" in problem.expected


def test_ids_given_twice_are_refused() -> None:
    source = CONTRACT + "  - {id: silent-trial, when: {event: e}, flow: check_in}\n"
    (problem,) = problems_of(source)
    assert problem.key == "schedules[1].id"
    assert "already on line 13" in problem.expected


@pytest.mark.parametrize(
    ("wrong", "right", "hint"),
    [
        ("limits: {cooldwn: P1D}", "limits: {cooldown: P1D}", "Did you mean 'cooldown'?"),
        ("brand: {nam: X}", "brand: {name: X}", "Did you mean 'name'?"),
        ("schedule: []", "schedules: []", "Did you mean 'schedules'?"),
    ],
)
def test_unknown_keys_come_with_the_one_that_was_meant(wrong: str, right: str, hint: str) -> None:
    (problem,) = problems_of(wrong)
    assert problem.hint == hint
    assert load_config(right) is not None


def test_a_misspelt_flow_comes_with_the_one_that_was_meant() -> None:
    (problem,) = problems_of(CONTRACT.replace("flow: trial_check_in", "flow: trial_chekin"))
    assert problem.key == "schedules[0].flow"
    assert problem.hint == "Did you mean 'trial_check_in'?"
    own = CONTRACT.replace("flow: trial_check_in", "flow: own")
    assert load_config(own, flows={"own"}).schedules[0].flow == "own"


@pytest.mark.parametrize("flow", ["complaint", "verification"])
def test_a_flow_that_no_schedule_can_begin_is_refused_at_its_line(flow: str) -> None:
    source = CONTRACT.replace("flow: trial_check_in", f"flow: {flow}")
    (problem,) = problems_of(source)
    assert source.splitlines()[problem.line - 1].strip() == f"flow: {flow}"
    assert problem.key == "schedules[0].flow"
    first = "a flow that asks first: one of check_in, purchase_check_in, trial_check_in"
    assert problem.expected == first


def test_audiences_name_known_products_once_there_are_products() -> None:
    product = "products:\n  - {id: basic, title: {en: B, ru: B, zh: B}}\n"
    (problem,) = problems_of(CONTRACT + product)
    assert problem.key == "schedules[0].audience.product[0]"


def test_some_team_takes_what_no_other_does() -> None:
    (problem,) = problems_of(CONTRACT.replace('[delivery, "*"]', "[delivery]"))
    assert (problem.line, problem.key) == (2, "teams")


def test_everything_wrong_is_told_at_once_in_file_order() -> None:
    source = (
        CONTRACT.replace("Europe/Berlin", "Berlin")
        .replace("chat: -100", "chat: 100")
        .replace("asks: 2", "asks: many")
        .replace("enabled: true", "enabled: perhaps")
        .replace("trial_check_in", "nowhere")
    )
    problems = problems_of(source)
    assert [problem.key for problem in problems] == [
        "brand.time_zone",
        "teams[0].chat",
        "limits.asks",
        "schedules[0].flow",
        "schedules[0].enabled",
    ]
    assert len(str(ConfigError(problems)).splitlines()) == 5


def test_thousands_of_mistakes_stay_readable() -> None:
    titles = "title: {en: A, ru: A, zh: A}"
    products = "".join(f"  - {{id: p{n}, {titles}}}\n" for n in range(500))
    wanted = ", ".join(f"q{n}" for n in range(500))
    source = f"products:\n{products}schedules:\n  - {{id: s, when: {{event: e}}, flow: check_in, "
    problems = problems_of(source + f"audience: {{product: [{wanted}]}}}}")
    words = str(ConfigError(problems))
    assert len(problems) == 500
    assert words.splitlines()[-1] == "… and 400 more problems."
    assert len(words) < 60_000
    assert "(500 in all)" in problems[0].expected


def loads_or_explains(source: str | bytes) -> bool:
    try:
        return isinstance(load_config(source), Config)
    except ConfigError as error:
        return bool(error.problems) and all(each.line and each.expected for each in error.problems)


@given(st.text() | st.binary())
def test_any_text_either_loads_or_is_explained(source: str | bytes) -> None:
    assert loads_or_explains(source)


@given(st.data())
def test_a_damaged_file_either_loads_or_is_explained(data: st.DataObject) -> None:
    lines = CONTRACT.splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    damage = st.sampled_from(["", "{", "- x", "  y: [", "id: 5", ": :", "*", "[[]]", "a: {b: {}}"])
    at = data.draw(st.integers(0, len(lines[index])))
    lines[index] = lines[index][:at] + data.draw(damage) + lines[index][at:]
    assert loads_or_explains("\n".join(lines))
