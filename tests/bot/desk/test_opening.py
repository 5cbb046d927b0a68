"""A complaint reaches the right staff whole, and nothing of it is lost on the way."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery import Failure, FailureKind
from flows.entities import Side
from flows.utf16 import utf16_length
from tests.bot.desk.world import ADMIN, FORUM, NOW, PLAIN, World, said
from tests.databases import on_both


async def test_in_a_forum_a_topic_is_opened_then_the_card_then_what_was_sent(world: World) -> None:
    await world.group()
    anna = await world.customer(language="ru", tags=("eu",), time_zone="Asia/Shanghai")
    pieces = [
        said("It leaks."),
        said("", kind="photo", message_id=12),
        said("", kind="photo", message_id=13, album="a"),
        said("", kind="photo", message_id=14, album="a"),
    ]
    ticket = await world.complain(anna, "It leaks.", pieces=pieces, wish="A new box")
    calls = world.to(FORUM)
    assert [call.method for call in calls] == [
        "createForumTopic",
        "sendMessage",
        "copyMessage",
        "copyMessages",
    ]
    assert calls[0].params["name"] == "#1 Anna · Delivery"
    card = calls[1].text
    for part in ("#1 · Anna", "It leaks.", "A new box", "First use", "4 of 5", "eu", "C-501"):
        assert part in card
    assert "17:30 there" in card
    assert calls[3].params["message_ids"] == [13, 14]
    assert (ticket.topic_id, ticket.card_message_id) == (
        calls[0].row.message_id or ticket.topic_id,
        calls[1].message_id,
    )
    assert ticket.topic_id is not None


async def test_the_customer_s_words_are_kept_exactly_and_in_order(world: World) -> None:
    await world.group()
    anna = await world.customer()
    words = ["  <b>two</b> {name} ", "&amp; _x_ 👍", "\u202eabc"]
    ticket = await world.complain(
        anna,
        "\n".join(words),
        pieces=[said(text, message_id=20 + at) for at, text in enumerate(words)],
    )
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    assert [e.text for e in entries if e.side is Side.CUSTOMER] == words
    assert "\n".join(words) in world.to(FORUM)[1].text


@pytest.mark.parametrize("words", ["👍" * 4096, "слово " * 900, "好" * 5000])
async def test_words_too_long_for_the_card_go_on_in_messages(world: World, words: str) -> None:
    await world.group()
    await world.complain(await world.customer(), words, wish=words[:4000])
    texts = [sent for sent in world.to(FORUM) if sent.method == "sendMessage"]
    assert all(utf16_length(sent.text) <= 4096 for sent in texts)
    shown = [
        sent.text.encode("utf-16-le")[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode(
            "utf-16-le"
        )
        for sent in texts
        for e in sent.params.get("entities", [])
        if "blockquote" in e["type"]
    ]
    assert "".join(shown).startswith(words)


async def test_an_answer_is_promised_in_working_time(world: World) -> None:
    await world.group()
    ticket = await world.complain(await world.customer())
    assert ticket.response_due_at == NOW + timedelta(hours=4)
    world.now = datetime(2026, 5, 8, 15, 0, tzinfo=UTC)  # a Friday, 17:00 in Berlin
    late = await world.complain(await world.customer("Ben", 502), chat=502)
    assert late.response_due_at == datetime(2026, 5, 11, 10, 0, tzinfo=UTC)


async def test_a_second_failure_is_urgent_and_the_card_says_so(world: World) -> None:
    await world.group()
    anna = await world.customer()
    first = await world.complain(anna)
    await world.write("/resolve #1 Sent a new one.")
    second = await world.complain(anna, "Late again.")
    assert (first.urgent, second.urgent, second.failed_again) == (False, True, True)
    card = world.texts(FORUM)[-1]
    assert "Not the first time: #1" in card
    assert card.startswith("‼")


async def test_two_open_complaints_and_one_of_another_kind_are_no_second_failure(
    world: World,
) -> None:
    await world.group()
    anna = await world.customer()
    await world.complain(anna)
    assert not (await world.complain(anna, "Also wet.")).urgent
    await world.write("/resolve #1 Sent a new one.")
    other = await world.complain(anna, "Bitter.", category="taste", chat=501)
    assert not other.urgent
    assert not other.failed_again


async def test_ninety_days_later_it_is_a_first_failure_again(world: World) -> None:
    await world.group()
    anna = await world.customer()
    ticket = await world.complain(anna)
    await world.write(f"/resolve #{ticket.number} Sent a new one.")
    world.now += timedelta(days=91)
    assert not (await world.complain(anna)).urgent


async def test_without_a_group_it_waits_and_admins_are_told_once_a_day(world: World) -> None:
    anna = await world.customer()
    ticket = await world.complain(anna, pieces=[said("One"), said("", kind="voice", message_id=3)])
    await world.complain(anna)
    assert ticket.group_chat_id is None
    assert not world.sent
    await world.later(minutes=2)
    await world.complain(anna)
    await world.later(minutes=2)
    (told,) = world.texts(ADMIN)
    assert told.startswith("2 complaints wait")


async def test_setup_delivers_what_waited(world: World) -> None:
    anna = await world.customer()
    await world.complain(anna, "One", pieces=[said("One"), said("", kind="voice", message_id=3)])
    await world.complain(anna, "Sour", category="taste")
    await world.write("/setup support", by=ADMIN)
    await world.deliver()
    methods = [sent.method for sent in world.to(FORUM)]
    assert methods.count("createForumTopic") == 1
    assert "copyMessage" in methods
    assert (await world.ticket(1)).group_chat_id == FORUM
    assert (await world.ticket(2)).group_chat_id is None


async def test_a_category_goes_to_its_own_team(world: World) -> None:
    await world.group()
    await world.group(PLAIN, "tasting", forum=False)
    ticket = await world.complain(await world.customer(), category="taste")
    assert ticket.group_chat_id == PLAIN
    assert [sent.method for sent in world.to(PLAIN)] == ["sendMessage"]


async def test_what_was_added_before_setup_is_delivered_too(world: World) -> None:
    await world.complain(await world.customer())
    world.now += timedelta(minutes=5)
    added = [said("And it is wet.", world.now, 30), said("", world.now, 31, kind="photo")]
    await world.add(1, *added)
    await world.write("/setup support", by=ADMIN)
    await world.deliver()
    texts = world.texts(FORUM)
    assert any("Anna writes:\nAnd it is wet." in text for text in texts)
    assert [sent.params["message_id"] for sent in world.to(FORUM) if "copy" in sent.method] == [31]


@on_both
async def test_a_hostile_name_stays_one_short_line(world: World) -> None:
    await world.group()
    mallory = await world.customer("מ" * 300 + "\n\n#99 · resolved", 501)
    await world.complain(mallory)
    topic, card = world.to(FORUM)[:2]
    assert len(topic.params["name"]) <= 128
    assert "\n" not in topic.params["name"]
    assert "#99" not in card.text


async def test_a_group_that_allows_no_topics_is_used_without(world: World) -> None:
    await world.group()
    world.failing["createForumTopic"] = Failure(FailureKind.NO_RIGHTS, "not enough rights")
    ticket = await world.complain(await world.customer())
    assert not world.services.groups[FORUM].forum
    assert ticket.card_message_id is not None
    assert any("right to manage topics" in text for text in world.texts(FORUM))
