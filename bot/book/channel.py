"""The channel in which stories are posted: which it is, and what the bot may do there.

Telegram tells that the bot was made an administrator of a channel. When an admin has done it,
all of them are asked whether stories shall be posted there; what anybody else does chooses nothing.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from bot.book import withdrawing
from bot.core.admin_notices import notify_admins, notify_admins_of
from bot.core.callbacks import pack
from bot.core.journal import note
from bot.core.names import display_safe
from bot.core.ports import Unit
from bot.core.work import Keyboard, Work
from flows.entities.facts import CHANNEL, CHANNEL_MET
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of which the bot is, or was, an administrator."""

    id: int
    title: str
    username: str = ""
    may_post: bool = True

    @property
    def name(self) -> str:
        """What it is called within a sentence."""
        return display_safe(self.title)


async def chosen(unit: Unit) -> Channel | None:
    """The channel in which stories are posted; None: none is chosen."""
    number = await unit.facts.get(CHANNEL)
    return None if number is None else await known(unit, int(number))


async def known(unit: Unit, chat_id: int) -> Channel | None:
    """What is known of a channel; None: no admin has made the bot an administrator of it."""
    kept = await unit.facts.get(CHANNEL_MET.of(chat_id))
    return None if kept is None else Channel(**orjson.loads(kept))


async def all_known(unit: Unit) -> list[Channel]:
    """The channels that can be chosen, and the one that is."""
    kept = await unit.facts.beginning(CHANNEL_MET)
    found = [Channel(**orjson.loads(each)) for each in kept.values()]
    return sorted(found, key=lambda each: (each.title, each.id))


async def _keep(unit: Unit, channel: Channel) -> None:
    await unit.facts.set(CHANNEL_MET.of(channel.id), orjson.dumps(asdict(channel)).decode())


# -- what Telegram tells --------------------------------------------------------------------------


async def standing(work: Work, channel: Channel, by: int, *, is_there: bool) -> None:
    """Follow what the bot is in a channel, which `by` has changed. `is_there`: it is in it."""
    before = await known(work.unit, channel.id)
    is_chosen = await work.unit.facts.get(CHANNEL) == str(channel.id)
    if not is_there:
        if is_chosen:
            await _keep(work.unit, replace(channel, may_post=False))
            await notify_admins_of(work, "channel.lost", title=channel.name)
        else:
            await work.unit.facts.drop(CHANNEL_MET.of(channel.id))
        return
    if channel.may_post:
        await withdrawing.try_again(work, channel.id)
    if before is None and by not in work.services.admins:
        words = work.services.words.say(
            work.services.staff_language, "channel.not_admin", title=channel.name
        )
        work.say(by, words, purpose=Purpose.HINT)
        return
    await _keep(work.unit, channel)
    if before is not None and before.may_post is channel.may_post:
        return
    if not channel.may_post:
        key = "no_right" if is_chosen else "no_right_yet"
        await notify_admins_of(work, f"channel.{key}", title=channel.name)
    elif is_chosen:
        await notify_admins_of(work, "channel.back", title=channel.name)
    else:
        await _offer(work, channel)


async def _offer(work: Work, channel: Channel) -> None:
    """Ask admins whether stories shall be posted there."""
    say, instead_of = work.services.words.say, await chosen(work.unit)

    def text(language: str) -> str:
        words = say(language, "channel.offer", title=channel.name)
        if instead_of is not None:
            words += "\n" + say(language, "channel.offer_instead", title=instead_of.name)
        return words

    await notify_admins(work, text, offer_buttons(say, channel))


def offer_buttons(say: Callable[..., str], channel: Channel) -> Callable[[str], Keyboard]:
    """The buttons below the question, for a language."""

    def keyboard(language: str) -> Keyboard:
        yes = say(language, "channel.b_use", title=channel.name)
        no = say(language, "channel.b_not")
        return [[(yes, pack("k", "use", channel.id)), (no, pack("k", "not", channel.id))]]

    return keyboard


# -- what admins choose ---------------------------------------------------------------------------


async def choose(work: Work, chat_id: int, admin: int) -> Channel | None:
    """Have stories posted in a channel; None: the bot may not post there (any more)."""
    channel = await known(work.unit, chat_id)
    if channel is None or not channel.may_post:
        return None
    await work.unit.facts.set(CHANNEL, str(chat_id))
    _note(work, admin, "channel_chosen", chat_id, title=channel.title)
    return channel


async def choose_none(work: Work, admin: int) -> None:
    """Have stories posted nowhere; what stands in a channel stays there."""
    before = await work.unit.facts.get(CHANNEL)
    if before is not None:
        await work.unit.facts.drop(CHANNEL)
        _note(work, admin, "channel_left", int(before))


def _note(work: Work, admin: int, kind: str, chat_id: int, **data: Any) -> None:
    note(work, f"admin:{admin}", kind, Ref(RefKind.GROUP, chat_id), **data)
