"""Makes docs/images/demo.png from the running page: ``python -m bot.demo.screenshot [FILE]``.

Needs what the tests need: Playwright and Debian's chromium.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from bot.demo import business
from bot.demo.launch import running_demo
from bot.demo.playing import press
from bot.demo.stage import Stage

FILE = Path(__file__).parents[2] / "docs" / "images" / "demo.png"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
SIZE = {"width": 1440, "height": 860}
WORDS = "The tin was dented and half the tea was dust."
ANSWER = "I am sorry, Emma. A new tin leaves today, and it travels in a padded box."


async def make(file: Path) -> None:
    """Play until Emma has her answer and take the picture."""
    async with running_demo(0, paced=False) as stage:
        await _play(stage)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=list(FLAGS), env={"LANG": "en_GB.UTF-8"}
            )
            page = await browser.new_page(viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
            await _pose(page, stage.sandbox.url)
            await asyncio.to_thread(file.parent.mkdir, parents=True, exist_ok=True)
            await page.screenshot(path=file)
            await browser.close()


async def _play(stage: Stage) -> None:
    """Emma is asked, complains and is answered."""
    emma, mia = stage.people["emma"], stage.people["mia"]
    token = stage.links[business.actor("emma").ref].rpartition("=")[2]
    seen = (await emma.start(stage.bot, token)).seq
    seen, _ = await press(emma, stage.bot, "u:agree", after=seen)
    await emma.wait_for(stage.bot, where=lambda m: m.from_bot and not m.buttons, after=seen)
    now = await stage.sandbox.now()
    await stage.pass_time(business.next_morning(now) - now)
    await press(emma, stage.bot, ":o:in_the_way", after=seen)
    await emma.wait_for(stage.bot, "What went wrong?")
    seen, data = (await emma.say(stage.bot, WORDS)).seq, ""
    while not data.endswith(":send"):
        seen, data = await press(emma, stage.bot, ":skip", ":send", after=seen)
    card = await mia.wait_for(stage.group, WORDS)
    await press(mia, stage.group, "t:take:", only=card.id)
    said = await mia.say(stage.group, ANSWER, reply_to=card, thread=card.topic)
    await emma.wait_for(stage.bot, ANSWER)
    await mia.wait_for(stage.group, where=lambda m: m.id == said.id and bool(m.reactions))


async def _pose(page: Any, url: str) -> None:
    await page.add_init_script("localStorage.setItem('verso-start', 'left')")
    await page.goto(url)
    await page.locator("#rail dd").first.wait_for()
    await page.locator("#device-staff .topics button", has_text="Emma").click()
    await page.locator("#tour li.done", has_text="Answer").wait_for()
    await page.locator(".hint").first.wait_for()


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE))
