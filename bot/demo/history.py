"""What had happened at Lumen Tea before the demo begins: played for real, at full speed."""

from __future__ import annotations

from bot.demo import business
from bot.demo.stage import Stage


async def play_history(stage: Stage) -> None:
    """Let customers register, complain, be answered and be told of a change; then come to now."""
    now = await stage.sandbox.now()
    await stage.pass_time(business.opening_moment(now) - now)
    await stage.register()
    await stage.report(business.present_events(await stage.sandbox.now()))
