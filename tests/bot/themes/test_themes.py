"""Complaints that are alike meet on their cards, become themes, and are taken apart again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.core.events import GroupMoved, ThemeLinked, ThemeMerged, ThemeUnlinked
from bot.core.names import theme_name
from bot.core.work import Work
from bot.themes.comparing import Comparing
from bot.themes.likeness import InThread
from bot.themes.themes import follow_group
from flows.entities import Change, Theme, Ticket
from flows.entities.states import CHANGE_OPEN
from flows.themes.index import DIMENSIONS
from tests.bot.desk.world import FORUM, NOW, OTHER, World

LIDS = ("The lid leaks in my bag.", "My lid leaks, too.", "Again the lid of the flask leaks!")


@dataclass
class _Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Alike:
    """The desk, and what compares its complaints."""

    world: World
    comparing: Comparing
    people: list[Any] = field(default_factory=list)

    async def complain(self, words: str, **more: Any) -> Ticket:
        chat = 600 + len(self.people)
        person = await self.world.customer(f"P{chat}", chat)
        self.people.append(person)
        ticket = await self.world.complain(person, words, chat=chat, **more)
        await self.compare()
        return await self.world.ticket(ticket.number)

    async def compare(self) -> None:
        await self.comparing.settle()
        await self.world.later(seconds=2)

    def card(self, ticket: Ticket) -> Any:
        """A ticket's card as it was shown last."""
        return next(
            sent
            for sent in reversed(self.world.to(FORUM))
            if sent.row.purpose == "card" and sent.row.ticket_id == ticket.id
        )

    def buttons(self, ticket: Ticket) -> dict[str, str]:
        rows = self.card(ticket).params["reply_markup"]["inline_keyboard"]
        return {each["text"]: each["callback_data"] for row in rows for each in row}

    async def tap(self, ticket: Ticket, label: str) -> str:
        answer = await self.world.press(self.buttons(ticket)[label])
        await self.compare()
        return str(answer.get("text", ""))

    async def theme(self, number: int) -> Theme:
        found = await self.world.read(lambda unit: unit.themes.by_number(number))
        assert found is not None
        return found  # type: ignore[no-any-return]

    async def members(self, number: int) -> set[int]:
        theme = await self.theme(number)
        found = await self.world.read(lambda unit: unit.themes.tickets_of(theme.id))
        return {ticket.number for ticket in found}


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is a matter of rules: rows are read and counted on both databases by the others."""


@pytest.fixture
async def alike(world: World) -> AsyncIterator[Alike]:
    await world.group()
    world.services.clock = _Clock()
    likeness = InThread()
    yield Alike(world, Comparing(world.database, world.services, likeness, lambda unit: None))
    likeness.close()


def _events(world: World, *kinds: type) -> list[Any]:
    heard: list[Any] = []

    async def keep(work: Work, event: Any) -> None:
        heard.append(event)

    world.services.subscribers = {
        kind: (*found, keep) if kind in kinds else found
        for kind, found in world.services.subscribers.items()
    }
    return heard


async def test_one_tap_puts_alike_complaints_together_and_one_takes_them_apart(
    alike: Alike,
) -> None:
    heard = _events(alike.world, ThemeLinked, ThemeUnlinked)
    first = await alike.complain(LIDS[0])
    assert "Much like it" not in alike.card(first).text
    await alike.complain("The green tea tastes of soap.")
    second = await alike.complain(LIDS[1])
    assert "Much like it: #1" in alike.card(second).text
    assert await alike.tap(second, "Together with #1") == "Put in."
    assert await alike.members(1) == {1, 3}
    name = (await alike.theme(1)).name
    assert set(name.split(" · ")) == {"lid", "leaks"}
    third = await alike.complain(LIDS[2])
    assert f"T1 · {name}" in alike.card(second).text
    await alike.tap(third, f"+ T1 · {name}")
    assert await alike.members(1) == {1, 3, 4}
    assert await alike.tap(third, "Not T1") == "Taken out."
    assert await alike.members(1) == {1, 3}
    assert [type(event) for event in heard] == [*[ThemeLinked] * 3, ThemeUnlinked]
    # Whoever said it keeps their own words, each of them.
    assert [(await alike.world.ticket(n)).words for n in (1, 3)] == [LIDS[0], LIDS[1]]


@on_sqlite
async def test_an_open_change_is_offered_and_learns_from_what_is_linked(alike: Alike) -> None:
    first, second = await alike.complain(LIDS[0]), await alike.complain(LIDS[1])
    await alike.world.write("/change #1 New lids")
    await alike.compare()
    # The card of the second was there before the change was, and offers it now.
    assert await alike.tap(second, "+ C1 · New lids") == "Put in."
    change = (await alike.world.read(lambda unit: unit.changes.in_states(CHANGE_OPEN)))[0]
    assert (await alike.world.ticket(2)).change_id == change.id
    assert await alike.tap(second, "Not C1") == "Taken out."
    assert (await alike.world.ticket(2)).change_id is None
    data = pack("h", "link", second.id, change.id)
    await alike.world.do(lambda work: _ship(work, change))
    answer = await alike.world.press(data)
    assert answer["text"].startswith("That has changed meanwhile")
    assert (await alike.world.ticket(2)).change_id is None
    await alike.compare()
    assert "+ C1 · New lids" not in alike.buttons(second)
    assert "Not C1" in alike.buttons(first)


async def _ship(work: Work, change: Change) -> None:
    found = await work.unit.get(Change, change.id)
    assert found is not None
    work.unit.put(replace(found, state="shipped", shipped_at=NOW))


@on_sqlite
async def test_themes_are_named_merged_and_split_by_commands_and_buttons(alike: Alike) -> None:
    world, heard = alike.world, _events(alike.world, ThemeMerged)
    for words in (*LIDS, "No parcel for two weeks.", "Two weeks and still no parcel."):
        await alike.complain(words)
    await world.write("/theme #1 #2 Leaking lids")
    await world.write("/theme #4 #5")
    await alike.compare()
    assert (await alike.theme(1)).suggested is False
    assert "parcel" in (await alike.theme(2)).name
    await world.write("/theme T2 #3 -#5")
    assert await alike.members(2) == {3, 4}
    await world.write("/theme T1 T2")
    await world.deliver()
    assert await alike.members(1) == {1, 2, 3, 4}
    assert [event.into.number for event in heard] == [1]
    assert world.texts(FORUM)[-1].startswith("T1 · Leaking lids\n4 complaints, 4 of them open")
    # What was merged shows what it became, and takes nothing any more.
    await world.write("/theme T2")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("T1 · Leaking lids")
    theme, fourth = await alike.theme(1), await world.ticket(4)
    answer = await world.press(pack("h", "split", theme.id, fourth.id))
    assert answer["text"] == "T3 is below."
    assert await alike.members(3) == {4}
    three = await alike.theme(3)
    sure = await world.press(pack("h", "sure", three.id, theme.id))
    await world.deliver()
    assert "1 complaint goes to T1 · Leaking lids" in world.texts(FORUM)[-1]
    assert "text" not in sure
    answer = await world.press(pack("h", "merge", three.id, theme.id))
    assert answer["text"] == "Put together."
    assert await alike.members(1) == {1, 2, 3, 4}
    await world.press(pack("h", "name", theme.id))
    await world.deliver()
    prompt = next(s for s in reversed(world.sent) if s.row.purpose == "prompt")
    await world.write("Lids  that\nleak", to=prompt.message_id)
    assert (await alike.theme(1)).name == "Lids that leak"
    await world.press(pack("h", "change", theme.id))
    (change,) = await world.read(lambda unit: unit.changes.in_states(CHANGE_OPEN))
    linked = await world.read(lambda unit: unit.tickets.of_change(change.id))
    assert [ticket.number for ticket in linked] == [1, 2, 3, 4]


async def test_the_list_names_the_most_frequent_and_those_without_an_owner(alike: Alike) -> None:
    world = alike.world
    for words in (*LIDS, "No parcel for two weeks."):
        await alike.complain(words)
    await world.write("/themes")
    await world.deliver()
    assert "None yet" in world.texts(FORUM)[-1]
    await world.write("/theme #4 Late")
    await world.write("/theme #1 #2 #3 Lids")
    await world.press(pack("h", "own", (await alike.theme(2)).id))
    await world.write("/themes")
    await world.deliver()
    lines = world.texts(FORUM)[-1].split("\n")
    assert lines[0] == "2 themes, the most frequent first"
    assert lines[1].startswith("T2 · Lids: 3 complaints, 3 of them open · Boris looks after it")
    await world.press(pack("h", "list", "free", 0))
    await world.deliver()
    assert world.texts(FORUM)[-1].split("\n")[1:] == ["T1 · Late: 1 complaint, 1 of them open"]


@on_sqlite
async def test_bad_input_is_answered_and_does_nothing(alike: Alike) -> None:
    world = alike.world
    await alike.complain(LIDS[0])
    await world.group(OTHER, "tasting")
    foreign = await world.complain(await world.customer("Cat", 777), LIDS[1], 777, category="taste")
    for text, said in (
        ("/theme T7", "There is no theme T7"),
        ("/theme", "/theme #12 #15 name puts"),
        ("/theme only a name", "Which complaints?"),
        (f"/theme #{foreign.number}", f"Not in this group: #{foreign.number}"),
    ):
        since = len(world.sent)
        await world.write(text)
        await world.deliver()
        assert any(said in each for each in world.texts(FORUM, since)), text
    assert await world.read(lambda unit: unit.themes.count(FORUM, unowned=False)) == 0
    await world.write("/theme #1 Lids")
    theme = await alike.theme(1)
    for data in (
        pack("h", "join", foreign.id, theme.id),
        pack("h", "with", 1, 2),
        pack("h", "merge", theme.id, 99),
        pack("h", "show", 5, "main", 0),
        "h:show",
        "h:what:1",
        "h:list:x:zzzzzzzzzzzz",
    ):
        await world.press(data)
    for action, reason in (("merge", "one and the same"), ("split", "only one complaint")):
        other = theme.id if action == "merge" else (await world.ticket(1)).id
        answer = await world.press(pack("h", action, theme.id, other))
        assert reason in answer["text"]
    assert await alike.members(1) == {1}
    renamed = await world.read(lambda unit: unit.themes.by_number(1))
    assert theme_name(world.services.words, "en", renamed) == "T1 · Lids"


@on_sqlite
async def test_after_a_start_all_is_known_again_and_themes_follow_their_group(
    alike: Alike,
) -> None:
    world = alike.world
    await alike.complain(LIDS[0])
    await alike.complain(LIDS[1])
    await world.write("/theme #1 Lids")
    await alike.compare()
    alike.comparing = Comparing(world.database, world.services, InThread(), lambda unit: None)
    third = await alike.complain(LIDS[2])
    assert "+ T1 · Lids" in alike.buttons(third)
    await world.do(lambda work: follow_group(work, GroupMoved(FORUM, -1009)))
    assert (await alike.theme(1)).group_chat_id == -1009


class _Lids:
    """Knows what a lid is, in two languages, and nothing else."""

    model = "lids"

    def vector(self, text: str) -> bytes:
        about_lids = "lid" in text or "рышк" in text
        return bytes([127 if at == (0 if about_lids else 1) else 0 for at in range(DIMENSIONS)])


async def test_meanings_are_kept_and_meet_across_languages(alike: Alike) -> None:
    world = alike.world
    first = await alike.complain(LIDS[0])
    alike.comparing = Comparing(
        world.database, world.services, InThread(_Lids()), lambda unit: None
    )
    await alike.compare()  # the first was there before anything made vectors
    second = await alike.complain("Крышка протекает в сумке.")
    assert "Together with #1" in alike.buttons(second)
    ids = [first.id, second.id]
    kept = await world.read(lambda unit: unit.comparing.vectors(ids, "lids"))
    assert set(kept) == set(ids)
    assert await world.read(lambda unit: unit.comparing.vectors(ids, "another")) == {}
