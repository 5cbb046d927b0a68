"""A change is linked in bulk, judged by customers and figures, and owned up to; so is *Resolve*."""

from dataclasses import replace
from typing import Any

import pytest

from bot.changes.verification import verified
from bot.core.callbacks import pack
from bot.core.work import Work
from bot.dialogue import conversations
from flows.entities import Change, Customer, Notice, Ticket
from storage.repositories.base import all_of
from tests.bot.changes.test_changes import ANNA, BEN, NIGHT, closures, ship, started, tickets
from tests.bot.desk.world import CLARA, FORUM, World, said

__all__ = ["tickets"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The questions that were begun."""
    calls: list[dict[str, Any]] = []

    async def begin(work: Work, **values: Any) -> None:
        calls.append(values)

    monkeypatch.setattr(conversations, "begin", begin)
    return calls


async def change_of(world: World, number: int = 1) -> Change:
    found = await world.read(lambda unit: unit.changes.by_number(number))
    assert found is not None
    return found  # type: ignore[no-any-return]


async def notices(world: World) -> list[Notice]:
    query = all_of(Notice)
    return await world.read(lambda unit: unit.find(Notice, query))  # type: ignore[no-any-return]


def buttons(world: World, last: int = -1) -> list[tuple[str, str]]:
    keyboard = world.to(FORUM)[last].params.get("reply_markup", {}).get("inline_keyboard", [])
    return [(each["text"], each["callback_data"]) for row in keyboard for each in row]


def data_of(world: World, label: str) -> str:
    """The newest button of the group that is called so."""
    for sent in reversed(world.to(FORUM)):
        rows = sent.params.get("reply_markup", {}).get("inline_keyboard", [])
        for each in (button for row in rows for button in row):
            if each["text"].startswith(label):
                return str(each["callback_data"])
    raise AssertionError(f"no button {label}")


async def answer_prompt(world: World, text: str) -> None:
    await world.deliver()
    prompt = next(s for s in reversed(world.sent) if s.row.purpose == "prompt")
    await world.write(text, to=prompt.message_id)
    await world.deliver()


# -- linking in bulk ----------------------------------------------------------------------------


async def test_many_are_shown_first_and_added_by_one_press(
    world: World, tickets: list[Ticket]
) -> None:
    await world.write("/change New lids")
    await world.write("/change #3 Other")
    await world.write("/link C1 #1 T-2, 3 99")
    await world.deliver()
    shown = world.texts(FORUM)[-1]
    assert "2 complaints would be added:\n#1 Anna: The <lid>" in shown
    assert "Not in this group: #99" in shown
    assert "Part of another change: #3 (C2)" in shown
    assert "tells" not in shown
    assert (await world.ticket(1)).change_id is None, "nothing is done before a press"
    add = data_of(world, "Add 2 complaints")
    assert (await world.press(add))["text"] == "2 complaints added."
    assert (await world.press(add))["text"].startswith("This has been done")
    linked = [(await world.ticket(number)).change_id for number in (1, 2)]
    assert linked == [(await change_of(world)).id] * 2
    await world.write("/link C1 #1")
    await world.write("/link C1 gibberish nobody wrote")
    await world.write("/link C1 leaked desk")
    await world.write("/link C7 #1")
    await world.write("/link")
    await world.deliver()
    there, nothing, searched, unknown, usage = world.texts(FORUM)[-5:]
    assert "Nothing would be added." in there
    assert "In it already: #1" in there
    assert nothing == "Nothing here has these words: gibberish nobody wrote"
    assert "In it already: #2" in searched
    assert unknown == "There is no change C7 in this group."
    assert usage.startswith("/link C3 #12 #15 shows")


async def test_a_complaint_of_somebody_erased_is_not_linked(
    world: World, tickets: list[Ticket]
) -> None:
    async def empty(work: Work) -> None:
        found = await work.unit.tickets.by_number(3)
        assert found is not None
        work.unit.put(replace(found, chat_id=0))

    await world.do(empty)
    await world.write("/change #1 #3 New lids")
    await world.deliver()
    assert "Erased at the customer's wish: #3" in world.texts(FORUM)
    assert (await world.ticket(3)).change_id is None


async def test_linking_to_a_shipped_change_says_whom_it_tells_and_asks(
    world: World, tickets: list[Ticket]
) -> None:
    await ship(world, await started(world))
    dora, eve = await world.customer("Dora", 601), await world.customer("Eve", 602)
    await world.complain(dora, "Mine leaks.", chat=601)
    await world.complain(eve, "Mine leaks too.", chat=602)
    await world.write("/change C1 #4")
    await world.deliver()
    assert not closures(world, 601), "nobody is told before a press"
    assert "Adding tells 1 person in one minute" in world.texts(FORUM)[-1]
    await world.press(data_of(world, "Add, and tell 1 person"))
    await world.later(minutes=1)
    await world.write("/link C1 #5")
    await world.deliver()
    await world.press(data_of(world, "Only count 1 complaint"))
    await world.deliver()
    assert len(closures(world, 601)) == 1
    assert not closures(world, 602)
    assert [(await world.ticket(n)).state for n in (4, 5)] == ["resolved", "open"]
    assert (await world.ticket(5)).change_id == (await world.ticket(4)).change_id


# -- verifying every ending ---------------------------------------------------------------------


async def resolve(world: World, number: int, text: str = "A new lid is on its way.") -> None:
    await world.write(f"/resolve #{number} {text}")
    await world.deliver()


async def test_a_plain_resolve_is_verified_too_once_a_person(
    world: World, tickets: list[Ticket], begun: list[dict[str, Any]]
) -> None:
    await resolve(world, 1)
    await world.later(hours=20)
    await resolve(world, 2, "Сейчас вышлем новую крышку, простите нас.")
    await world.later(days=2, hours=3)
    assert not begun
    await world.later(hours=2)
    [asked] = begun
    assert asked["values"]["quote"] == "The <lid> leaks & drips {always}."
    assert asked["values"]["done"] == (
        "Boris wrote that it is done: A new lid is on its way.\n\nThe question is about #2 too."
    )
    await world.later(days=9)
    assert len(begun) == 1, "silence is not asked twice"
    await world.do(lambda work: verified(work, asked["notice_id"], "yes", []))
    assert [(await world.ticket(n)).state for n in (1, 2)] == ["verified", "verified"]


async def test_no_opens_what_was_resolved_again_and_the_rest_stays_unverified(
    world: World, tickets: list[Ticket], begun: list[dict[str, Any]]
) -> None:
    await resolve(world, 1)
    await resolve(world, 2)
    await world.later(days=3, hours=1)
    [asked] = begun
    words = [said("It drips.", world.now, 80)]
    await world.do(lambda work: verified(work, asked["notice_id"], "no", words))
    await world.deliver()
    again = await world.ticket(1)
    assert (again.state, again.urgent) == ("reopened", True)
    assert (await world.ticket(2)).state == "resolved"
    assert sorted(each.verdict for each in await notices(world)) == ["", "no"]
    # What is resolved once more is asked about once more.
    await resolve(world, 1, "Now it is mended.")
    await world.later(days=3, hours=1)
    assert "Now it is mended." in begun[1]["values"]["done"]


@pytest.mark.parametrize("stopped", [("*",), ("verification",)])
async def test_whoever_stopped_questions_is_not_asked(
    world: World,
    tickets: list[Ticket],
    begun: list[dict[str, Any]],
    stopped: tuple[str, ...],
) -> None:
    async def stop(work: Work) -> None:
        customer = await work.unit.get(Customer, tickets[0].customer_id)
        assert customer is not None
        work.unit.put(replace(customer, stopped=stopped))

    await world.do(stop)
    await resolve(world, 1)
    world.now = NIGHT
    await resolve(world, 3)
    await world.later(days=4)
    assert [call["chat_id"] for call in begun] == []
    await world.later(hours=12)
    assert [call["chat_id"] for call in begun] == [BEN], "and the other in the morning"


# -- was it of use? -----------------------------------------------------------------------------


async def test_a_change_is_worked_at_and_verified_with_its_root_cause(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await world.press(pack("g", "accept", change.id))
    await world.press(pack("g", "start", change.id), by=CLARA)
    await world.press(pack("g", "place", change.id))
    await answer_prompt(world, "All  shops in Berlin")
    await world.press(pack("g", "plan", change.id))
    await answer_prompt(world, "yesterday")
    assert world.texts(FORUM)[-1].startswith("I cannot read a coming day in that.")
    await world.press(pack("g", "plan", change.id))
    await answer_prompt(world, "2026-05-11")
    card = world.texts(FORUM)[-1]
    lines = "In charge: Clara\nTo work by: 11 May 2026\nTakes effect: All shops in Berlin"
    assert f"\n{lines}\n" in card
    await ship(world, change)
    answer = await world.press(pack("g", "verify", change.id))
    assert answer["text"].startswith("Nobody has said yet that it helped")
    first = next(each for each in await notices(world) if each.ticket_id == tickets[0].id)
    await world.do(lambda work: verified(work, first.id, "yes", []))
    await world.press(pack("g", "verify", change.id))
    await answer_prompt(world, "The lids were too thin.")
    verified_one = await change_of(world)
    assert (verified_one.state, verified_one.root_cause) == ("verified", "The lids were too thin.")
    assert "Root cause: The lids were too thin." in world.texts(FORUM)[-1]
    await world.write("/changes")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith(
        "Changes: 1 verified\n\nC1 · New lids\nverified · 3 complaints · Clara · 4 May 2026"
    )


async def test_what_did_not_help_is_owned_up_to_once_and_tried_again(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await ship(world, change)
    of_ben = next(each for each in await notices(world) if each.chat_id == BEN)
    await world.do(lambda work: verified(work, of_ben.id, "no", []))
    await world.deliver()
    flag = next(text for text in world.texts(FORUM) if "did not help #3 Ben" in text)
    assert flag == "C1 · New lids did not help #3 Ben, who says: no."
    await world.press(pack("g", "fail", change.id))
    await world.deliver()
    assert not [sent for sent in world.sent if sent.row.purpose == "setback"], "not by itself"
    await world.press(pack("g", "show", change.id, "setback", 0))
    await world.deliver()
    assert "2 people were told that it works. Tell them that it does not?" in world.texts(FORUM)[-1]
    await world.press(data_of(world, "✓ Ben"))
    await world.deliver()
    world.now = NIGHT
    answer = await world.press(data_of(world, "Yes, tell 1 person"))
    assert answer["text"] == "1 person is being told."
    await world.deliver()
    assert not [sent for sent in world.to(ANNA) if sent.row.purpose == "setback"], "it is night"
    await world.later(hours=12)
    [told] = [sent for sent in world.sent if sent.row.purpose == "setback"]
    assert told.row.chat_id == ANNA
    assert told.text.startswith("You told us:\nThe <lid> leaks & drips {always}.\n\nOn 4 May 2026")
    assert "The lids have a seal now." in told.text
    assert "It was not enough: it still happens." in told.text
    await world.press(pack("g", "setback", change.id))
    await world.press(pack("g", "setback", change.id))
    await world.later(hours=1)
    heard = [sent.row.chat_id for sent in world.sent if sent.row.purpose == "setback"]
    assert heard == [ANNA], "Ben is left out, and nobody hears it twice"
    await world.press(pack("g", "start", change.id))
    await world.press(pack("g", "ship", change.id))
    await world.later(hours=1)
    assert [len(closures(world, chat)) for chat in (ANNA, BEN)] == [2, 2]
    assert (await change_of(world)).round == 2


async def test_newcomers_tell_nobody(world: World, tickets: list[Ticket]) -> None:
    change = await started(world)
    await ship(world, change)

    async def come(_: Work) -> None:
        known = world.services.members[FORUM, CLARA]
        world.services.members[FORUM, CLARA] = replace(known, since=world.now)

    await world.do(come)
    for action in ("fail", "verify", "setback"):
        answer = await world.press(pack("g", action, change.id), by=CLARA)
        assert answer["show_alert"], action
    await world.complain(await world.customer("Dora", 601), "Mine leaks.", chat=601)
    await world.write("/link C1 #4", by=CLARA)
    await world.deliver()
    assert (await world.press(data_of(world, "Add, and tell"), by=CLARA))["show_alert"]
    assert not closures(world, 601)
    assert (await world.press(data_of(world, "Only count"), by=CLARA))["text"].startswith("1 comp")
    assert (await change_of(world)).state == "shipped"
