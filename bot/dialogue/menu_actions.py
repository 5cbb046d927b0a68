"""What the buttons outside of flows do, whether they are pressed or their labels are typed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.core.callbacks import number
from bot.core.work import Work
from bot.dialogue import menu, onboarding
from bot.identity import second_accounts
from bot.identity.accounts import Visitor


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a menu's button: by whom, under which message, with which arguments."""

    work: Work
    visitor: Visitor
    message_id: int | None
    """The message whose place the answer takes; None: it is a message of its own."""
    arguments: list[str]

    @property
    def text(self) -> str:
        """The first argument as it is."""
        return self.arguments[0] if self.arguments else ""

    @property
    def number(self) -> int | None:
        """The first argument as a whole number."""
        return number(self.text)


Action = Callable[[Press], Awaitable[bool]]
"""Does what a button says. False: it means nothing (any more)."""


async def _not_me(press: Press) -> bool:
    if press.number is None:
        return False
    return await onboarding.not_me(press.work, press.visitor, press.number, press.message_id)


async def _switch(press: Press) -> bool:
    return await onboarding.switch(press.work, press.visitor, press.text, press.message_id)


async def _join(press: Press) -> bool:
    answer, account = press.text, number(press.arguments[1]) if len(press.arguments) == 2 else None
    if account is None or answer not in ("yes", "no"):
        return False
    return await second_accounts.answer(
        press.work, press.visitor, account, press.message_id, agreed=answer == "yes"
    )


async def _agree(press: Press) -> bool:
    return await menu.consent(press.work, press.visitor, press.message_id, agreed=True)


async def _decline(press: Press) -> bool:
    return await menu.consent(press.work, press.visitor, press.message_id, agreed=False)


async def _language(press: Press) -> bool:
    return await menu.set_language(press.work, press.visitor, press.text, press.message_id)


async def _stop(press: Press) -> bool:
    return await menu.stop(press.work, press.visitor, press.text, press.message_id)


async def _keep(press: Press) -> bool:
    return await menu.keep_as_it_is(press.work, press.visitor, press.message_id)


async def _only(press: Press) -> bool:
    return await menu.stop_only(press.work, press.visitor, press.text, press.message_id)


async def _resume(press: Press) -> bool:
    return await menu.resume(press.work, press.visitor, press.message_id)


async def _again(press: Press) -> bool:
    return await menu.resume_kind(press.work, press.visitor, press.text, press.message_id)


async def _forget(press: Press) -> bool:
    return await menu.forget(press.work, press.visitor, press.text, press.message_id)


ACTIONS: Mapping[str, Action] = {
    "notme": _not_me,
    "switch": _switch,
    "join": _join,
    "agree": _agree,
    "decline": _decline,
    "lang": _language,
    "stop": _stop,
    "keep": _keep,
    "only": _only,
    "resume": _resume,
    "again": _again,
    "forget": _forget,
}
