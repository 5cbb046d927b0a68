"""`/ledger`: what was granted, by oneself and by the team."""

from telegram import Update

from bot.core.context import VersoContext
from bot.desk.speaking import staff_words
from bot.handlers.staff.parsing import Heard, beside, command_at, may, reply
from bot.recovery import showing
from flows.desk.rights import Deed, why_not


async def command(update: Update, context: VersoContext) -> None:
    """`/ledger`: one's own months; `team` and `csv` for seniors."""
    at = await command_at(context.work, update, Deed.GRANT)
    if at is None:
        return
    word = at.text.strip().lower()
    if word in ("team", "csv") and not await may(at, Deed.ALLOW):
        return
    if word == "csv":
        showing.send_table(at.work, at.group, beside(at.work, at.message)[1])
    elif word == "team":
        reply(at.work, at.message, await showing.of_team(at.work, at.group))
    elif not word:
        reply(at.work, at.message, await showing.own(at.work, at.group, at.by))
        if _sees_team(at):
            reply(at.work, at.message, await showing.of_team(at.work, at.group))
    else:
        reply(at.work, at.message, staff_words(at.work, at.group, "remedies.usage_ledger"))


def _sees_team(at: Heard) -> bool:
    return why_not(Deed.ALLOW, at.standing) is None
