"""A business's own phrases: read, written back, refused where they cannot mean what they should."""

import pytest

from flows.config import Config, ConfigError, Problem, diff_config, dump_config, load_config

OWN = """phrases:
  fine: [Tea o'clock, в чайнике порядок]
  yes: steep it
  "no": cold pot
  complaint: [leaf dust again]
"""


def problem_of(source: str) -> Problem:
    with pytest.raises(ConfigError) as caught:
        load_config(source, "verso.yaml")
    [problem] = caught.value.problems
    return problem


def test_phrases_are_read_and_written_back() -> None:
    config = load_config(OWN)
    assert config.phrases.by_meaning() == {
        "fine": ("Tea o'clock", "в чайнике порядок"),
        "yes": ("steep it",),
        "no": ("cold pot",),
        "complaint": ("leaf dust again",),
    }
    assert load_config(dump_config(config)) == config
    assert diff_config(Config(), config)[0] == "phrases.fine: none → Tea o'clock, в чайнике порядок"


def test_an_unknown_meaning_names_those_there_are() -> None:
    problem = problem_of("phrases: {fien: [tea o'clock]}")
    assert (problem.key, problem.line) == ("phrases.fien", 1)
    assert problem.hint == "Did you mean 'fine'?"
    assert "stop" not in problem_of("phrases: {stop: [enough]}").expected


@pytest.mark.parametrize("again", ["Tea o'clock", "TEA O'CLOCK!", "  tea  o'clock ☕"])
def test_a_phrase_with_two_meanings_is_named_with_both(again: str) -> None:
    problem = problem_of(f"phrases:\n  fine: [tea o'clock]\n  later:\n    - {again}\n")
    assert (problem.key, problem.line) == ("phrases.later[0]", 4)
    assert problem.found == f"the phrase {again.strip()!r} again"
    assert "already under fine, on line 2" in problem.expected


@pytest.mark.parametrize("phrase", ["stop", "Unsubscribe!", "хватит писать", "别再发了"])
def test_a_phrase_that_says_stop_is_refused_by_name(phrase: str) -> None:
    problem = problem_of(f"phrases:\n  later: [{phrase}]\n")
    assert (problem.key, problem.line) == ("phrases.later[0]", 2)
    assert repr(phrase) in problem.found
    assert "says stop" in problem.found


def test_what_was_taken_in_before_stays_readable() -> None:
    """The ear learns with each version; what is stored must not keep Verso from starting."""
    assert load_config("phrases: {later: [stop]}", kept=True).phrases.later == ("stop",)
    two = "teams:\n - {id: a, chat: -12}\n - {id: b, chat: -12}"
    assert len(load_config(two, kept=True).teams) == 2
    with pytest.raises(ConfigError):
        load_config("phrases: {later: [stop], fine: [stop]}", kept=True)
