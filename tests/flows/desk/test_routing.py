"""Where a complaint goes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import Config, load_config
from flows.desk.routing import Complaint, Routed, route

BASE = """
teams: [{id: support}, {id: safety, categories: [ride]}, {id: taste, categories: [taste]}]
categories:
  - {id: ride, title: {en: Ride, ru: Поездка, zh: 行程}}
  - {id: taste, title: {en: Taste, ru: Вкус, zh: 口味}}
segments: [{id: vip, tags: [gold]}]
"""


def configured(*routes: str) -> Config:
    return load_config(BASE + "routes:\n" + "".join(f"  - {each}\n" for each in routes))


@pytest.mark.parametrize(
    ("when", "fitting", "other"),
    [
        ("category: taste", {"category": "taste"}, {"category": "ride"}),
        ("product: pro", {"products": frozenset({"pro", "box"})}, {}),
        ("stage: first_use", {"stage": "first_use"}, {"stage": "renewal"}),
        ("language: [ru, zh]", {"language": "zh"}, {"language": "en"}),
        ("tags: [eu, gold]", {"tags": frozenset({"gold"})}, {"tags": frozenset({"us"})}),
        ("segment: vip", {"segments": frozenset({"vip"})}, {}),
        ("value: {from: 100}", {"value": 100}, {"value": 99}),
        ("value: {to: 100}", {"value": -5}, {}),
        ("severity: {from: 4}", {"severity": 4}, {"severity": 3}),
        ("severity: {to: 4}", {"severity": 1}, {"severity": 0}),
        ("data: [{key: rating, to: 2.5}]", {"data": {"rating": "2.5"}}, {"data": {"rating": 3}}),
        ("data: [{key: rating, from: 1}]", {"data": {"rating": 1}}, {"data": {"rating": "good"}}),
        ("data: [{key: rating, from: 1}]", {"data": {"rating": 2.0}}, {"data": {"rating": True}}),
        ("data: [{key: rating, to: 9}]", {"data": {"rating": 9}}, {"data": {"rating": "nan"}}),
        ("data: [{key: driver, is: D-17}]", {"data": {"driver": "d-17 "}}, {"data": {}}),
    ],
)
def test_each_condition(when: str, fitting: dict[str, Any], other: dict[str, Any]) -> None:
    stages = (
        "stages: [{id: first_use, title: {en: a, ru: a, zh: a}},"
        " {id: renewal, title: {en: b, ru: b, zh: b}}]\n"
    )
    config = load_config(f"{BASE}{stages}routes: [{{id: r, when: {{{when}}}, team: safety}}]")
    assert route(config, Complaint(**fitting)) == Routed("safety", None, ("r",))
    assert route(config, Complaint(**other)).because == ()


def test_all_conditions_of_a_route_have_to_be_met() -> None:
    config = configured("{id: r, when: {category: ride, severity: {from: 4}}, team: safety}")
    assert route(config, Complaint("ride", severity=4)).because == ("r",)
    assert route(config, Complaint("ride", severity=3)).because == ()


def test_the_first_team_and_the_first_owner_decide_each_apart() -> None:
    config = configured(
        '{id: mira, when: {segment: vip}, owner: "@mira"}',
        "{id: bad, when: {severity: {from: 5}}, team: safety, owner: 7002}",
        "{id: rest, team: taste, owner: 7003}",
    )
    vip = frozenset({"vip"})
    assert route(config, Complaint(severity=5, segments=vip)) == Routed(
        "safety", "@mira", ("bad", "mira")
    )
    assert route(config, Complaint(severity=5)) == Routed("safety", 7002, ("bad",))
    assert route(config, Complaint()) == Routed("taste", 7003, ("rest",))


def test_without_a_route_the_categories_decide() -> None:
    config = configured("{id: r, when: {severity: {from: 5}}, team: safety}")
    assert route(config, Complaint("taste")) == Routed("taste")
    assert route(config, Complaint("")) == Routed("support")
    assert route(Config(), Complaint("taste")) == Routed()


@given(
    st.lists(st.sampled_from(["ride", "taste", ""]), max_size=3),
    st.integers(0, 5),
    st.sampled_from(["ride", "taste", "", "gone"]),
)
def test_a_complaint_always_goes_to_a_team(wanted: list[str], severity: int, category: str) -> None:
    routes = [
        f"{{id: r{number}, when: {{category: [{each}]}}, team: safety}}"
        for number, each in enumerate(wanted)
    ]
    config = configured(*routes) if routes else load_config(BASE)
    teams = {team.id for team in config.teams}
    assert route(config, Complaint(category, severity=severity)).team in teams


def test_the_desk_of_an_entrance_decides_where_no_route_does() -> None:
    entrances = (
        "entrances:\n"
        "  - {id: mira, title: {en: M, ru: М, zh: M}, kind: desk, team: taste, person: '@mira'}\n"
        "  - {id: t7, title: {en: T, ru: С, zh: T}, place: House}\n"
        "  - {id: t8, title: {en: T, ru: С, zh: T}}\n"
    )
    routes = (
        "routes:\n"
        "  - {id: house, when: {place: House}, team: safety}\n"
        "  - {id: eight, when: {entrance: t8}, owner: 7002}\n"
        "  - {id: bad, when: {severity: {from: 5}}, team: safety}\n"
    )
    config = load_config(BASE + entrances + routes)
    mira, t7, t8 = config.entrances
    assert route(config, Complaint("ride", entrance=mira)) == Routed("taste", "@mira")
    assert route(config, Complaint(severity=5, entrance=mira)) == Routed(
        "safety", "@mira", ("bad",)
    )
    assert route(config, Complaint("taste", entrance=t7)) == Routed("safety", None, ("house",))
    assert route(config, Complaint("taste", entrance=t8)) == Routed("taste", 7002, ("eight",))
