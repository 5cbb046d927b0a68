"""Who can be reached: people who left or came back."""

from dataclasses import replace
from datetime import datetime

from bot.core.delivery import FailureKind
from bot.core.events import ChatBack, ChatGone
from bot.core.work import Work
from flows.entities import Account


async def chat_gone(work: Work, telegram_id: int, why: str) -> None:
    """Note that a private chat cannot be written to, until the person writes again."""
    account = await work.unit.get(Account, telegram_id)
    if account is None:
        return
    if why in (FailureKind.DEACTIVATED, FailureKind.CHAT_NOT_FOUND):
        gone = replace(account, gone_at=account.gone_at or work.now)
    else:
        gone = replace(account, blocked_at=account.blocked_at or work.now)
    # A return counts until the next block, or a clock that was set back would make it count later.
    work.unit.put(replace(gone, back_at=None))
    await work.emit(ChatGone(telegram_id, why))


async def chat_back(work: Work, telegram_id: int) -> None:
    """Note that a person who had left is back; what they missed of their tickets follows."""
    account = await work.unit.get(Account, telegram_id)
    if account is not None and (account.blocked_at or account.gone_at):
        work.unit.put(replace(account, blocked_at=None, gone_at=None, back_at=work.now))
        await catch_up(work, telegram_id)


async def has_returned(work: Work, telegram_id: int, *, since: datetime) -> bool:
    """Tell whether a person has come back since then: what refused a call made before is past."""
    account = await work.unit.get(Account, telegram_id)
    return account is not None and account.back_at is not None and account.back_at >= since


async def catch_up(work: Work, telegram_id: int) -> None:
    """Send a person who is back what they missed, and look again at whether to ask them."""
    account = await work.unit.get(Account, telegram_id)
    if account is not None:
        await work.emit(ChatBack(telegram_id, account.customer_id))
