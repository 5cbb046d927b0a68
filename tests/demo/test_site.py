"""What the demo's page asks for."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo import business
from bot.demo.diagrams import diagram
from bot.demo.launch import running_demo
from bot.demo.routes import WEB
from bot.demo.stage import Stage
from bot.sandbox.pages import PAGE, PHONES
from flows.config import load_config
from flows.conversations import FlowLibrary
from tests.demo.idle import IDLE_BOT

MOMENTS = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with running_demo(0, command=IDLE_BOT, history=False) as running:
        yield running


@pytest.fixture
async def web(stage: Stage) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(stage.sandbox.url) as session:
        yield session


async def _json(web: aiohttp.ClientSession, path: str) -> Any:
    async with web.get(path) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_page_and_files_are_served_for_this_machine_alone(web: aiohttp.ClientSession) -> None:
    for path, kind in (
        ("/", "text/html"),
        ("/web/app.css", "text/css"),
        ("/phones/window.js", "text/javascript"),
    ):
        async with web.get(path) as answer:
            assert answer.content_type == kind
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "https://" not in await answer.text()


@pytest.mark.parametrize("path", ["../panel.py", "%2e%2e/panel.py", "js/none.js", "js"])
async def test_nothing_but_the_page_is_served(web: aiohttp.ClientSession, path: str) -> None:
    for folder in ("web", "phones"):
        async with web.get(f"/{folder}/{path}") as answer:
            assert answer.status == 404


async def test_cast_and_clock(web: aiohttp.ClientSession, stage: Stage) -> None:
    cast = await _json(web, "/demo/cast")
    languages = {p["language"] for p in cast["people"] if p["role"] == "customer" and p["shown"]}
    assert languages == {"en", "ru", "zh"}
    assert cast["bot"]["state"] == "running"
    before = await stage.sandbox.now()
    async with web.post("/demo/time/three_days") as answer:
        assert answer.status == 200
    assert await stage.sandbox.now() - before >= timedelta(days=3)
    jumps = (await _json(web, "/demo/cast"))["jumps"]
    assert [round(j["seconds"]) for j in jumps] == [3 * 86_400]


@pytest.mark.parametrize(
    "path", ["/demo/time/never", "/demo/bot/paint", "/demo/flows/none", "/demo/qr/C-1.svg"]
)
async def test_what_there_is_not_is_refused(web: aiohttp.ClientSession, path: str) -> None:
    ask = web.get if "flows" in path or "qr" in path else web.post
    async with ask(path) as answer:
        assert answer.status == 404
        assert (await answer.json())["error"].endswith(".")


async def test_starting_over_is_asked_of_whoever_runs_the_demo(
    web: aiohttp.ClientSession, stage: Stage
) -> None:
    stage.act = "Opening the shop"
    async with web.post("/demo/start_over") as answer:
        assert answer.status == 409
    assert not stage.again.is_set()
    stage.act = ""
    async with web.post("/demo/start_over") as answer:
        assert answer.status == 200
    assert stage.again.is_set()


WORD = r'"(?:[^"\\]|\\.)+"'


@pytest.mark.parametrize("language", ["ru", "zh"])
@pytest.mark.parametrize("page", [WEB / "js", PAGE / "js"], ids=["demo", "sandbox"])
def test_the_page_says_everything_in_each_language(page: Path, language: str) -> None:
    """What is looked up in the dictionaries is there, in the phones' own or in the page's."""
    alone: set[str] = set()
    counted: set[str] = set()
    known: dict[str, str] = {}
    for file in [*page.glob("*.js"), *PHONES.glob("*.js")]:
        text = file.read_text("utf-8")
        if file.name == f"words.{language}.js":
            known |= dict(re.findall(rf'(?:^  |[",}}] )({WORD}): (["{{])', text, re.MULTILINE))
        elif not file.name.startswith("words."):
            alone |= set(re.findall(rf"\bt\(({WORD})", text))
            pairs = re.findall(rf"\bmany\([^\"]*({WORD}), ({WORD})\)", text)
            counted |= {other for _, other in pairs}
    assert alone | counted <= known.keys()
    assert {key for key in alone if known[key] == "{"} == set()  # forms are for numbers


async def test_the_panel_waits_for_the_bots_database(web: aiohttp.ClientSession) -> None:
    assert await _json(web, "/demo/panel") == {"ready": False}


async def test_qr_code_of_a_link(web: aiohttp.ClientSession, stage: Stage) -> None:
    stage.links["C-1042"] = "https://t.me/lumen_tea_bot?start=abc"
    async with web.get("/demo/qr/C-1042.svg") as answer:
        assert answer.content_type == "image/svg+xml"
        assert (await answer.text()).lstrip().startswith(("<?xml", "<svg"))


@pytest.mark.parametrize("name", FlowLibrary.shipped().names())
def test_steps_of_a_drawing_do_not_cover_each_other(name: str) -> None:
    flow = FlowLibrary.shipped().latest(name)
    drawn = diagram(flow)
    places = [(s["x"], s["y"]) for s in drawn["steps"]]
    assert {s["id"] for s in drawn["steps"]} == set(flow.definition.steps)
    for x, y in places:
        assert 0 <= x <= drawn["width"] - 112
        assert 0 <= y <= drawn["height"] - 38
    for one in places:
        for other in places:
            apart = abs(one[0] - other[0]) >= 112 or abs(one[1] - other[1]) >= 38
            assert one is other or apart


def test_lumen_teas_configuration_is_valid() -> None:
    names = FlowLibrary.shipped().for_schedules()
    config = load_config(business.configuration(), "lumen_tea.yaml", flows=names)
    assert [team.chat for team in config.teams] == [business.GROUP_ID]


@given(MOMENTS)
def test_the_next_morning_is_the_next(now: datetime) -> None:
    morning = business.next_morning(now)
    assert timedelta(0) < morning - now <= timedelta(days=1, hours=1)
    assert morning.astimezone(business.ZONE).hour == business.MORNING_HOUR


@given(MOMENTS)
def test_trials_reach_their_middle_at_night(now: datetime) -> None:
    opening = business.opening_moment(now)
    assert opening.astimezone(business.ZONE).weekday() == 1
    for event in business.present_events(opening):
        if event["type"] == "trial_started":
            due = datetime.fromisoformat(event["at"]) + timedelta(days=7)
            assert opening < due < business.next_morning(opening)
            zones = {a.zone for a in business.customers() if a.ref == event["customer"]}
            assert all(not 10 <= due.astimezone(ZoneInfo(zone)).hour < 20 for zone in zones)
