"""Many complaints, one change, one notice to each person; and did it help?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.changes import changes
from bot.changes.verification import verified
from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from bot.core.work import Work
from bot.dialogue import conversations
from flows.changes.telling import HELD_BACK
from flows.entities import Account, Change, Notice, NoticeId, Ticket
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import CHANGE_OPEN
from flows.utf16 import utf16_length
from tests.bot.desk.world import BORIS, FORUM, OTHER, World, said
from tests.databases import on_both

ANNA, BEN = 501, 502
BORIS_HIMSELF = Person(BORIS, "Boris")
NIGHT = datetime(2026, 5, 4, 20, 30, tzinfo=UTC)
"""22:30 in Berlin."""


@pytest.fixture
async def tickets(world: World) -> list[Ticket]:
    """Three complaints: two of Anna's and one of Ben's."""
    await world.group()
    anna, ben = await world.customer(), await world.customer("Ben", BEN, language="ru")
    return [
        await world.complain(anna, "The <lid> leaks & drips {always}."),
        await world.complain(anna, "It leaked on my desk too."),
        await world.complain(ben, "Крышка течёт.", chat=BEN),
    ]


async def started(world: World, text: str = "The lids have a seal now.") -> Change:
    """A change with these tickets and a text, as staff make it."""
    await world.write("/change #1 #2 #3 New lids")
    await world.deliver()
    (change, *_) = await world.read(lambda unit: unit.changes.in_states(CHANGE_OPEN))
    await world.press(pack("g", "text", change.id))
    await world.deliver()
    prompt = next(s for s in reversed(world.sent) if s.row.purpose == "prompt")
    await world.write(text, to=prompt.message_id)
    await world.deliver()
    return await world.read(lambda unit: unit.changes.by_number(change.number))  # type: ignore[no-any-return]


async def notices(world: World, change: Change) -> list[Notice]:
    return await world.read(lambda unit: unit.changes.notices_of(change.id))  # type: ignore[no-any-return]


def closures(world: World, chat: int) -> list[Any]:
    return [sent for sent in world.to(chat) if sent.row.purpose == "closure"]


async def ship(world: World, change: Change) -> None:
    """Have everybody told, and let the minute pass in which that can be called off."""
    await world.press(pack("g", "ship", change.id))
    await world.deliver()
    await world.later(seconds=HELD_BACK.total_seconds())


# -- telling ----------------------------------------------------------------------------------


async def test_every_person_gets_one_notice_with_their_own_words(
    world: World, tickets: list[Ticket]
) -> None:
    await ship(world, await started(world))
    (to_anna,), (to_ben,) = closures(world, ANNA), closures(world, BEN)
    assert "You told us:\nThe <lid> leaks & drips {always}.\n" in to_anna.text
    assert "The lids have a seal now." in to_anna.text
    assert "Since 4 May 2026. Boris took care of it." in to_anna.text
    assert "also the answer to #2" in to_anna.text
    assert "Вы сказали нам:\nКрышка течёт.\n" in to_ben.text
    assert all([(await world.ticket(n)).state == "resolved" for n in (1, 2, 3)])
    assert (await world.ticket(1)).resolution == "The lids have a seal now."


async def test_a_second_ship_changes_nothing(world: World, tickets: list[Ticket]) -> None:
    change = await started(world)
    await ship(world, change)
    answer = await world.press(pack("g", "ship", change.id))
    await world.deliver()
    assert answer["text"] == "It has been shipped already."
    assert len(closures(world, ANNA)) == len(closures(world, BEN)) == 1


async def test_notices_wait_for_the_morning(world: World, tickets: list[Ticket]) -> None:
    change = await started(world)
    world.now = NIGHT
    await ship(world, change)
    assert not closures(world, ANNA)
    await world.later(hours=11, minutes=28)
    assert not closures(world, ANNA)
    await world.later(minutes=2)
    assert len(closures(world, ANNA)) == len(closures(world, BEN)) == 1


async def test_staff_see_how_many_were_told(world: World, tickets: list[Ticket]) -> None:
    change = await started(world)

    async def block(work: Work) -> None:
        ben = await work.unit.get(Account, BEN)
        assert ben is not None
        work.unit.put(Account(BEN, ben.customer_id, ben.linked_at, blocked_at=world.now))

    await world.do(block)
    world.failing[BEN] = Failure(FailureKind.BLOCKED, "Forbidden: bot was blocked by the user")
    await ship(world, change)
    await world.later(seconds=5)
    card = [text for text in world.texts(FORUM) if text.startswith("C1")][-1]
    assert "Told 1 of 2, 1 blocked the bot" in card
    assert any("Not delivered to Ben" in text for text in world.texts(FORUM))


@on_both
async def test_declining_is_an_answer_too(world: World, tickets: list[Ticket]) -> None:
    change = await started(world)
    await world.press(pack("g", "decline", change.id))
    await world.deliver()
    prompt = next(s for s in reversed(world.sent) if s.row.purpose == "prompt")
    await world.write("A seal would make the lid too heavy.", to=prompt.message_id)
    await world.later(minutes=1)
    (told,) = closures(world, ANNA)
    assert "will not do it" in told.text
    assert "A seal would make the lid too heavy." in told.text
    assert await world.read(lambda unit: unit.timers.pending("verify", told.row.subject)) is None


async def test_an_edited_reason_is_not_passed_on_and_staff_read_so(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await world.press(pack("g", "decline", change.id))
    await world.deliver()
    prompt = next(s for s in reversed(world.sent) if s.row.purpose == "prompt")
    number = await world.write("It wuld leak more.", to=prompt.message_id)
    await world.deliver()
    told = len(world.to(ANNA))
    edit: dict[str, Any] = {"kind": "edited_message", "edit_date": 1, "message_id": number}
    await world.write("It would leak more.", to=prompt.message_id, **edit)
    await world.deliver()
    assert len(world.to(ANNA)) == told
    assert world.texts(FORUM)[-1].startswith("The first version of this message counts")


@on_both
async def test_a_notice_quotes_in_full_in_as_many_messages_as_it_takes(world: World) -> None:
    await world.group()
    await world.complain(await world.customer(), "👍" * 4096)
    await world.write("/change #1 " + "t" * 300)
    change = await world.read(lambda unit: unit.changes.by_number(1))
    await world.do(lambda work: _described(work, change, "好" * 1000))
    await ship(world, change)
    told = closures(world, ANNA)
    assert all(utf16_length(page.text) <= 4096 for page in told)
    whole = "".join(page.text for page in told)
    assert "👍" * 4096 in whole
    assert "好" * 1000 in whole


async def _described(work: Work, change: Change, text: str) -> None:
    found = await work.unit.changes.by_number(change.number)
    assert found is not None
    assert not isinstance(await changes.describe(work, found, text), Refusal)


# -- making a change ----------------------------------------------------------------------------


async def test_nothing_ships_without_text_or_tickets(world: World, tickets: list[Ticket]) -> None:
    await world.write("/change Empty")
    change = await world.read(lambda unit: unit.changes.by_number(1))
    assert (await world.press(pack("g", "ship", change.id)))["text"] == "Write first what we did."
    await world.do(lambda work: _described(work, change, "Done."))
    answer = await world.press(pack("g", "ship", change.id))
    assert answer["text"] == "Add at least one complaint first."


async def test_tickets_are_added_and_taken_out_by_button_and_number(
    world: World, tickets: list[Ticket]
) -> None:
    await world.write("/change Lids", topic=tickets[0].topic_id)
    await world.deliver()
    change = await world.read(lambda unit: unit.changes.by_number(1))
    assert (await world.ticket(1)).change_id == change.id
    await world.press(pack("g", "show", change.id, "tickets", 0))
    await world.deliver()
    rows = world.to(FORUM)[-1].params["reply_markup"]["inline_keyboard"]
    assert [row[0]["text"] for row in rows] == ["✓ #1 Anna", "+ #2 Anna", "+ #3 Ben", "Back"]
    await world.press(rows[2][0]["callback_data"])
    await world.press(rows[0][0]["callback_data"])
    await world.write("/change C1 #2 -#3")
    linked = [(await world.ticket(number)).change_id for number in (1, 2, 3)]
    assert linked == [None, change.id, None]


async def test_the_preview_shows_what_a_real_customer_will_read(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await world.press(pack("g", "preview", change.id))
    await world.deliver()
    in_english = next(text for text in world.texts(FORUM)[-2:] if "what Anna will read" in text)
    preview, public = in_english.split("And this all other customers may read")
    assert preview.startswith("This is what Anna will read:")
    assert "The <lid> leaks & drips {always}." in preview
    assert public.endswith(
        "New lids\n4 May 2026 · 2 people told us\nThe lids have a seal now.\n\n2 people told us "
        "what went wrong, and on 4 May 2026 we changed it. New lids: The lids have a seal now."
    )
    assert not closures(world, ANNA)


async def test_the_button_begins_a_change_without_a_title(
    world: World, tickets: list[Ticket]
) -> None:
    await world.press(pack("t", "change", tickets[0].id))
    await world.deliver()
    change = await world.read(lambda unit: unit.changes.by_number(1))
    assert change.title == ""
    card = world.texts(FORUM)[-1]
    assert card.startswith("C1 · for #1\n")
    assert "All customers may read the text. A title, which they read too: /change C1" in card
    await world.write("/change C1 #2 #3")
    await world.deliver()
    await world.write("/change")
    await world.deliver()
    assert world.texts(FORUM)[-1].endswith("Open changes:\nC1 · for #1, #2, #3")
    await world.do(lambda work: _described(work, change, "The lids have a seal now."))
    await world.add(1, said("Again.", world.now, 70))
    await world.later(seconds=5)
    assert any("Change: C1 · The lids have a seal now." in text for text in world.texts(FORUM))


async def test_only_the_newest_card_of_a_change_has_buttons(
    world: World, tickets: list[Ticket]
) -> None:
    await world.write("/change #1 Lids")
    await world.deliver()
    first = (await world.read(lambda unit: unit.changes.by_number(1))).card_message_id
    await world.write("/change C1")
    sent = await world.deliver()
    second = (await world.read(lambda unit: unit.changes.by_number(1))).card_message_id
    assert second != first
    cleared = [each.params for each in sent if each.method == "editMessageReplyMarkup"]
    assert cleared == [{"message_id": first}]
    change = await world.read(lambda unit: unit.changes.by_number(1))
    await world.press(pack("g", "show", change.id, "main", 0))
    assert [each.method for each in await world.deliver()] == ["editMessageText"]


@on_both
async def test_a_change_gets_a_title_at_any_time(world: World, tickets: list[Ticket]) -> None:
    await world.press(pack("t", "change", tickets[0].id))
    await world.write("/change C1 #2 Tighter  lids")
    await world.later(seconds=5)
    assert (await world.read(lambda unit: unit.changes.by_number(1))).title == "Tighter lids"
    assert (await world.ticket(2)).change_id is not None
    assert any("Change: C1 · Tighter lids" in text for text in world.texts(FORUM))
    card = next(text for text in reversed(world.texts(FORUM)) if text.startswith("C1"))
    assert "All customers may read the title and the text." in card
    change = await world.read(lambda unit: unit.changes.by_number(1))
    await world.do(lambda work: _described(work, change, "Done."))
    await ship(world, change)
    await world.write("/change C1 Tight lids")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("C1 · Tight lids\nShipped")
    assert "may read" not in world.texts(FORUM)[-1]


async def test_tickets_of_other_groups_and_other_changes_are_refused(
    world: World, tickets: list[Ticket]
) -> None:
    await world.group(OTHER, "tasting")
    await world.write("/change #1 Sour tea", chat=OTHER)
    await world.deliver()
    assert world.texts(OTHER) == ["Not in this group: #1"]
    await started(world)
    await world.write("/change #1 Once more")
    await world.write("/change In its topic", topic=tickets[1].topic_id)
    await world.deliver()
    (first, second) = [text for text in world.texts(FORUM) if text.startswith("Part of")]
    assert first.startswith("Part of another change: #1 (C1). ")
    assert second.startswith("Part of another change: #2 (C1). ")
    assert await world.read(lambda unit: unit.changes.by_number(2)) is None, "it would stay empty"
    await world.write("/change C1", chat=OTHER)
    await world.deliver()
    assert world.texts(OTHER)[-1] == "There is no change C1 in this group."


async def test_a_change_of_another_group_is_out_of_reach(
    world: World, tickets: list[Ticket]
) -> None:
    await world.group(OTHER, "tasting")
    change = await started(world)
    for data in (pack("g", "ship", change.id), pack("g", "add", change.id, tickets[0].id, 0)):
        answer = await world.press(data, chat=OTHER)
        assert answer["text"] == "This button does not belong to this group."
    assert (await world.read(lambda unit: unit.changes.by_number(1))).state == "proposed"


# -- did it help? -------------------------------------------------------------------------------


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The conversations that were begun."""
    calls: list[dict[str, Any]] = []

    async def begin(work: Work, **values: Any) -> None:
        calls.append(values)

    monkeypatch.setattr(conversations, "begin", begin)
    return calls


async def test_some_days_later_each_person_is_asked_whether_it_helped(
    world: World, tickets: list[Ticket], begun: list[dict[str, Any]]
) -> None:
    change = await started(world)
    await ship(world, change)
    await world.later(days=2, hours=23)
    assert not begun
    await world.later(hours=2)
    assert [(call["chat_id"], call["flow"]) for call in begun] == [
        (ANNA, "verification"),
        (BEN, "verification"),
    ]
    assert begun[0]["values"]["quote"] == "The <lid> leaks & drips {always}."
    assert begun[0]["values"]["change"] == "The lids have a seal now."


@on_both
async def test_nobody_is_asked_when_the_question_makes_no_sense_any_more(
    world: World, tickets: list[Ticket], begun: list[dict[str, Any]]
) -> None:
    await ship(world, await started(world))
    await world.add(1, said("It leaks again.", world.now, 70))

    async def leave(work: Work) -> None:
        ben = await work.unit.get(Account, BEN)
        assert ben is not None
        work.unit.put(Account(BEN, ben.customer_id, ben.linked_at, blocked_at=world.now))

    await world.do(leave)
    await world.later(days=4)
    assert not begun


async def test_the_question_waits_for_the_day(
    world: World, tickets: list[Ticket], begun: list[dict[str, Any]]
) -> None:
    await ship(world, await started(world))
    world.now = NIGHT + timedelta(days=4)
    await world.fire()
    assert not begun
    await world.later(hours=12)
    assert len(begun) == 2


@on_both
async def test_yes_verifies_all_of_this_person_s_tickets(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await ship(world, change)
    notice = await _notice_about(world, change, tickets[0])
    await world.do(lambda work: verified(work, notice.id, "yes", []))
    assert [(await world.ticket(n)).state for n in (1, 2, 3)] == [
        "verified",
        "verified",
        "resolved",
    ]
    await world.later(seconds=5)
    assert any("Did it help: 1 yes, 0 no" in text for text in world.texts(FORUM))


@on_both
@pytest.mark.parametrize("verdict", ["no", "partly"])
async def test_no_opens_that_person_s_ticket_again_urgently(
    world: World, tickets: list[Ticket], verdict: str
) -> None:
    change = await started(world)
    await world.press(pack("t", "take", tickets[2].id))
    await ship(world, change)
    notice = await _notice_about(world, change, tickets[2])
    words = [said("Всё ещё течёт.", world.now, 80)]
    await world.do(lambda work: verified(work, notice.id, verdict, words))
    await world.deliver()
    again = await world.ticket(3)
    assert (again.state, again.urgent, again.owner_id) == ("reopened", True, BORIS)
    assert (await world.ticket(1)).state == "resolved"
    assert any("Всё ещё течёт." in text for text in world.texts(FORUM))


async def test_an_unknown_notice_or_verdict_is_nothing(world: World) -> None:
    assert await world.do(lambda work: verified(work, NoticeId(1), "yes", [])) is None
    with pytest.raises(ValueError, match="no verdict"):
        await world.do(lambda work: verified(work, NoticeId(1), "maybe", []))


async def test_silence_stays_unverified(
    world: World, tickets: list[Ticket], begun: list[dict[str, Any]]
) -> None:
    change = await started(world)
    await ship(world, change)
    await world.later(days=60)
    assert {notice.verdict for notice in await notices(world, change)} == {""}
    assert (await world.ticket(1)).state == "resolved"


async def _notice_about(world: World, change: Change, ticket: Ticket) -> Notice:
    found = await notices(world, change)
    return next(notice for notice in found if notice.ticket_id == ticket.id)
