"""The recall that lies ready in the demo: written in the owner's chat, and told to nobody yet."""

from __future__ import annotations

from bot.demo.playing import button, press
from bot.demo.stage import Stage

PRODUCT, PLACE = "pro", "tea-house"
TEXTS = {
    "en": "The tin of your monthly box\n\nThe inner lid of tins from this spring can chip.\n\n"
    "We put on a lid of steel while you wait.\n\nUntil then: a cup of whatever you like, "
    "whenever you pass by.\n\nAnd the tin goes home full.",
    "ru": "Банка из вашего ежемесячного набора\n\nВнутренняя крышка банок этой весны может "
    "отколоться.\n\nМы поставим стальную крышку, пока вы ждёте.\n\nА пока: чашка любого чая, "
    "когда будете рядом.\n\nИ банка вернётся к вам полной.",
}


async def write_recall(stage: Stage) -> None:
    """Let the owner write a recall of the monthly box, as far as to the button that tells it."""
    sam, bot = stage.people["sam"], stage.bot
    seen = (await sam.say(bot, "/recalls")).seq
    for mark in ("v:new:", "v:products:", f"v:product:{PRODUCT}", f"v:ever:{PRODUCT}"):
        seen, _ = await press(sam, bot, mark, after=seen)
    for language, text in TEXTS.items():
        seen, _ = await press(sam, bot, f"v:write:1:{language}", after=seen)
        seen = (await sam.say(bot, text)).seq
    for mark in ("v:places:", f":{PLACE}", "v:open:"):
        seen, _ = await press(sam, bot, mark, after=seen)
    await sam.wait_for(bot, where=lambda m: button(m, "v:start:") is not None, after=seen)
