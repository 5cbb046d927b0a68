"""Limits, the life of a remedy, and pools, on plain data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import Grants, load_config
from flows.config.problems import ConfigError
from flows.entities import CustomerId, LineKind, Remedy, RemedyId, TicketId
from flows.entities.kinds import Role
from flows.entities.lifecycle import Person, Refusal
from flows.money import Money
from flows.recovery.ledger import grant_line, reversal_line, sums_of
from flows.recovery.limits import (
    Granted,
    Limit,
    LimitOf,
    NeedsApproval,
    Refused,
    day_of,
    decide,
    limits_of,
    since_of,
)
from flows.recovery.pools import CodesError, read_codes, warning
from flows.recovery.remedies import act, fitting, is_trusted, needs_amount
from flows.recovery.waiting import due, next_at, reminders

NOW = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
BORIS, CLARA = Person(7001, "Boris"), Person(7002, "Clara")
amounts = st.integers(1, 10_000)
grants = st.builds(
    lambda one, senior, month: Grants(
        per_grant=(Money("EUR", one),),
        senior_per_grant=(Money("EUR", one + senior),),
        per_person=(Money("EUR", month),),
        per_customer=(Money("EUR", month),),
        per_team=(Money("EUR", 2 * month),),
    ),
    amounts,
    amounts,
    amounts,
)
spent = st.dictionaries(st.sampled_from(LimitOf), st.integers(0, 10_000))


def eur(minor: int) -> Money:
    return Money("EUR", minor)


@given(grants, amounts, spent)
def test_what_is_granted_alone_passes_no_limit(
    given: Grants, minor: int, before: dict[LimitOf, int]
) -> None:
    limits = limits_of(given, "EUR")
    decided = decide(eur(minor), limits, before, Role.STAFF)
    passed = [each for each in limits if before.get(each.of, 0) + minor > each.most.minor]
    assert (decided == Granted()) == (not passed)
    if isinstance(decided, NeedsApproval):
        assert {each.limit for each in decided.over} == set(passed)
        assert all(each.by.minor > 0 for each in decided.over)
        # Whoever has the role that it takes is asked for nobody else.
        assert decide(eur(minor), limits, before, decided.role) == Granted()


@given(grants, amounts, spent)
def test_more_was_granted_never_makes_it_easier(
    given: Grants, minor: int, before: dict[LimitOf, int]
) -> None:
    limits, more = limits_of(given, "EUR"), {each: 1 + before.get(each, 0) for each in LimitOf}
    if decide(eur(minor), limits, before, Role.STAFF) != Granted():
        assert decide(eur(minor), limits, more, Role.STAFF) != Granted()


def test_a_currency_without_limits_needs_a_senior() -> None:
    limits = limits_of(Grants(per_grant=(eur(2000),)), "USD")
    decided = decide(Money("USD", 1), limits, {}, Role.STAFF)
    assert isinstance(decided, NeedsApproval)
    assert decided.role is Role.SENIOR
    assert decide(None, limits, {}, None) == Granted()
    with pytest.raises(ValueError, match="USD"):
        decide(eur(1), limits, {}, None)


def test_a_limit_that_nobody_lifts_refuses() -> None:
    place = Limit(LimitOf.PLACE, eur(100), None)
    decided = decide(eur(60), (place,), {LimitOf.PLACE: 60}, Role.OWNER)
    assert isinstance(decided, Refused)
    assert decided.over[0].by == eur(20)


def test_days_are_those_of_the_brand() -> None:
    assert day_of(NOW, "Europe/Berlin") == "2026-05-05"
    assert since_of(Grants(), NOW, "Europe/Berlin") == "2026-02-04"


@given(st.integers(1, 10**9), st.booleans())
def test_a_reversal_takes_away_what_its_grant_added(minor: int, has_place: bool) -> None:
    remedy = _remedy(amount=minor, currency="EUR", asked_by=BORIS.id, team_id="support")
    place = "berlin" if has_place else ""
    remedy = replace(remedy, place=place, guarantee="cold" if has_place else "")
    grant = grant_line(1, remedy, NOW, "2026-05-04", approver=CLARA)
    back = reversal_line(2, grant, NOW + timedelta(days=40), CLARA)
    assert grant.amount + back.amount == 0
    assert list(sums_of(grant)) == list(sums_of(back))
    assert (back.kind, back.granter_id, back.staff_id) == (LineKind.REVERSAL, 7001, 7002)
    assert grant.key != back.key


def _remedy(**more: object) -> Remedy:
    made = Remedy(RemedyId(5), 1, TicketId(2), CustomerId(3), NOW)
    return replace(made, **more)  # type: ignore[arg-type]


TRIGGERS = ("choose", "decline", "ask", "grant", "refuse", "finish", "void", "fail")


@given(st.lists(st.sampled_from(TRIGGERS), max_size=12))
def test_a_remedy_is_granted_and_taken_back_at_most_once(path: list[str]) -> None:
    remedy, done = _remedy(), []
    for trigger in path:
        moved = act(remedy, trigger, NOW, by=CLARA, text="why")
        if not isinstance(moved, Refusal):
            remedy = moved
            done.append(trigger)
        else:
            assert moved.reason == f"is_{remedy.state}"
    assert done.count("grant") <= 1
    assert done.count("void") + done.count("fail") <= done.count("grant")
    assert done.count("finish") <= done.count("grant")
    assert (remedy.granted_at is None) == ("grant" not in done)


def test_above_a_limit_and_back_take_a_word() -> None:
    assert act(_remedy(), "ask", NOW) == Refusal("needs_reason")
    assert act(_remedy(state="granted"), "void", NOW, by=CLARA) == Refusal("needs_word")
    assert act(_remedy(state="done"), "fail", NOW, by=CLARA) == Refusal("needs_why")
    redeemed = _remedy(state="done", guarantee="cold", done_at=NOW)
    assert act(redeemed, "fail", NOW, by=CLARA, text="why") == Refusal("is_redeemed")


@given(st.lists(st.integers(1, 400), max_size=8))
def test_who_may_say_yes_is_reminded_once_each_in_order(steps: list[int]) -> None:
    config = load_config("teams: [{id: a}]")
    calendar = config.calendar_of(config.teams[0])
    remedy, now, told = _remedy(state="awaiting", asked_at=NOW), NOW, []
    known = reminders(remedy, timedelta(hours=4), calendar)
    for minutes in steps:
        now += timedelta(minutes=minutes)
        whom = due(remedy, known, now)
        if whom:
            told += whom
            remedy = replace(remedy, reminded_at=now)
    assert told == [each.whom for each in known if each.at <= now]
    assert next_at(known, now) == next((each.at for each in known if each.at > now), None)
    assert reminders(replace(remedy, state="refused"), timedelta(hours=4), calendar) == ()


CONFIG = """
categories: [{id: taste, title: {en: A, ru: A, zh: A}}]
products: [{id: pro, title: {en: A, ru: A, zh: A}}]
remedies:
  - {id: tin, title: {en: T, ru: T, zh: T}, kind: other, category: taste, trusted: {severity: 3}}
  - {id: refund, title: {en: R, ru: R, zh: R}, kind: refund}
  - {id: call, title: {en: C, ru: C, zh: C}, kind: call_back, product: pro}
"""


def test_what_fits_is_offered() -> None:
    config = load_config(CONFIG)
    tin, refund, _ = config.remedies
    assert [each.id for each in fitting(config, "taste", frozenset())] == ["tin", "refund"]
    assert [each.id for each in fitting(config, "", frozenset({"pro"}))] == ["refund", "call"]
    assert (is_trusted(tin, 3), is_trusted(tin, 4), is_trusted(refund, 1)) == (True, False, False)
    assert (needs_amount(tin), needs_amount(refund)) == (False, True)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("grants: {per_grant: -5 EUR}", r"grants\.per_grant.*'-5 EUR'.*such as 12\.50 EUR"),
        ("grants: {per_person: 0.00 EUR}", r"grants\.per_person.*above zero"),
        ("grants: {per_grant: twelve}", r"line 2.*'twelve'.*expected an amount"),
        ("grants: {per_grant: 5 XYZ}", r"ISO 4217"),
        ("grants: {per_grant: [5 EUR, 6 EUR]}", r"each currency once"),
        ("remedies: [{id: a, title: {en: A, ru: A, zh: A}, kind: gift}]", r"kind.*one of repair"),
        ("remedies: [{id: a, title: {en: A, ru: A, zh: A}, kind: code}]", r'"pool" with the kind'),
        ("remedies: [{id: a, title: {en: A}, kind: repair}]", r"no title in ru, zh"),
        (
            "remedies: [{id: a, title: {en: A, ru: A, zh: A}, kind: refund, trusted: {}}]",
            r'"value", since customers choose it',
        ),
        (
            "remedies: [{id: a, title: {en: A, ru: A, zh: A}, kind: other, category: b}]",
            r"remedies\[0\]\.category.*'b'.*a category",
        ),
    ],
)
def test_a_wrong_configuration_is_told_with_its_line(line: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load_config(f"brand: {{name: A}}\n{line}")


def test_codes_are_read_from_lines_and_tables() -> None:
    assert read_codes("\ufeffA1\n\nB2\nA1\n").lines == {"A1": 1, "B2": 3}
    assert read_codes("A1\nB2\nA1\n").again == [3]
    assert read_codes("name;code\nx;A1\ny;B2\n").lines == {"A1": 2, "B2": 3}
    for text in ("", "code\n", "a\x00b", "x" * 201):
        with pytest.raises(CodesError):
            read_codes(text)


@given(st.lists(st.integers(0, 40)))
def test_of_each_threshold_admins_hear_once(left: list[int]) -> None:
    told: int | None = None
    heard = []
    for each in sorted(left, reverse=True):
        reached = warning(each, told)
        if reached is not None:
            told = reached
            heard.append(reached)
    assert len(heard) == len(set(heard)) <= 3
    assert heard == sorted(heard, reverse=True)
