"""Whatever is pressed, forwarded and typed: nobody does what their role may not, and everybody
else is let through.

Who may do what stands here a second time, as the page for staff says it, apart from the code.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import wiring
from bot.core.callbacks import pack
from bot.core.work import Work
from flows.config import load_config
from flows.entities import Admin, Change, Member, Ticket
from flows.entities.kinds import MemberStatus, Role
from storage.database import Database
from storage.repositories.base import all_of
from tests.bot.desk.world import BORIS, CONFIG, FORUM, OTHER, World, card_of, make_world

OWNER, ADMIN, SENIOR, STAFF, NEW, READER, GONE, STRANGER = range(7100, 7108)
NAMED_SENIOR = 7110
AS_CHANNEL, FORWARDED = "as a channel", "forwarded by the channel"
WHO: tuple[int | str, ...] = (
    OWNER, ADMIN, SENIOR, NAMED_SENIOR, STAFF, NEW, READER, GONE, STRANGER, AS_CHANNEL, FORWARDED,
)  # fmt: skip
_MAY: dict[str, set[int | str]] = {
    "answer": {OWNER, ADMIN, SENIOR, NAMED_SENIOR, STAFF, NEW, STRANGER},
    "take": {OWNER, ADMIN, SENIOR, NAMED_SENIOR, STAFF, NEW},
    "ship": {OWNER, ADMIN, SENIOR, NAMED_SENIOR, STAFF},
    "audit": {OWNER, ADMIN, SENIOR, NAMED_SENIOR},
    "bind": {OWNER, ADMIN},
    "appoint": {OWNER},
    "read": {OWNER, ADMIN, SENIOR, NAMED_SENIOR, STAFF, NEW, READER},
}
COMMANDS = {
    "/tickets": "read", "/help": "read", "/card #1": "read",
    "/take #1": "take", "/resolve #1 A new tin.": "take", "/change C1 Lids": "take",
    "/tag #1 vip": "take", "/note #1 A dog.": "take", "/severity #1 2": "take",
    "/category #1 taste": "take", "/split #1": "take",
    "/assign #1 @nobody": "take", "/audit": "audit", "/audit #1": "audit",
}  # fmt: skip
PRESSES = {
    "take": "take", "wait": "take", "reopen": "take", "resolve": "take", "change": "take",
    "hint": "read", "card": "read", "list": "read", "ship": "ship", "decline": "ship",
    "more": "take", "tag": "take", "note": "take", "rate": "take", "file": "take", "pick": "take",
    "part": "take", "as": "take", "confirm": "read", "text": "take", "add": "take",
    "remove": "take",
}  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("command"), st.sampled_from(WHO), st.sampled_from(sorted(COMMANDS))),
    st.tuples(st.just("press"), st.sampled_from(WHO), st.sampled_from(sorted(PRESSES))),
    st.tuples(st.just("answer"), st.sampled_from(WHO), st.just("")),
    st.tuples(st.just("setup"), st.sampled_from(WHO), st.sampled_from(["tasting", "off"])),
    st.tuples(st.just("bind"), st.sampled_from(WHO), st.sampled_from(["tasting", "*"])),
    st.tuples(
        st.just("admins"), st.sampled_from(WHO), st.sampled_from(["add 7199", "remove 7101"])
    ),
    st.tuples(st.just("remove"), st.sampled_from(WHO), st.sampled_from([OWNER, ADMIN])),
)
CHANNEL = {"id": -100999, "type": "channel", "title": "News"}
REFUSED = (
    "This is for people", "You write as", "I could not find out", "that is for", "not yet, as",
    "Only an admin", "This is for the people",
)  # fmt: skip


class Machine:
    """A desk with somebody of every kind."""

    def __init__(self, world: World, ticket: Ticket, change: Change) -> None:
        self.world, self.ticket, self.change = world, ticket, change

    async def step(self, kind: str, who: int | str, what: str | int) -> None:
        before, told = await self._state(), len(self.world.sent)
        answer = await getattr(self, f"_{kind}")(who, what)
        await self.world.deliver()
        needed = self._needed(kind, what)
        is_removed = who == ADMIN and ADMIN not in self.admins_before
        may = (STRANGER if is_removed else who) in _MAY[needed]
        if not may:
            assert await self._state() == before, (kind, who, what)
            return
        said = [answer, *(sent.text for sent in self.world.sent[told:])]
        refused = [text for text in said if any(each in text for each in REFUSED)]
        assert not refused, (kind, who, what, refused)

    def _needed(self, kind: str, what: str | int) -> str:
        known = {"answer": "answer", "setup": "bind", "bind": "bind"}
        known |= {"admins": "appoint", "remove": "appoint"}
        if kind in known:
            return known[kind]
        return COMMANDS[str(what)] if kind == "command" else PRESSES[str(what)]

    async def _state(self) -> Any:
        """All that somebody might have changed."""
        unit_state = await self.world.read(self._stored)
        self.admins_before = set(self.world.services.admins)
        return unit_state, set(self.world.services.groups), set(self.world.services.admins)

    async def _stored(self, unit: Any) -> Any:
        tickets = await unit.tickets.by_number(1)
        changes = await unit.find(Change, all_of(Change))
        told = await unit.tickets.entries(tickets.id)
        return tickets, changes, told, await unit.people.admins()

    # -- what is tried ---------------------------------------------------------------------------

    async def _command(self, who: int | str, text: str) -> str:
        await self.world.write(text, **_as(who))
        return ""

    async def _answer(self, who: int | str, _what: str) -> str:
        ticket = await self.world.ticket(1)
        await self.world.write("We are on it.", to=card_of(ticket), **_as(who))
        return ""

    async def _press(self, who: int | str, what: str) -> str:
        if isinstance(who, str):
            return ""  # nobody presses as a channel
        of_change = what in ("ship", "decline", "confirm", "text", "add", "remove")
        in_menu = what in ("more", "tag", "note", "rate", "file", "pick", "part", "as")
        more = {"tag": ["gift"], "rate": [3], "file": ["taste"]}.get(what, [])
        data = pack("w" if in_menu else "t", what, self.ticket.id, *more)
        if what == "list":
            data = pack("t", "list", "all", 0)
        elif what == "confirm":
            data = pack("g", "show", self.change.id, "confirm")
        elif what in ("add", "remove"):
            data = pack("g", what, self.change.id, self.ticket.id, 0)
        elif of_change:
            data = pack("g", what, self.change.id)
        return str((await self.world.press(data, by=who)).get("text", ""))

    async def _setup(self, who: int | str, team: str) -> str:
        await self.world.write(f"/setup {team}", **{**_as(who), "chat": OTHER})
        return ""

    async def _bind(self, who: int | str, team: str) -> str:
        if isinstance(who, str):
            return ""
        data = pack("b", "bind", team, "1")
        return str((await self.world.press(data, by=who, chat=OTHER)).get("text", ""))

    async def _admins(self, who: int | str, what: str) -> str:
        if isinstance(who, str):
            return ""
        text, person = f"/admins {what}", {"id": who, "is_bot": False, "first_name": "X"}
        await self.world.update(
            message={
                "message_id": 9000,
                "date": 1777888800,
                "chat": {"id": who, "type": "private", "first_name": "X"},
                "from": person,
                "text": text,
                "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
            }
        )
        return ""

    async def _remove(self, who: int | str, whom: int) -> str:
        if isinstance(who, str):
            return ""
        answer = await self.world.press(pack("o", "remove", whom), by=who, chat=who)
        return str(answer.get("text", ""))


def _as(who: int | str) -> dict[str, Any]:
    """Who a message is by."""
    if who == AS_CHANNEL:
        return {"by": BORIS, "sender_chat": CHANNEL}
    if who == FORWARDED:
        return {"by": 777000, "sender_chat": CHANNEL, "is_automatic_forward": True}
    return {"by": who}


async def a_machine(database: Database) -> Machine:
    world = await make_world(database)
    world.application.handlers.clear()
    for handler in wiring.handlers():
        world.application.add_handler(handler)
    roles = f"roles: {{reader: {READER}, senior: [{NAMED_SENIOR}]}}\n"
    world.services.config = load_config(CONFIG + roles)
    world.services.admins, world.services.owners = {OWNER, ADMIN}, {OWNER}

    async def people(work: Work) -> None:
        work.unit.add(Admin(OWNER, "Olga", world.now, Role.OWNER))
        work.unit.add(Admin(ADMIN, "Ada", world.now))

    await world.do(people)
    await world.group()
    ticket = await world.complain(await world.customer())
    for who, status, since in (
        (SENIOR, MemberStatus.ADMIN, None),
        (STAFF, MemberStatus.MEMBER, None),
        (NEW, MemberStatus.MEMBER, world.now),
        (READER, MemberStatus.ADMIN, None),
        (GONE, MemberStatus.GONE, None),
        (STRANGER, MemberStatus.UNKNOWN, None),
    ):
        world.services.members[FORUM, who] = Member(FORUM, who, status, since, world.now)
    await world.write("/change #1 Lids", by=OWNER)
    await world.deliver()
    change = await world.read(lambda unit: unit.changes.by_number(1))
    return Machine(world, await world.ticket(ticket.number), change)


@given(steps=st.lists(STEPS, min_size=4, max_size=14))
@settings(max_examples=15)
@pytest.mark.timeout(300)
async def test_nobody_does_what_their_role_may_not_and_nobody_is_locked_out(
    sqlite_template: Path, steps: list[tuple[str, int | str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, f"{folder}/verso.db")
        database = await Database.open(f"sqlite+aiosqlite:///{folder}/verso.db")
        await database.try_to_lead()
        try:
            machine = await a_machine(database)
            for step in steps:
                await machine.step(*step)
            assert OWNER in machine.world.services.admins
        finally:
            await database.close()
