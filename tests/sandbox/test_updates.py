"""getUpdates: confirmation, expiry, long polls, conflicts, allowed_updates."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict

from bot.sandbox.timekeeping import VirtualClock
from bot.sandbox.world.model import JSON
from bot.sandbox.world.updates import UpdateQueue
from tests.sandbox.conftest import Stage, ptb

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])


async def texts(stage: Stage, **which: int) -> list[str | None]:
    updates = await stage.bot.get_updates(**which)
    return [u.message.text for u in updates if u.message]


async def test_only_a_higher_offset_confirms(stage: Stage) -> None:
    for text in ("one", "two", "three"):
        await stage.anna.say(stage.account, text)
    first = await stage.bot.get_updates(limit=2)
    assert await texts(stage) == ["one", "two", "three"]
    assert await texts(stage, offset=first[0].update_id) == ["one", "two", "three"]
    assert await texts(stage, offset=first[-1].update_id + 1) == ["three"]
    assert await texts(stage) == ["three"]


async def test_a_negative_offset_forgets_all_but_the_last(stage: Stage) -> None:
    for text in ("one", "two", "three"):
        await stage.anna.say(stage.account, text)
    assert await texts(stage, offset=-1) == ["three"]
    assert await texts(stage) == ["three"]


async def test_a_long_poll_ends_with_the_first_update(stage: Stage) -> None:
    poll = asyncio.create_task(stage.bot.get_updates(timeout=30))
    await stage.anna.say(stage.account, "hello")
    assert [u.message.text for u in await poll if u.message] == ["hello"]


async def test_the_newer_of_two_pollers_wins(stage: Stage) -> None:
    async with ptb(stage.sandbox, stage.account) as second:
        polls = {asyncio.create_task(bot.get_updates(timeout=30)) for bot in (stage.bot, second)}
        (older,), (newer,) = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        await stage.anna.say(stage.account, "hello")
        assert len(await newer) == 1


async def test_no_polling_while_a_webhook_is_set(stage: Stage) -> None:
    await stage.bot.set_webhook("http://127.0.0.1:9/x")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await stage.bot.get_updates()


@pytest.mark.parametrize("url", ["http://tea.com/x", "ftp://127.0.0.1/x", "https://tea.com:99/x"])
async def test_webhooks_go_to_safe_places(stage: Stage, url: str) -> None:
    with pytest.raises(BadRequest, match=r"(?i)bad webhook"):
        await stage.bot.set_webhook(url)


async def test_presses_are_kept_for_150_seconds_and_messages_for_a_day(stage: Stage) -> None:
    await stage.bot.send_message(stage.anna.id, "choose", reply_markup=KEYBOARD)
    shown = await stage.anna.wait_for(stage.account, "choose")
    await stage.anna.say(stage.account, "hello")
    await stage.anna.press(shown, "A")
    assert len(await stage.bot.get_updates()) == 2
    await stage.sandbox.advance(timedelta(seconds=151))
    assert await texts(stage) == ["hello"]
    assert len(await stage.bot.get_updates()) == 1
    await stage.sandbox.advance(timedelta(hours=24))
    assert await stage.bot.get_updates() == ()


async def test_a_press_cannot_be_answered_for_ever(stage: Stage) -> None:
    await stage.bot.send_message(stage.anna.id, "choose", reply_markup=KEYBOARD)
    shown = await stage.anna.wait_for(stage.account, "choose")
    await stage.anna.press(shown, data="a")
    (update,) = await stage.bot.get_updates()
    assert update.callback_query
    await stage.sandbox.advance(timedelta(seconds=151))
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await update.callback_query.answer()


async def test_forged_presses_and_presses_on_what_is_gone(stage: Stage) -> None:
    message = await stage.bot.send_message(stage.anna.id, "choose", reply_markup=KEYBOARD)
    shown = await stage.anna.message(stage.account, message.message_id)
    await stage.anna.forge(shown, "admin:1")
    await stage.bot.delete_message(stage.anna.id, message.message_id)
    await stage.anna.forge(shown, "a")
    forged, late = await stage.bot.get_updates()
    assert forged.callback_query
    assert forged.callback_query.data == "admin:1"
    assert late.callback_query
    assert late.callback_query.message
    assert not late.callback_query.message.is_accessible


async def test_some_updates_come_only_when_asked_for(stage: Stage) -> None:
    said = await stage.anna.say(stage.account, "hello")
    await stage.anna.react(said, "👍")
    assert len(await stage.bot.get_updates(allowed_updates=["message_reaction"])) == 1
    await stage.anna.react(said, "👎")
    await stage.anna.say(stage.account, "not wanted")
    kinds = await stage.bot.get_updates()
    assert [u.message_reaction is not None for u in kinds] == [False, True]
    await stage.bot.get_updates(allowed_updates=[])
    await stage.anna.react(said, "🔥")
    assert len(await stage.bot.get_updates()) == 2


async def test_identifiers_jump_after_a_quiet_week(stage: Stage) -> None:
    await stage.anna.say(stage.account, "one")
    (before,) = await stage.bot.get_updates()
    await stage.sandbox.advance(timedelta(days=8))
    await stage.anna.say(stage.account, "two")
    (after,) = await stage.bot.get_updates()
    assert after.update_id != before.update_id + 1


async def test_injected_duplicated_and_reordered_updates(stage: Stage) -> None:
    account = stage.account
    first = await account.inject({"message": {"garbage": True}})
    await stage.anna.say(account, "hello")
    second = (await account.pending())[1]["update_id"]
    assert second == first + 1
    await account.reorder([second, first])
    await account.duplicate(second)
    ids = [u["update_id"] for u in await account.pending()]
    assert ids == [second, first, second]
    await stage.bot.get_updates(offset=second + 1, limit=1)
    await account.duplicate(second)
    assert await texts(stage) == ["hello"]


async def test_edits_blocks_and_deletions_as_a_bot_learns_of_them(stage: Stage) -> None:
    said = await stage.anna.say(stage.account, "helo")
    await stage.anna.edit(said, "hello")
    await stage.anna.delete(said)
    await stage.anna.block(stage.account)
    await stage.anna.unblock(stage.account)
    message, edited, blocked, unblocked = await stage.bot.get_updates()
    assert message.message
    assert edited.edited_message
    assert edited.edited_message.text == "hello"
    assert blocked.my_chat_member
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member
    assert unblocked.my_chat_member.new_chat_member.status == "member"


async def test_an_album_of_a_person_is_separate_messages(stage: Stage) -> None:
    items: list[JSON] = [
        {"kind": "photo", "data": b"a", "caption": "c"},
        {"kind": "video", "data": b"b"},
    ]
    await stage.anna.send_album(stage.account, items)
    updates = await stage.bot.get_updates()
    groups = {u.message.media_group_id for u in updates if u.message}
    assert len(updates) == 2
    assert len(groups) == 1


async def test_contacts_tell_whose_they_are(stage: Stage) -> None:
    ben = await stage.sandbox.create_user(first_name="Ben", phone="+1")
    await stage.anna.send_contact(stage.account)
    await stage.anna.send_contact(stage.account, of=ben)
    await stage.anna.send_contact(stage.account, phone="+2", first_name="Who")
    contacts = [u.message.contact for u in await stage.bot.get_updates() if u.message]
    assert [c.user_id for c in contacts if c] == [stage.anna.id, ben.id, None]


@given(st.lists(st.integers(0, 4), max_size=12), st.data())
def test_whatever_is_confirmed_nothing_is_lost_or_comes_twice(
    counts: list[int], data: st.DataObject
) -> None:
    queue = UpdateQueue(VirtualClock(), random.Random(1))
    added: list[int] = []
    confirmed: list[int] = []
    for count in counts:
        added += [i for i in (queue.add("message", {}, "x") for _ in range(count)) if i]
        pending = [u.id for u in queue.pending.values()]
        assert confirmed + pending == added
        taken = data.draw(st.integers(0, len(pending)))
        if taken:
            queue.confirm_below(pending[taken - 1] + 1)
            confirmed += pending[:taken]
