"""The word files: a fourth language is a fourth file, and mistakes are named."""

from pathlib import Path

import pytest

from flows.ear import Ear, Meaning, WordsError

TOKI = """
letters: aeiou jklmnpstw
sets:
  toki: [lipu | toki]
fillers: [mute, a]
stop: [. o pini ., o pini e <toki>]
fine: ["[ale li] pona"]
contrast: [taso]
trouble: [ike | pakala]
negations: [ala]
asks: [. seme li]
with:
  fine: [telo]
when:
  tomorrow: [suno kama]
later: ["tenpo kama [<toki>]"]
leave_alone: [ponamo]
"""


def ear(folder: Path, words: str = TOKI, name: str = "tp") -> Ear:
    (folder / f"{name}.yaml").write_text(words, "utf-8")
    return Ear.load(folder)


def test_a_language_is_a_file(tmp_path: Path) -> None:
    made_up = ear(tmp_path)

    assert made_up.languages == {"tp"}
    assert made_up.hear("o pini!").meanings == {Meaning.STOP}
    assert made_up.hear("o pini e mute toki").meanings == {Meaning.STOP}
    assert made_up.hear("ale li pona mute").meanings == {Meaning.FINE}
    assert made_up.hear("telo li pona").unsure
    assert Meaning.COMPLAINT in made_up.hear("pona taso telo li weka").meanings
    assert Meaning.COMPLAINT in made_up.hear("ike").meanings
    assert made_up.hear("tenpo kama, suno kama").later == "tomorrow"
    assert made_up.hear("pona").language == "tp"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("letters: a-z\nstopp: [x]", "tp.yaml: 'stopp' is no key; use one of"),
        ("letters: a-z\nstop: x", "tp.yaml: stop has to be a list of texts"),
        ("letters: a-z\nstop: [yes]", "tp.yaml: stop has to be a list of texts"),
        ("letters: a-z\nstop: ['(a|b']", "tp.yaml: stop: '(a|b': "),
        ("letters: a-z\nstop: ['a)']", "a bracket is missing before"),
        ("letters: a-z\nstop: ['a |']", "it says nothing"),
        ("letters: a-z\nstop: ['a < b']", "a set is written <name>"),
        ("letters: a-z\nstop: [<nouns>]", "there is no set <nouns>; write it under `sets`"),
        ("letters: a-z\nstop: ['" + "[a|b]" * 11 + "']", "put a part of it into a set"),
        ("letters: a-z\nwith: {great: [x]}", "tp.yaml: with: 'great' is none of"),
        ("letters: a-z\nwhen: {noon: [x]}", "tp.yaml: when: 'noon' is none of"),
        ("letters: a-z\nsame: {ae: a}", "tp.yaml: same maps one letter to one letter"),
        ("letters: a-z\nsets: {A B: [x]}", "tp.yaml: sets: name 'A B'"),
        ("letters: a-z\nsets: [x]", "tp.yaml: sets has to be a mapping"),
        ("letters: a-z\nleave_alone: x", "tp.yaml: leave_alone has to be a list"),
        ("stop: [x]", "tp.yaml: letters has to name the letters"),
        ("[", "tp.yaml, line 2, column 1: a sign where a value is expected"),
        ("- x", "tp.yaml has to be a mapping"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, words: str, said: str) -> None:
    with pytest.raises(WordsError) as error:
        ear(tmp_path, words)

    assert said in str(error.value)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(WordsError, match="holds no words"):
        Ear.load(tmp_path)
