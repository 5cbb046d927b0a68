"""Every screen and every button of the schedules, with hostile data and long names."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.console.views.schedules import GROUPS
from flows.asks.templates import templates
from flows.asks.tuning import settings_of
from flows.config.ask_texts import PLACEHOLDERS
from flows.entities import Outgoing
from tests.bot.console.pressing import ON_SQLITE, text
from tests.bot.stage import Somebody, Stage, buttons


@ON_SQLITE
@given(data=st.text(max_size=50).map(lambda text: f"s:{text}"))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_data_of_a_button_is_survived(admin: Somebody, data: str) -> None:
    await admin.presses(data)


ACTIONS = {
    "l": 1, "la": 1, "o": 1, "on": 1, "off": 1, "a": 1, "r": 1, "d": 2, "g": 2, "e": 2, "v": 4,
    "t": 3, "p": 1, "sm": 2, "me": 1, "h": 2, "ha": 1, "u": 1, "uy": 2, "x": 1, "xt": 4, "xd": 3,
    "xf": 2, "n": 0, "np": 1, "nd": 3, "nt": 3, "nc": 4, "ny": 4,
}  # fmt: skip

PARTS = ["", "silent-trial", "zz", "-1", "#9", "+", "cool", "zzzzzzzzzzzz", "P3D", "win-back", "en"]


@ON_SQLITE
async def test_every_action_survives_wrong_arguments(stage: Stage, admin: Somebody) -> None:
    for action, count in ACTIONS.items():
        for turn in range(0, len(PARTS), 3):
            arguments = [PARTS[(turn + 3 * n) % len(PARTS)] for n in range(count)]
            await admin.presses(":".join(["s", action, *arguments]))


LONG = "a" * 32
PLACES = re.compile("|".join(f"{{{name}}}" for name in (*PLACEHOLDERS, r"event\.\w+")))
"""What is filled in where the words of an ask are shown as they are written."""


@ON_SQLITE
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_every_screen_fits_a_phone_in_every_language(stage: Stage, language: str) -> None:
    admin = Somebody(stage, 900, "Ada", language)
    one = stage.services.config.schedules[0].model_copy(update={"id": LONG})
    stage.services.config = stage.services.config.model_copy(update={"schedules": (one,)})
    rows: list[Outgoing] = [*await admin.says("/schedules")]
    await admin.presses(f"s:v:{LONG}:cool:P14D:0")
    presses = ["l:0", "la:0", "ha:0", "n", "u:1", f"x:{LONG}", f"p:{LONG}", f"h:{LONG}:0"]
    presses += [f"sm:{LONG}:{language}", f"o:{LONG}"]
    presses += [f"g:{LONG}:{group}" for group in GROUPS]
    every = [name for group in GROUPS.values() for name in group] + ["window", "hold", "name"]
    names = [name for name in every if name in settings_of(one)]
    presses += [f"e:{LONG}:{name}" for name in names]
    presses += [f"t:{LONG}:{name}:1" for name in names]
    presses += [f"np:{key}" for key in templates()]
    for data in presses:
        rows += await admin.presses(f"s:{data}")
    assert len(rows) == len(presses) + 1
    for row in rows:
        assert "{" not in PLACES.sub("", text(row))
        assert len(text(row)) < 2500
        for data in buttons(row).values():
            assert len(data.encode()) <= 64
