"""A flow file that is wrong says where, what, and what to do, all at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.conversations import FlowError, FlowLibrary, Option, UnknownFlow
from tests.flows.conversations.talk import FACTS, Talk

GUIDE = Path(__file__).parents[3] / "docs" / "writing-flows.md"
GOOD = GUIDE.read_text("utf-8").split("```yaml\n")[1].split("```")[0]

STOP_NAME = '  stop_name: {en: "About {brand}", ru: "О {brand}"}\n'


def problems(source: str, file: str = "tea.yaml") -> list[str]:
    with pytest.raises(FlowError) as caught:
        FlowLibrary().add(source, file)
    assert str(caught.value).splitlines() == [str(found) for found in caught.value.problems]
    return [str(found) for found in caught.value.problems]


def line_of(source: str, part: str) -> int:
    return source[: source.index(part)].count("\n") + 1


def test_the_example_in_the_guide_works() -> None:
    talk = Talk(FlowLibrary().add(GOOD))
    talk.press("o:wrong")
    talk.say("bitter")
    assert talk.outcome.kind == "complaint"


@pytest.mark.parametrize(
    ("part", "wrong", "what", "remedy"),
    [
        ("next: words}", "next: wrods}", "no step `wrods`", "Did you mean `words`?"),
        ("start: check", "start: chek", "no step `chek`", "Did you mean `check`?"),
        ("next: words}", "next: well}", "no way leads to the step `words`", "take it out"),
        ("prefill: true, next: told", "prefill: true", "`words` is a dead end", "Add `next:`"),
        ("prefill: true, next: told", "next: check", "leads back to itself", "forward only"),
        ("text: ask_words,", "text: ask_wrods,", "no text `ask_wrods`", "`ask_words`?"),
        (
            ', ru: "Здравствуйте, {first_name}. Что-нибудь не так с {product}?"',
            "",
            "missing in `ru`",
            "Add `ru:`",
        ),
        ("Всё хорошо", "' '", "should be a text", "plain value"),
        ("{product}", "{produkt}", "unknown placeholder {produkt}", "Did you mean `product`?"),
        (
            "Hello {first_name}. Is anything wrong with {product}?",
            "For {first_name}.",
            "nothing is left of `ask` (en)",
            "commas",
        ),
        ("{product}", "{quote}", "may be missing", "`has: quote`"),
        ("{product}", "{product", "stray brace", "`{name}`"),
        ("proactive: true", "proactiv: true", "unknown key `proactiv`", "Known keys"),
        ("proactive: true", "proactive: yes", "cannot be `yes`", "Use true, false"),
        ("version: 1", "version: one", "cannot be `one`", "whole number"),
        ("languages: [en, ru]", "languages: en", "should be a list", "[a, b]"),
        ("flow: tea_check", "flow: Tea Check", "cannot be `Tea Check`", "a-z"),
        ("id: words,", "id: stopped,", "word of the engine", "another name"),
        ("id: words,", "id: check,", "`check` is already defined", "Rename"),
        ("id: wrong,", "id: fine,", "`fine` is there twice", "Rename"),
        ("id: wrong,", f"id: {'w' * 40},", "option id", "32 characters"),
        ("kind: message", "kind: slot", "not `slot`", "choice, message"),
        ("prefill: true", "prefill: true, scale: 5", "unknown key `scale`", "accept"),
        ("prefill: true", "number: perhaps", "cannot be `perhaps`", "Use true, false"),
        ("prefill: true", "accept: [poll]", "cannot be `poll`", "photo"),
        ("outcome: nothing_wrong", "outcome: great", "cannot be `great`", "nothing_wrong"),
        ("words: said", "wrods: said", "no field `wrods`", "Did you mean `words`?"),
        ("words: said", "check: bad", "never `bad`", "fine"),
        ("bye: {", "by: {", "`by` is never used", "take it out"),
        ("  bye: {", f"{STOP_NAME}  bye: {{", "`stop_name` has a placeholder", "plain words"),
        ("fine: {en: All fine", "wrong: {en: All fine", "`wrong` is there twice", "one of them"),
        ("proactive: true", "include: [shared]", "no fragment `shared`", "Known fragments"),
        ("    kind: choice", "    kind: choice\n    options_from: stages", "one list", "either"),
        ("en: All fine", f"en: {'long ' * 20}", "long", "Keep it to 60"),
    ],
)
def test_each_mistake_has_its_place_and_remedy(
    part: str, wrong: str, what: str, remedy: str
) -> None:
    assert part in GOOD
    found = problems(GOOD.replace(part, wrong, 1))
    told = [text for text in found if what in text]
    assert told, found
    assert remedy in told[0]
    file, line, column, _ = told[0].split(":", 3)
    assert (file, int(column) > 0) == ("tea.yaml", True)
    assert 1 <= int(line) <= GOOD.count("\n") + 2


def test_the_line_and_column_are_those_of_the_mistake() -> None:
    source = GOOD.replace("next: words}", "next: wrods}")
    (found,) = problems(source)
    line = line_of(source, "wrods")
    column = source.splitlines()[line - 1].index("wrods") + 1
    assert found.startswith(f"tea.yaml:{line}:{column}: ")


def test_all_problems_are_told_at_once() -> None:
    source = (
        GOOD.replace("proactive:", "proactiv:")
        .replace("next: words}", "next: wrods}")
        .replace("{product}", "{produkt}")
        .replace("kind: end, text: bye", "kind: final, text: bye")
    )
    found = "\n".join(problems(source))
    for part in ("proactiv", "wrods", "produkt", "final"):
        assert part in found


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("flow: [a", "not valid YAML"),
        ("\x00", "not valid YAML"),
        ("", "holds no flow"),
        ("- flow", "part 1 is no flow"),
        ("a: &a [1]\nb: [*a, *a]", "aliases"),
        ("[" * 1000, "nested too deeply"),
        ("# " + "x" * 300_000, "too large"),
        (GOOD.replace("tea_check", "!!python/object:os.system tea"), "tags"),
        (GOOD.replace("steps:", "steps: !!set"), "tags"),
        (GOOD + "\n---\n" + GOOD, "part 2 is no flow"),
    ],
)
def test_files_that_are_no_flow_are_refused(source: str, what: str) -> None:
    assert any(what in found for found in problems(source))


def test_a_branch_may_depend_on_answers_and_values() -> None:
    source = GOOD.replace(
        "kind: message, text: ask_words, prefill: true, next: told",
        "kind: message, text: ask_words, when: "
        "[{if: {check: [wrong], reason: late}, next: well}], next: told",
    )
    flow = FlowLibrary().add(source)
    for reason, outcome in (("late", "nothing_wrong"), ("other", "complaint")):
        facts = replace(FACTS, values={"reason": reason})
        talk = Talk(flow, facts)
        talk.press("o:wrong")
        talk.say("bitter")
        assert talk.outcome.kind == outcome


def test_a_narrow_question_keeps_words_and_asks_on() -> None:
    flow = FlowLibrary().add(GOOD.replace("prefill: true", "accept: [photo]"))
    talk = Talk(flow)
    talk.press("o:wrong")
    talk.say("I have no camera")
    assert talk.turn.kept
    assert "needs something else" in str(talk.turn.notice)
    assert (talk.state.step, talk.words) == ("words", ["I have no camera"])


def test_two_versions_live_side_by_side() -> None:
    library = FlowLibrary()
    first = library.add(GOOD)
    in_flight = Talk(first)
    second = library.add(GOOD.replace("version: 1", "version: 2").replace("id: wrong", "id: bad"))
    assert library.latest("tea_check") is second
    assert library.get("tea_check", 1) is first
    in_flight.press("o:wrong")
    assert in_flight.state.step == "words"
    with pytest.raises(FlowError, match="higher version, such as 2"):
        library.add(GOOD.replace("All fine", "Fine"))
    assert library.add(GOOD).version == 1


def test_a_flow_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownFlow, match="no flow tea_check"):
        FlowLibrary().latest("tea_check")
    with pytest.raises(UnknownFlow, match="version 7"):
        FlowLibrary.shipped().get("complaint", 7)


def test_the_source_of_a_flow_is_enough_to_load_it_again() -> None:
    for flow in FlowLibrary.shipped():
        again = FlowLibrary().add(flow.source)
        assert again.source == flow.source
        assert again.definition.texts == flow.definition.texts
        assert list(again.definition.steps) == list(flow.definition.steps)


def test_flows_are_read_from_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "tea.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "_notes.yaml").write_text("not: a flow", "utf-8")
    assert FlowLibrary.load([tmp_path]).names() == ("tea_check",)
    assert FlowLibrary.load([tmp_path / "tea.yaml"]).names() == ("tea_check",)
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FlowError, match="UTF-8"):
        FlowLibrary.load([tmp_path])


def test_problems_of_several_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(GOOD.replace("start: check", "start: x1"), "utf-8")
    (tmp_path / "two.yaml").write_text("flow: [", "utf-8")
    with pytest.raises(FlowError) as caught:
        FlowLibrary.load([tmp_path])
    assert {found.place.file for found in caught.value.problems} == {"one.yaml", "two.yaml"}


BRANCHES = """
flow: branches
version: 1
languages: [en]
start: first
steps:
  - id: first
    kind: choice
    text: ask
    title: first
    options:
      - {id: long_way, text: long_way, next: second}
      - {id: short_way, text: short_way, next: third}
  - {id: second, kind: rating, text: ask, next: third}
  - {id: third, kind: choice, text: ask, options_from: products, next: sure}
  - id: sure
    kind: confirm
    text: ask
    when: [{if: {second: ["4", "5"]}, next: bad}]
    next: good
  - {id: bad, kind: end, text: ask, outcome: complaint}
  - {id: good, kind: end, text: ask, outcome: nothing_wrong}
texts:
  ask: {en: Well}
  first: {en: First}
  long_way: {en: Long}
  short_way: {en: Short}
"""
PRODUCTS = tuple(Option(f"p{number}", f"Product {number}") for number in range(12))


def branching() -> Talk:
    talk = Talk(FlowLibrary().add(BRANCHES), replace(FACTS, options={"products": PRODUCTS}))
    talk.press("o:long_way", "r:5")
    return talk


def test_a_branch_sees_only_the_answers_on_the_way() -> None:
    straight, changed = branching(), branching()
    straight.press("o:p1", "send")
    assert straight.outcome.kind == "complaint"
    changed.press("o:p1", "change", "e:first", "o:short_way", "send")
    assert changed.outcome.kind == "nothing_wrong"


def test_a_question_that_must_be_answered_lets_go_when_nothing_is_left_to_choose() -> None:
    talk = branching()
    assert "skip" not in talk.screen.actions()
    talk.facts = replace(FACTS, options={})
    talk.press("skip", "send")
    assert talk.outcome.kind == "complaint"


def test_a_page_that_is_gone_shows_the_last_one() -> None:
    talk = branching()
    talk.press("page:1")
    talk.facts = replace(FACTS, options={"products": PRODUCTS[:3]})
    talk.press("o:p2")
    assert talk.state.answers["third"] == "p2"
