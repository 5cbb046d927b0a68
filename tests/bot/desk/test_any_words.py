"""Whatever staff write, below whatever: it reaches the customer, or whoever wrote it reads why not.

And nothing reaches a customer that was not meant to.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.callbacks import pack
from flows.entities import Ticket
from flows.entities.kinds import Plain
from storage.database import Database
from tests.bot.desk.world import BORIS, CLARA, FORUM, NAMES, PLAIN, Sent, World, card_of, make_world
from tests.bot.desk.world import said as customer_said

PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
ANNA, EVE = 501, 502
GROUP = {"id": -1, "type": "supergroup", "title": "Staff"}
BEGINNINGS = (
    "", "", "", "/privacy ", "/start ", "/usr/local/", "/nonsense ", "@clara ", "#1 ", "/ ",
    "/ban@other_bot ",
)  # fmt: skip
COMMANDS = ("/resolve", "/take", "/card", "/plain", "/tickets", "/change", "/help", "/assign")
BELOW = (
    "nothing", "card", "words", "note", "mine", "colleague", "own_answer", "answer", "prompt",
    "unknown", "away",
)  # fmt: skip
HOW = ("text", "text", "photo", "sticker", "forward", "poll")
WHO = ("boris", "clara", "anonymous", "channel")
STEPS = st.one_of(
    st.tuples(
        st.just("write"),
        st.tuples(
            st.sampled_from(BELOW),
            st.sampled_from(BEGINNINGS),
            st.sampled_from(HOW),
            st.sampled_from(WHO),
            st.sampled_from([0, 1]),
        ),
    ),
    st.tuples(
        st.just("command"),
        st.tuples(st.sampled_from(COMMANDS), st.sampled_from(BELOW), st.sampled_from([0, 1])),
    ),
    st.tuples(st.just("edit"), st.integers(0, 9)),
    st.tuples(st.just("send"), st.integers(0, 9)),
    st.tuples(st.just("choose"), st.sampled_from(list(Plain))),
    st.tuples(st.just("add"), st.sampled_from([0, 1])),
    st.tuples(st.just("resolve_button"), st.sampled_from([0, 1])),
)


@dataclass
class Written:
    """A message of staff: who, what, and for whose eyes it was meant."""

    number: int
    payload: dict[str, Any]
    mark: str
    author: int
    ticket: int
    meant: bool
    """Whether it was aimed at the customer by whoever wrote it."""


@dataclass
class Desk:
    """A group with two tickets, and what was written in it."""

    world: World
    forum: bool
    tickets: list[Ticket]
    written: list[Written] = field(default_factory=list)
    marks: int = 0

    @property
    def chat(self) -> int:
        return FORUM if self.forum else PLAIN

    @classmethod
    async def begun(cls, database: Database, *, forum: bool) -> "Desk":
        world = await make_world(database)
        await world.group(FORUM if forum else PLAIN, forum=forum)
        tickets = []
        for name, chat in (("Anna", ANNA), ("Eve", EVE)):
            customer = await world.customer(name, chat)
            ticket = await world.complain(customer, f"{name}'s lid leaks.", chat=chat)
            await world.add(ticket.number, customer_said(f"{name} adds something", message_id=chat))
            await world.press(pack("t", "take", ticket.id), by=CLARA, chat=world_chat(forum))
            await world.deliver()
            tickets.append(await world.ticket(ticket.number))
        desk = cls(world, forum, tickets)
        for ticket in (0, 1):
            await desk.write(("card", "", "text", "boris", ticket))
            await desk.write(("nothing", "", "text", "clara", ticket))
        return desk

    async def step(self, name: str, argument: Any) -> None:
        await getattr(self, name)(argument)

    # -- what staff do -----------------------------------------------------------------------------

    async def write(self, how: tuple[str, str, str, str, int]) -> None:
        below, beginning, kind, who, which = how
        if kind in ("sticker", "poll"):
            beginning = ""  # there are no words in it
        self.marks += 1
        mark = f"mark{self.marks}."
        place = await self._place(below, which)
        if place is None:
            return
        payload = self._message(beginning + mark, kind, who, which, place)
        aimed = below in ("card", "words") and not _is_command(beginning)
        answered_prompt = below == "prompt" and not _is_command(beginning)
        silent = (
            "/ban@other_bot" in beginning
            or (below == "nothing" and not self.forum)
            or (below in ("mine", "colleague") and not self.forum)
        )
        meant = aimed or answered_prompt or await self._always(payload, below, beginning)
        await self._done(payload, mark, which, meant=meant, silent=silent)

    async def command(self, how: tuple[str, str, int]) -> None:
        name, below, which = how
        place = await self._place(below, which)
        if place is None or below == "prompt":
            return
        self.marks += 1
        mark = f"mark{self.marks}."
        number = self.tickets[which].number
        payload = self._message(f"{name} #{number} {mark}", "text", "boris", which, place)
        await self._done(payload, mark, which, meant=name == "/resolve", silent=False)

    async def edit(self, which: int) -> None:
        """Somebody changes what they wrote; nobody reads more of it than of the first version."""
        if not self.written:
            return
        one = self.written[which % len(self.written)]
        if "text" not in one.payload or one.payload["text"].startswith("/"):
            return
        self.marks += 1
        mark = f"mark{self.marks}."
        had_it = self._reached(one.mark, one.number)
        payload = {**one.payload, "text": mark, "edit_date": int(self.world.now.timestamp())}
        await self.world.update(edited_message=payload)
        await self.world.deliver()
        one.payload, one.mark = {**one.payload, "text": mark}, mark
        if not (had_it or one.meant):
            assert not self._reached(mark, one.number)

    async def send(self, which: int) -> None:
        """Somebody presses the button below the bot's question about words."""
        offers = [sent for sent in self.world.to(self.chat) if "Send it to" in str(sent.params)]
        if not offers:
            return
        offer = offers[which % len(offers)]
        about = offer.params["reply_parameters"]["message_id"]
        one = next((each for each in self.written if each.number == about), None)
        if one is None:
            return
        data = offer.params["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        answer = await self._press(data, offer, one.payload)
        assert answer.get("text")
        one.meant = True
        await self.world.later(seconds=3)
        assert self._reached(one.mark, one.number)

    async def choose(self, choice: Plain) -> None:
        await self.world.write(f"/plain {choice}", chat=self.chat, forum=self.forum)
        await self.world.deliver()

    async def add(self, which: int) -> None:
        ticket = self.tickets[which]
        piece = customer_said("And more", message_id=9_000 + self.marks)
        await self.world.add(ticket.number, piece)

    async def resolve_button(self, which: int) -> None:
        data = pack("t", "resolve", self.tickets[which].id)
        await self.world.press(data, chat=self.chat)
        await self.world.deliver()

    # -- where things are ------------------------------------------------------------------------

    async def _place(self, below: str, which: int) -> dict[str, Any] | None:
        """What a message stands below, as Telegram says it; None: there is no such thing yet."""
        ticket = self.tickets[which] = await self.world.ticket(which + 1)
        mine = [each for each in self.written if each.ticket == which]
        match below:
            case "nothing":
                return {}
            case "card":
                return self._reply(card_of(ticket))
            case "away":
                return {"external_reply": self._away(card_of(ticket))} if self.forum else None
            case "words":
                return self._reply(self._shown(ticket, lambda s: s.row.purpose == "relay"))
            case "note":
                return self._reply(self._shown(ticket, lambda s: "has taken it" in s.text))
            case "prompt":
                return self._reply(self._shown(ticket, lambda s: s.row.purpose == "prompt"))
            case "unknown":
                return self._reply(88_888)
            case "own_answer" | "answer":
                sent = [each for each in mine if self._reached(each.mark, each.number)]
                return self._reply(sent[-1].number, sent[-1].payload["from"]) if sent else None
            case _:
                kept = [each for each in mine if not self._reached(each.mark, each.number)]
                return self._reply(kept[-1].number, kept[-1].payload["from"]) if kept else None

    def _shown(self, ticket: Ticket, fits: Any) -> int | None:
        of_it = [each for each in self.world.to(self.chat) if each.row.ticket_id == ticket.id]
        return next((each.message_id for each in reversed(of_it) if fits(each)), None)

    def _reply(self, to: int | None, user: Any = None) -> dict[str, Any] | None:
        if to is None:
            return None
        bot = {"id": 123456789, "is_bot": True, "first_name": "Verso"}
        return {
            "reply_to_message": {
                "message_id": to,
                "date": 1,
                "chat": self._group(),
                "from": user or bot,
            }
        }

    def _away(self, message_id: int) -> dict[str, Any]:
        bot = {"id": 123456789, "is_bot": True, "first_name": "Verso"}
        origin = {"type": "user", "date": 1, "sender_user": bot}
        return {"origin": origin, "chat": self._group(), "message_id": message_id}

    def _group(self) -> dict[str, Any]:
        return {**GROUP, "id": self.chat, "is_forum": self.forum}

    def _message(
        self, text: str, kind: str, who: str, which: int, place: dict[str, Any]
    ) -> dict[str, Any]:
        people: dict[str, dict[str, Any]] = {
            "boris": {"from": _person(BORIS)},
            "clara": {"from": _person(CLARA)},
            "anonymous": {
                "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
                "sender_chat": self._group(),
            },
            "channel": {
                "from": {"id": 136817688, "is_bot": True, "first_name": "Channel"},
                "sender_chat": {"id": -1009, "type": "channel", "title": "News"},
            },
        }
        body: dict[str, Any] = {
            "text": {"text": text, "entities": _command(text)},
            "photo": {"photo": PHOTO, "caption": text, "caption_entities": _command(text)},
            "sticker": {"sticker": _sticker()},
            "forward": {
                "text": text,
                "entities": _command(text),
                "forward_origin": {
                    "type": "hidden_user",
                    "date": 1,
                    "sender_user_name": "Somebody",
                },
            },
            "poll": {"poll": _poll()},
        }[kind]
        topic = {}
        if self.forum and "external_reply" not in place:
            topic = {"message_thread_id": self.tickets[which].topic_id, "is_topic_message": True}
        return {
            "message_id": next(self.world._ids),
            "date": int(self.world.now.timestamp()),
            "chat": self._group(),
            **people[who],
            **body,
            **topic,
            **place,
        }

    async def _always(self, payload: dict[str, Any], below: str, beginning: str) -> bool:
        """Whether the writer has said that such words always go to the customer."""
        if below not in ("nothing", "mine", "own_answer", "note", "unknown", "colleague", "answer"):
            return False
        if _is_command(beginning) or "sender_chat" in payload:
            return False
        key = f"plain:{self.chat}:{payload['from']['id']}"
        return (await self.world.read(lambda unit: unit.facts.get(key))) == "send"

    async def _press(self, data: str, offer: Sent, about: dict[str, Any]) -> Any:
        query_id = str(next(self.world._ids))
        message = {
            "message_id": offer.message_id,
            "date": 1,
            "chat": self._group(),
            "text": offer.text,
            "reply_to_message": about,
        }
        await self.world.update(
            callback_query={
                "id": query_id,
                "from": _person(CLARA),
                "chat_instance": "1",
                "message": message,
                "data": data,
            }
        )
        return self.world.answers.get(query_id, {})

    # -- what is true ----------------------------------------------------------------------------

    async def _done(
        self, payload: dict[str, Any], mark: str, which: int, *, meant: bool, silent: bool
    ) -> None:
        """A message was written: it arrives or is answered, and does nothing that was not meant."""
        before = len(self.world.sent)
        number = payload["message_id"]
        author = payload["from"]["id"]
        one = Written(number, payload, mark, author, which, meant)
        self.written.append(one)
        await self.world.update(message=payload)
        await self.world.later(seconds=3)
        since = self.world.sent[before:]
        arrived = self._reached(mark, number)
        told = [each for each in since if each.row.chat_id == self.chat]
        key = f"plain:{self.chat}:{author}"
        chosen = await self.world.read(lambda unit: unit.facts.get(key))
        assert not arrived or meant, payload
        assert arrived or told or silent or chosen == "internal", payload

    def _reached(self, mark: str, number: int) -> bool:
        """Tell whether a customer has been sent a message's words, or a copy of it."""
        return any(
            mark in str(sent.params) or number in _copied(sent, self.chat)
            for sent in self.world.sent
            if sent.row.chat_id in (ANNA, EVE)
        )


def world_chat(forum: bool) -> int:
    return FORUM if forum else PLAIN


def _copied(sent: Sent, chat: int) -> list[int]:
    if sent.params.get("from_chat_id") != chat:
        return []
    return [*sent.params.get("message_ids", []), sent.params.get("message_id", 0)]


def _is_command(beginning: str) -> bool:
    return beginning.startswith("/") and beginning not in ("/ ", "/usr/local/")


def _command(text: str) -> list[dict[str, Any]]:
    first = text.split(maxsplit=1)[0] if text.split() else ""
    if not first.startswith("/") or len(first) < 2 or "/" in first[1:]:
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(first)}]


def _person(who: int) -> dict[str, Any]:
    return {"id": who, "is_bot": False, "first_name": NAMES[who]}


def _sticker() -> dict[str, Any]:
    return {
        "file_id": "s",
        "file_unique_id": "u",
        "type": "regular",
        "width": 9,
        "height": 9,
        "is_animated": False,
        "is_video": False,
    }


def _poll() -> dict[str, Any]:
    return {
        "id": "1",
        "question": "Which?",
        "options": [{"text": "a", "voter_count": 0, "persistent_id": "1"}],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    }


@pytest.mark.parametrize("forum", [True, False], ids=["forum", "plain"])
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
@settings(max_examples=10)
@pytest.mark.timeout(300)
async def test_whatever_is_written_arrives_or_is_answered(
    sqlite_template: Path, forum: bool, steps: list[tuple[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, f"{folder}/verso.db")
        database = await Database.open(f"sqlite+aiosqlite:///{folder}/verso.db")
        await database.try_to_lead()
        try:
            desk = await Desk.begun(database, forum=forum)
            for name, argument in steps:
                await desk.step(name, argument)
        finally:
            await database.close()
