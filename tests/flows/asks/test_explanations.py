from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.core.words import placeholders
from flows import asks
from flows.asks.candidates import Candidate, CustomerFacts, Rules
from flows.asks.decisions import Decision, Outcome, Reason
from flows.asks.evaluation import decide
from flows.asks.explanations import format_moment, format_period
from flows.asks.restraint import PastAsk
from flows.asks.triggers import Event
from flows.config import Config, Schedule, Trigger
from flows.languages import SHIPPED
from flows.time.durations import Period
from tests.flows.asks.saying import REASONS, WORDS, explain, explain_reason
from tests.flows.rule_strategies import periods

NOW = datetime(2026, 4, 30, 8, tzinfo=UTC)
RULES = Path(asks.__file__).parent
SCHEDULE = Schedule(id="silent-trial", when=Trigger(event="e"), flow="f")


def cooling() -> Decision:
    customer = CustomerFacts(
        "c", time_zone="Europe/Berlin", asks=(PastAsk(NOW - timedelta(days=3), "x"),)
    )
    candidate = Candidate(customer, Event("e", NOW), NOW)
    return decide(candidate, SCHEDULE, Rules.of(Config(), SCHEDULE, "salt"), NOW)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "silent-trial: not asked, because the last ask was 3 days ago and the cooldown is "
            "7 days; will be looked at again on Mon 4 May, 10:00 (Berlin).",
        ),
        (
            "ru",
            "silent-trial: вопрос не отправлен: последний вопрос был 3 дня назад, а перерыв между "
            "вопросами — 7 дней; следующая проверка — пн 4 мая, 10:00 (Берлин).",
        ),
        (
            "zh",
            "silent-trial：未询问，因为上次询问在3天前，而间隔期为7天；"
            "将于5月4日周一 10:00（柏林）再次查看。",
        ),
    ],
)
def test_a_deferred_ask_is_explained_in_three_languages(language: str, words: str) -> None:
    assert explain(cooling(), language) == words


def test_an_unknown_language_gets_english() -> None:
    assert explain(cooling(), "fr") == explain(cooling(), "en-US") == explain(cooling(), "en")


def test_an_ask_that_went_out_is_explained_too() -> None:
    decision = Decision("s", Outcome.SEND, Reason("send"), None, True, NOW, "UTC")
    assert explain(decision, "en") == "s: asked, nothing speaks against it."
    refused = Decision("s", Outcome.BLOCKED, Reason("blocked"), None, True, NOW, "UTC")
    assert explain(refused, "en") == "s: not asked, because the customer has blocked the bot."


def test_every_reason_has_the_same_gaps_in_every_language() -> None:
    assert "quiet_hours" in REASONS
    for language in SHIPPED:
        told = {key for key in WORDS.keys(language) if key.startswith(("reasons.", "decisions."))}
        assert {key for key in told if key.startswith("reasons.")} == {
            f"reasons.{key}" for key in REASONS
        }
        for key in told:
            english, words = (WORDS._catalogues[each][key] for each in ("en", language))
            assert placeholders(words) == placeholders(english), key


def test_every_reason_that_a_rule_gives_has_words() -> None:
    given = {
        key
        for path in RULES.glob("*.py")
        for key in re.findall(r"Reason\(\s*\"(\w+)\"", path.read_text("utf-8"))
    }
    assert len(given) > 20
    assert given <= REASONS


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_what_customers_and_systems_wrote_is_shown_as_it_is(language: str) -> None:
    reason = Reason("other_product", {"product": "{schedule} %s {0}"})
    assert "{schedule} %s {0}" in explain_reason(reason, language, ZoneInfo("UTC"), NOW)


def test_another_year_is_said() -> None:
    new_year = datetime(2027, 1, 1, 9, tzinfo=UTC)
    shown = format_moment(new_year, "en", ZoneInfo("Europe/Berlin"), NOW)
    assert shown == "Fri 1 Jan 2027, 10:00 (Berlin)"


@given(periods)
def test_every_period_has_words(period: Period) -> None:
    for language in ("en", "ru", "zh"):
        words = format_period(period, language)
        assert words
        assert "duration" not in words


def test_periods_are_counted_as_people_count() -> None:
    assert format_period(Period(months=1, weeks=2), "en") == "1 month 2 weeks"
    assert format_period(Period(days=2), "ru") == "2 дня"
    assert format_period(Period(hours=4), "zh") == "4小时"
    assert format_period(Period(), "en") == "0 seconds"
