"""The table of who may do what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.desk.rights import (
    RULES,
    Deed,
    Doubt,
    Known,
    Standing,
    Why,
    standing,
    status_in,
    why_not,
)
from flows.entities import Member
from flows.entities.kinds import MemberStatus, Role
from flows.time.durations import Period

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
WEEK = Period(days=7)


def member(status: MemberStatus, since: datetime | None = None) -> Member:
    return Member(-1, 7, status, since)


def test_every_deed_has_a_sentence() -> None:
    assert set(RULES) == set(Deed)
    assert all(rule.sentence.endswith(".") for rule in RULES.values())


@pytest.mark.parametrize("role", list(Role))
def test_more_of_a_role_is_never_less_of_a_right(role: Role) -> None:
    for deed, rule in RULES.items():
        expected = None if role.reaches(rule.least) else Why.ROLE
        assert why_not(deed, Standing(role)) is expected


def test_who_is_not_known_answers_and_nothing_else() -> None:
    allowed = {deed for deed in Deed if why_not(deed, Standing(doubt=Doubt.UNKNOWN)) is None}
    assert allowed == {Deed.ANSWER}


@pytest.mark.parametrize("doubt", [Doubt.GONE, Doubt.CHANNEL])
def test_who_is_not_there_does_nothing(doubt: Doubt) -> None:
    assert {why_not(deed, Standing(doubt=doubt)) for deed in Deed} == {Why(doubt.value)}


def test_a_newcomer_does_what_staff_do_but_shipping() -> None:
    old, new = Standing(Role.STAFF), Standing(Role.STAFF, new=True)
    differ = {deed for deed in Deed if why_not(deed, old) is not why_not(deed, new)}
    assert differ == {Deed.SHIP, Deed.MUTE, Deed.GRANT}
    assert why_not(Deed.SHIP, new) is Why.NEW


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(), Standing(doubt=Doubt.UNKNOWN)),
        (Known(member=member(MemberStatus.UNKNOWN)), Standing(doubt=Doubt.UNKNOWN)),
        (Known(member=member(MemberStatus.MEMBER)), Standing(Role.STAFF)),
        (Known(member=member(MemberStatus.MEMBER, NOW)), Standing(Role.STAFF, new=True)),
        (
            Known(member=member(MemberStatus.MEMBER, NOW - timedelta(days=7))),
            Standing(Role.STAFF),
        ),
        (Known(member=member(MemberStatus.ADMIN, NOW)), Standing(Role.SENIOR)),
        (Known(member=member(MemberStatus.GONE)), Standing(doubt=Doubt.GONE)),
        (Known(named=Role.SENIOR), Standing(Role.SENIOR)),
        (Known(named=Role.READER, member=member(MemberStatus.ADMIN)), Standing(Role.READER)),
        (
            Known(named=Role.SENIOR, member=member(MemberStatus.GONE)),
            Standing(doubt=Doubt.GONE),
        ),
        (Known(admin=True, named=Role.READER), Standing(Role.ADMIN)),
        (Known(owner=True, admin=True, member=member(MemberStatus.GONE)), Standing(Role.OWNER)),
    ],
)
def test_what_somebody_is_follows_from_what_is_known(known: Known, expected: Standing) -> None:
    assert standing(known, NOW, WEEK) == expected


@given(st.sampled_from([None, *MemberStatus]), st.sampled_from([None, *Role][:4]), st.booleans())
def test_a_lone_owner_can_do_everything(
    status: MemberStatus | None, named: Role | None, admin: bool
) -> None:
    known = Known(True, admin, named, None if status is None else member(status))
    assert {why_not(deed, standing(known, NOW, WEEK)) for deed in Deed} == {None}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"status": "creator"}, MemberStatus.ADMIN),
        ({"status": "administrator"}, MemberStatus.ADMIN),
        ({"status": "member"}, MemberStatus.MEMBER),
        ({"status": "restricted", "is_member": True}, MemberStatus.MEMBER),
        ({"status": "restricted", "is_member": False}, MemberStatus.GONE),
        ({"status": "left"}, MemberStatus.GONE),
        ({"status": "kicked"}, MemberStatus.GONE),
        ({}, MemberStatus.UNKNOWN),
        ({"status": 7}, MemberStatus.UNKNOWN),
    ],
)
def test_telegram_s_word(told: dict[str, object], status: MemberStatus) -> None:
    assert status_in(told) is status
