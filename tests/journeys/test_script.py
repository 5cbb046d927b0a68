"""`verso demo --script`: every promise is kept, and one that is broken is noticed."""

import re

import pytest

from bot.demo import script
from bot.demo.story import Story

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


async def test_every_promise_of_the_script_is_kept() -> None:
    lines: list[str] = []
    told: list[str] = []
    kept = await script.play_through(lines.append, Story(told.append))
    transcript = "\n".join(lines)
    scenes = re.findall(r"── ([A-Z]+): ", transcript)
    before = ["KNOW", "FORWARD", "PLAN", "NIGHT", "HUNT"]
    after = ["HEAR", "ANSWER", "CHANGE", "TELL", "SNOOZE", "VERIFY", "AGAIN", "SHOW", "LATE"]
    assert scenes == [*before, *after, "HANDOVER"]
    assert kept >= 40
    night = transcript.partition("── NIGHT")[2].partition("── HUNT")[0]
    assert night.count("waits for the quiet hours to end") == 4
    assert "10:00–20:00 where the customer is" in " ".join(night.split())
    assert transcript.index(script.EMMA_SAID[:40]) < transcript.index(script.CHANGED["en"][:40])
    assert f"/book/1 says: {script.EMMA_SAID}" in transcript
    _is_a_story(told)


def _is_a_story(told: list[str]) -> None:
    """A screen and a half, at moments that pass, ending in figures of people."""
    assert len(told) < 60
    moments = [line[:17] for line in told if re.match(r"[A-Z][a-z]{2} \d\d ", line)]
    assert len(moments) == len(set(moments)) >= 10
    assert any(script.LINA_SAID in line for line in told)
    assert not re.search(r"<\w+>|⏎", "".join(told))
    figures = [line.split("█")[0].split(maxsplit=1) for line in told[-6:]]
    assert [int(number) for number, _ in figures] == [4, 3, 2, 1, 3, 2]


async def test_a_broken_promise_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script.Play, "_forward", _wait_for_what_never_comes)
    with pytest.raises(script.BrokenPromise, match="Emma hears a song"):
        await script.play_through(lambda _line: None)


async def _wait_for_what_never_comes(play: script.Play) -> None:
    await play._promised("Emma hears a song", "emma", "la la la", timeout=0.2)
