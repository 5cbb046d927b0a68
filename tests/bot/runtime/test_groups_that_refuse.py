"""Refusals told apart, as Telegram words them; one message is tried, the others wait for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden

from bot.core.delivery import Failure, FailureKind
from bot.core.rights import PHOTOS, allows_reaction, may_make_topics, may_send
from bot.runtime.sending.failures import failure_of
from bot.runtime.sending.refusals import FIRST_OF_A_TOPIC, FIRST_PAUSE, LONGEST_PAUSE, Refusals
from bot.runtime.sending.verdicts import Verdict, judge
from flows.entities import Group, OutboxId, Outgoing, Priority, SendState, TicketId
from storage.database import Database
from tests.bot.harness import harness, text_to
from tests.clocks import StillClock

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CHAT, OTHER = -100, -200
CANNOT_WRITE = FailureKind.CANNOT_WRITE
SENT = Verdict(SendState.SENT, None)

# tdlib/td at 022d6020: MessageContent.cpp `can_send_message_content`, ForumTopicManager.cpp
# `create_forum_topic`, `toggle_forum_topic_is_closed`, `is_forum`, DialogManager.cpp
# `can_send_message_to_dialog`, MessagesManager.cpp `add_message_reaction`; in capitals: errors of
# Telegram's servers (core.telegram.org/api/errors), which the Bot API hands on.
REFUSED = {
    "not enough rights to send text messages to the chat": "cannot_write",
    "not enough rights to send contacts to the chat": "cannot_write",
    "not enough rights to send locations to the chat": "cannot_write",
    "have no rights to send a message": "cannot_write",
    "have no write access to the chat": "cannot_write",
    "CHAT_WRITE_FORBIDDEN": "cannot_write",
    "CHAT_RESTRICTED": "cannot_write",
    "USER_RESTRICTED": "cannot_write",
    "CHAT_GUEST_SEND_FORBIDDEN": "cannot_write",
    "CHAT_SEND_PLAIN_FORBIDDEN": "cannot_write",
    "CHAT_SEND_PHOTOS_FORBIDDEN": "media_refused",
    "CHAT_SEND_MEDIA_FORBIDDEN": "media_refused",
    "not enough rights to send photos to the chat": "media_refused",
    "not enough rights to send voice notes to the chat": "media_refused",
    "The message can't be copied": "not_copied",
    "messages can't be forwarded": "not_copied",
    "not enough rights to create a topic": "no_topic_rights",
    "not enough rights to close or open the topic": "no_topic_rights",
    "not enough rights to manage pinned messages in the chat": "no_rights",
    "TOPIC_CLOSED": "topic_closed",
    "the chat is not a forum": "not_a_forum",
    "CHANNEL_FORUM_MISSING": "not_a_forum",
    "REACTION_INVALID": "reaction_refused",
    "the reaction isn't available for the message": "reaction_refused",
}


@pytest.mark.parametrize(("words", "kind"), REFUSED.items())
def test_refusals_are_told_apart(words: str, kind: str) -> None:
    assert failure_of(BadRequest(words)).kind == kind
    if kind != "no_rights":
        assert failure_of(Forbidden(f"Forbidden: {words}"), in_group=True).kind == kind


def test_an_unknown_403_is_a_block_of_a_person_and_none_of_a_group() -> None:
    unknown = Forbidden("Forbidden: something new")
    assert failure_of(unknown).kind is FailureKind.BLOCKED
    assert failure_of(unknown, in_group=True).kind is CANNOT_WRITE
    kicked = Forbidden("Forbidden: bot was kicked from the supergroup chat")
    assert failure_of(kicked, in_group=True).kind is FailureKind.KICKED


# -- what the bot may do ---------------------------------------------------------------------------

FORUM = {"is_forum": True}
SILENT = {"permissions": {"can_send_messages": False, "can_send_photos": False}}


@pytest.mark.parametrize(
    ("member", "chat", "may"),
    [
        ({"status": "administrator"}, SILENT, True),
        ({"status": "member"}, SILENT, False),
        ({"status": "member"}, {}, True),
        ({"status": "restricted", "is_member": True, "can_send_messages": True}, {}, True),
        ({"status": "restricted", "is_member": True, "can_send_messages": True}, SILENT, False),
        ({"status": "restricted", "is_member": True, "can_send_messages": False}, {}, False),
        ({"status": "left"}, {}, False),
        ({}, {}, False),
    ],
)
def test_what_a_member_may_send(member: dict[str, Any], chat: dict[str, Any], may: bool) -> None:
    assert may_send(member, chat) is may
    photos = {PHOTOS if name == "can_send_messages" else name: member[name] for name in member}
    assert may_send(photos, chat, PHOTOS) is may


@pytest.mark.parametrize(
    ("member", "chat", "may"),
    [
        ({"status": "administrator", "can_manage_topics": True}, FORUM, True),
        ({"status": "administrator", "can_manage_topics": True}, {}, False),
        ({"status": "administrator"}, FORUM, False),
        ({"status": "member"}, FORUM, False),
        ({"status": "member"}, FORUM | {"permissions": {"can_manage_topics": True}}, True),
    ],
)
def test_who_may_make_topics(member: dict[str, Any], chat: dict[str, Any], may: bool) -> None:
    assert may_make_topics(member, chat) is may


def test_which_reactions_a_group_allows() -> None:
    assert allows_reaction({}, "👌")
    assert allows_reaction({"available_reactions": [{"type": "emoji", "emoji": "👌"}]}, "👌")
    assert not allows_reaction({"available_reactions": []}, "👌")


# -- who waits -----------------------------------------------------------------------------------


def row(number: int, chat: int = CHAT, method: str = "sendMessage", **more: Any) -> Outgoing:
    values: dict[str, Any] = {
        "chat_id": chat,
        "method": method,
        "params": {},
        "purpose": "relay",
        "priority": Priority.RELAY,
        "lane": f"ticket:{number}",
        "created_at": NOON,
        "id": OutboxId(number),
        "ticket_id": TicketId(number),
    }
    return Outgoing(**(values | more))


def test_one_is_tried_and_all_others_of_the_group_wait() -> None:
    held = Refusals()
    first = held.refused(row(1), CANNOT_WRITE, 0.0)
    assert first == FIRST_PAUSE
    assert held.ready_at(row(2), 1.0) == first
    assert held.ready_at(row(3, OTHER), 1.0) == 1.0
    held.taken(row(1), first)
    assert held.ready_at(row(2), first) > first
    second = held.refused(row(1), CANNOT_WRITE, first)
    assert second - first == 2 * FIRST_PAUSE


def test_pauses_grow_up_to_a_minute_however_many_were_under_way() -> None:
    held, now = Refusals(), 0.0
    for number in range(9):
        assert held.refused(row(number), CANNOT_WRITE, now) == FIRST_PAUSE
    for _ in range(9):
        now = held.ready_at(row(1), now)
        held.taken(row(1), now)
        later = held.refused(row(1), CANNOT_WRITE, now)
    assert later - now == LONGEST_PAUSE


def test_what_is_about_a_message_that_is_there_does_not_wait() -> None:
    held = Refusals()
    held.refused(row(1), CANNOT_WRITE, 0.0)
    for method in ("setMessageReaction", "editMessageText", "deleteMessages", "deleteForumTopic"):
        assert held.ready_at(row(2, method=method), 1.0) == 1.0
    edit = row(2, method="@card", params={"edit": True})
    assert held.ready_at(edit, 1.0) == 1.0
    assert not held.frees(edit, SENT)
    assert held.refused(edit, CANNOT_WRITE, 1.0) > 1.0


def test_the_first_text_that_passes_frees_the_group() -> None:
    """A photo or a topic that passes does not say that texts do: another one is tried at once."""
    held = Refusals()
    held.refused(row(1), CANNOT_WRITE, 0.0)
    for method in ("@topic", "copyMessage"):
        other = row(2, method=method)
        held.taken(other, 20.0)
        assert not held.frees(other, SENT)
        assert held.ended(other, 0.0, 21.0)
        assert held.ready_at(row(3), 21.0) == 21.0
    assert held.frees(row(3), SENT)
    held.free(row(3))
    assert held.ready_at(row(1), 22.0) == 22.0


def test_a_try_that_fails_for_another_reason_tells_nothing() -> None:
    held = Refusals()
    held.refused(row(1), CANNOT_WRITE, 0.0)
    held.taken(row(1), 10.0)
    assert held.ended(row(1), 3.0, 11.0)
    assert held.ready_at(row(2), 11.0) == 14.0


def test_a_closed_topic_holds_its_own_lane() -> None:
    held = Refusals()
    first = held.refused(row(1), FailureKind.TOPIC_CLOSED, 0.0)
    assert held.ready_at(row(2), 1.0) == 1.0
    assert first == FIRST_OF_A_TOPIC
    assert held.refused(row(1), FailureKind.TOPIC_CLOSED, first) - first == 2 * FIRST_OF_A_TOPIC
    assert not held.frees(row(2), SENT)
    assert held.frees(row(1, method="copyMessage"), SENT)


def test_a_start_learns_from_what_waits_and_tries_at_once() -> None:
    held = Refusals()
    held.begin([row(1, error="cannot_write: CHAT_RESTRICTED"), row(2, OTHER)], 5.0)
    assert held.ready_at(row(3), 5.0) == 5.0
    held.taken(row(3), 5.0)
    assert held.ready_at(row(4), 5.0) > 5.0
    assert held.ready_at(row(2, OTHER), 5.0) == 5.0
    assert held.frees(row(3), SENT)


# -- what becomes of a row -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [CANNOT_WRITE, FailureKind.TOPIC_CLOSED])
def test_a_refusal_of_the_group_is_no_try_and_never_the_last(kind: FailureKind) -> None:
    verdict = judge(Failure(kind), row(1), NOON + timedelta(days=40))
    assert (verdict.state, verdict.counts_as_try) == (SendState.WAITING, False)


@pytest.mark.parametrize("changes", [{"chat_id": 5}, {"method": "setMessageReaction"}])
def test_what_is_no_message_to_a_group_fails(changes: Mapping[str, Any]) -> None:
    assert judge(Failure(CANNOT_WRITE), replace(row(1), **changes), NOON).state is SendState.FAILED


def test_a_group_that_is_no_longer_staff_s_is_not_waited_for() -> None:
    verdict = judge(Failure(CANNOT_WRITE), row(1), NOON, bound=False)
    assert verdict.state is SendState.FAILED


async def test_asks_are_claimed_however_much_waits_for_a_group(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a group does not take is in memory, and no reason to leave others unasked."""
    monkeypatch.setattr("bot.runtime.sending.claims.CLAIM", 5)
    async with harness(database) as h:
        staff = await h.sandbox.create_user(first_name="Staff")
        anna = await h.sandbox.create_user(first_name="Anna")
        await anna.start(h.bot)
        group = await h.sandbox.create_group(staff, h.bot)
        h.services.groups[group.id] = Group(group.id, "", "Staff", False, datetime.now(UTC))
        call = h.transport.call

        async def refusing(url: str, params: Mapping[str, Any]) -> Any:
            if params.get("chat_id") == group.id:
                raise BadRequest("CHAT_WRITE_FORBIDDEN")
            return await call(url, params)

        h.transport.call = refusing  # type: ignore[method-assign]
        h.services.clock = clock = StillClock(datetime.now(UTC))
        h.start_sender()
        await h.write(*(text_to(group.id, str(n), lane=f"x:{n}") for n in range(8)))
        later = clock.now() + timedelta(minutes=2)
        ask = text_to(anna.id, "ask", priority=Priority.ASK, purpose="ask", not_before=later)
        async with h.database.unit() as unit:
            unit.send(ask)
            await unit.commit()
        (waiting,) = [each for each in await h.rows() if each.purpose == "ask"]
        clock.move(minutes=2)
        await h.row_in(waiting.id, SendState.SENT)
