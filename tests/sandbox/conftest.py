"""A sandbox without budgets, a bot in it, and python-telegram-bot talking to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox import Budgets, Person, RunningSandbox, Sandbox, SandboxBot, running_sandbox

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000030802000000368849d60000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A sandbox with one bot (account and PTB client) and Anna, who has pressed Start."""

    sandbox: RunningSandbox
    account: SandboxBot
    bot: Bot
    anna: Person


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns about plain seconds unless told to use timedelta."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def sandbox() -> AsyncIterator[RunningSandbox]:
    async with running_sandbox(budgets=Budgets.unlimited(), webhook_retry=0.01) as running:
        yield running


def ptb(sandbox: Sandbox, account: SandboxBot) -> Bot:
    return Bot(
        account.token,
        base_url=sandbox.bot_url,
        base_file_url=sandbox.file_url,
        request=_request(),
        get_updates_request=_request(),
    )


def _request() -> HTTPXRequest:
    """The bot's own client, without reading all certificates of this machine: it says http."""
    return HTTPXRequest(httpx_kwargs={"verify": False})


@pytest.fixture
async def stage(sandbox: RunningSandbox) -> AsyncIterator[Stage]:
    account = await sandbox.create_bot(username="tea_bot", first_name="Tea")
    anna = await sandbox.create_user(
        first_name="Anna", username="anna", language_code="ru", phone="+491701234567"
    )
    async with ptb(sandbox, account) as bot:
        await anna.start(account)
        await bot.get_updates()
        await bot.get_updates(offset=10**10)
        yield Stage(sandbox, account, bot, anna)
