"""Rules of hypotheses: who is assigned to what, what may be said when, how answers are read."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import Config, ConfigError, load_config
from flows.entities import Hypothesis, HypothesisId
from flows.entities.lifecycle import Refusal
from flows.hypotheses import judging, writing
from flows.hypotheses.judging import GroupOf, Verdict, Why
from flows.hypotheses.writing import Known, WritingError
from flows.time.durations import Share

TODAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
KNOWN = Known(Config(), ["churned", "renewed"], TODAY)
DRAFT = {
    "segment": "",
    "change": "A short guide",
    "event": "renewed",
    "expect": "3",
    "control": "50%",
    "look": "2026-08-01",
    "stop_if": "churned",
}
PLAN = writing.plan_of("h1", DRAFT)
shares = st.integers(100, 9900).map(Share)


@given(shares, st.text(min_size=1), st.text())
def test_a_group_is_for_good_and_a_smaller_control_only_releases_people(
    control: Share, ref: str, salt: str
) -> None:
    treated = judging.is_treated(salt, "h1", ref, control)
    assert treated == judging.is_treated(salt, "h1", ref, control)
    smaller = Share(control.hundredths // 2)
    assert judging.is_treated(salt, "h1", ref, smaller) or not treated


def test_the_control_group_is_as_large_as_it_was_written() -> None:
    held = sum(not judging.is_treated("s", "h1", f"C-{n}", Share(2000)) for n in range(5000))
    assert 900 < held < 1100


@given(st.integers(0, 10**6), st.integers(0, 10**4), shares)
def test_months_are_as_many_as_it_takes(people: int, new: int, control: Share) -> None:
    months = judging.months(people, new, control)
    smaller = min(control.fraction, 1 - control.fraction)
    assert judging.needed(control) * smaller >= 149.999
    if months is None:
        assert new == 0
        assert people < judging.needed(control)
    else:
        assert people + months * new >= judging.needed(control)
        assert months == 0 or people + (months - 1) * new < judging.needed(control)


@given(st.integers(0, 149), st.integers(0, 10**5))
def test_few_people_never_lead_to_a_conclusion(few: int, many: int) -> None:
    found = judging.verdict(GroupOf(many, many), GroupOf(few, 0), 3)
    assert found in (Verdict.TOO_FEW, Verdict.HINT)


def test_it_stops_for_harm_and_on_its_day_and_not_for_success() -> None:
    def why(treated: GroupOf, control: GroupOf, today: date = TODAY) -> Why | None:
        return judging.why_to_stop(PLAN, treated, control, today)

    worse, better = GroupOf(400, 20), GroupOf(400, 120)
    assert why(worse, better) is Why.WORSE
    assert why(better, worse) is None
    assert judging.verdict(better, worse, 3) is Verdict.AS_EXPECTED
    assert judging.verdict(better, worse, -3) is Verdict.WORSE
    harmed = GroupOf(400, 60, harmed=120)
    assert why(harmed, GroupOf(400, 60, harmed=20)) is Why.HARM
    assert why(better, worse, date(2026, 8, 1)) is Why.OVER


def test_looked_at_every_week_a_change_that_does_nothing_is_rarely_stopped() -> None:
    """At most 5 % by the interval, here of 200 with 40 looks each."""
    wrong, chance = 0, Random(4)
    for _ in range(200):
        hits, people = [0, 0], 0
        for _ in range(40):
            people += 50
            for group in (0, 1):
                hits[group] += sum(chance.random() < 0.1 for _ in range(50))
            found = judging.verdict(GroupOf(people, hits[0]), GroupOf(people, hits[1]), 3)
            if found in (Verdict.WORSE, Verdict.AS_EXPECTED):
                wrong += 1
                break
    assert wrong <= 10


def test_it_ends_once_with_what_was_learned() -> None:
    running = Hypothesis(HypothesisId(1), "h1", NOW, "running", {}, {})
    stopped = judging.act(running, "stop", NOW, why=Why.OVER)
    assert isinstance(stopped, Hypothesis)
    assert judging.act(stopped, "stop", NOW) == Refusal("is_stopped")
    ended = judging.act(stopped, "end", NOW + timedelta(days=1), learned="Nobody read it.")
    assert isinstance(ended, Hypothesis)
    assert (ended.state, ended.stopped_why, ended.learned) == ("ended", "over", "Nobody read it.")
    assert judging.act(ended, "end", NOW) == Refusal("is_ended")


@pytest.mark.parametrize(
    ("step", "text", "kept"),
    [
        ("expect", "−1,5 %", "-1.5"),
        ("expect", "+3", "3"),
        ("control", "20 %", "20%"),
        ("look", " 2026-12-25 ", "2026-12-25"),
        ("stop_if", "", ""),
        ("event", "renewed", "renewed"),
        ("expect", "0", "!expect"),
        ("expect", "nan", "!expect"),
        ("expect", "much", "!expect"),
        ("control", "0", "!control"),
        ("control", "100", "!control"),
        ("look", "never", "!look"),
        ("look", "2026-05-04", "!look_when"),
        ("look", "2029-01-01", "!look_when"),
        ("event", "renewwed", "!event"),
        ("change", "", "!change"),
        ("change", "x" * 201, "!change"),
        ("segment", "nobody knows", "!segment"),
    ],
)
def test_answers_are_read_or_it_is_said_what_is_expected(step: str, text: str, kept: str) -> None:
    try:
        found = writing.read(step, text, DRAFT, KNOWN)
    except WritingError as error:
        found = f"!{error}"
    assert found == kept


@given(st.sampled_from(writing.STEPS), st.text(max_size=300))
def test_whatever_is_typed_is_kept_as_the_configuration_takes_it_or_refused(
    step: str, text: str
) -> None:
    draft, wrong = writing.read_all(DRAFT | {step: text}, KNOWN)
    assert set(wrong) <= {step}
    assert wrong or writing.plan_of("h1", draft).id == "h1"


def test_questions_that_have_no_answers_are_not_asked() -> None:
    assert writing.following({"segment": ""}, KNOWN) == "change"
    assert writing.following(DRAFT, KNOWN) is None
    assert writing.free_name(Config(hypotheses=(PLAN,)), ["h2"]) == "h3"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("look: 2027-01-01, control: 0%", "a share from 1% to 99%"),
        ("look: 2027-01-01, control: 100%", "a share from 1% to 99%"),
        ("control: 10%", '"look" with the day on which it ends'),
        ("look: 2027-01-01, stop_if: renewed", 'a "stop_if" other than "event"'),
        ("look: 2027-01-01, segment: vip", "a segment (there is none yet)"),
    ],
)
def test_a_file_is_told_what_is_wrong(change: str, expected: str) -> None:
    written = f"hypotheses: [{{id: h1, change: A guide, event: renewed, expect: 3, {change}}}]"
    with pytest.raises(ConfigError, match=r"verso\.yaml, line 1") as raised:
        load_config(written)
    assert expected in str(raised.value)
