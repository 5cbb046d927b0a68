"""Whatever somebody presses and writes, in whatever order: it has an effect or an answer."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.callbacks import number, unpack
from bot.core.work import Work
from bot.dialogue import not_sure
from flows.ear import hear
from flows.ear.meanings import HARMLESS
from flows.entities import Conversation, Customer, Entry, Remark, Ticket
from storage.database import Database
from tests.bot.dialogue.test_conversations import ask, fire_due
from tests.bot.dialogue.test_free_text import answer, resolve
from tests.bot.dialogue.test_old_keyboards import Phone
from tests.bot.stage import Somebody, Stage, is_text, make_stage

COMPLAINTS = (
    "The lid does not close",
    "посылка не пришла",
    "罐子凹了",
    "it came late. all else fine",
)
CALM = (
    "ok", "thanks!", "no", "yes", "later", "ask me tomorrow", "who is this?", "never mind",
    "not yet", "so far so good", "stop", "спасибо", "да", "отстаньте", "позже", "好的",
    "你是谁", "算了",
)  # fmt: skip
UNCLEAR = ("Blorp zibble", "?", "...", "🦔", "42", "why", "a bit", "I never signed up for this")
LABELS = (
    "1", "3", "Skip", "skip", "Send", "Taste", "All fine", "Something small", "Never mind", "Back",
    "‹ Back", "All questions", "Ask me later", "Stop asking me", "中文", "Yes, delete it", "Partly",
)  # fmt: skip
COMMANDS = (
    "/start", "/stop", "/my", "/book", "/help", "/privacy", "/language", "/forget_me", "/complain",
    "/complain the spoon is missing", "/cancel", "/unsubscribe", "/nonsense", "/strat", "/",
)  # fmt: skip
WORDS = (*COMPLAINTS, *CALM, *UNCLEAR, *LABELS, *COMMANDS)
FLOWS = ("trial_check_in", "purchase_check_in", "check_in")
INSISTING = ("u:new:", ":pass", ":send")
"""Presses by which somebody says themselves that words are to be read."""

SAYING_YES = ("yes", "да")
"""To "has something gone wrong?" as good as the button."""

STEPS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    st.tuples(st.just("press"), st.integers(0, 40)),
    st.tuples(st.just("press_again"), st.integers(0, 200)),
    st.tuples(st.just("ask"), st.sampled_from(FLOWS)),
    st.tuples(st.just("wait"), st.sampled_from([0.02, 1, 5, 26, 80, 200, 400])),
    st.tuples(st.sampled_from(["restart", "staff_answer", "staff_resolve", "twice"]), st.just(0)),
)


@dataclass
class History:
    database: Database
    stage: Stage
    person: Somebody
    phone: Phone
    buttons: list[tuple[int, str]] = field(default_factory=list)
    """Every button that was ever shown, with its message."""
    insisted: bool = False
    pressed: set[int] = field(default_factory=set)
    """Conversations in which a button was pressed."""
    last: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def begun(cls, database: Database) -> "History":
        stage = await make_stage(database)
        person = Somebody(stage, 701)
        await stage.known("C-1", name="Anna Holm")
        history = cls(database, stage, person, Phone(stage, person))
        await history.say("/start token-C-1")
        return history

    # -- steps -----------------------------------------------------------------------------------

    async def step(self, name: str, argument: Any) -> None:
        await getattr(self, name)(argument)
        await self.arrived()

    async def say(self, words: str) -> None:
        self.insisted |= words.startswith("/complain")
        if words in SAYING_YES:
            going_on = [each for each in await self.stage.all(Conversation) if _goes_on(each)]
            self.pressed |= {each.id for each in going_on}
        self.last = self.person.message(text=words)
        if words.startswith("/") and len(words) > 1:
            self.last = self.person.message(text=words)
        elif words == "/":
            self.last = self.person.message(text=words, entities=[])
        await self.acted(self.last)

    async def press(self, which: int) -> None:
        """Press a button that is still shown, the newest message's first."""
        shown = [
            (number, data)
            for number in sorted(self.phone.shown, reverse=True)
            for data in self.phone.shown[number].values()
        ]
        if shown:
            await self._press(*shown[which % len(shown)])

    async def press_again(self, which: int) -> None:
        """Press any button that was ever shown: copies of messages can be old."""
        if self.buttons:
            await self._press(*self.buttons[which % len(self.buttons)])

    async def _press(self, message: int, data: str) -> None:
        parts = unpack(data) or []
        if parts[:2] == ["c", "a"]:
            self.pressed.add(number(parts[2]) or 0)
        self.insisted |= data.startswith(INSISTING[0]) or data.endswith(INSISTING[1:])
        self.last = self.person.press_of(data, message)
        before = {each.id for each in await self.stage.all(Conversation)}
        await self.acted(self.last)
        # What was over begins anew at the answer that was pressed.
        self.pressed |= {each.id for each in await self.stage.all(Conversation)} - before

    async def twice(self, _: int) -> None:
        """The same once more: a message written again, a button pressed again."""
        if "callback_query" in self.last:
            query = self.last["callback_query"]
            again = self.person.press_of(query["data"], query["message"]["message_id"])
            await self.acted(again)
        elif self.last:
            await self.acted(self.person.message(text=self.last["message"]["text"]))

    async def ask(self, flow: str) -> None:
        if not await self._is_known():
            return
        going_on = [each for each in await self.stage.all(Conversation) if _goes_on(each)]
        if not going_on:
            await ask(self.stage, self.person, flow)

    async def wait(self, hours: float) -> None:
        self.stage.clock.move(hours=hours)
        await fire_due(self.stage)
        await self.stage.use(not_sure.show_daily)

    async def restart(self, _: int) -> None:
        """Another process goes on where this one stopped."""
        fresh = await make_stage(self.database)
        fresh.clock.moment = self.stage.clock.moment
        fresh.numbers, fresh.message_ids = self.stage.numbers, self.stage.message_ids
        self.stage = self.person.stage = self.phone.stage = fresh
        self.phone.seen = 0

    async def staff_answer(self, _: int) -> None:
        for ticket in await self._open_tickets():
            await answer(self.stage, ticket, "Which address shall it go to?")

    async def staff_resolve(self, _: int) -> None:
        for ticket in await self._open_tickets():
            await resolve(self.stage, ticket)

    async def _open_tickets(self) -> list[Ticket]:
        found = await self.stage.all(Ticket)
        return [each for each in found if each.state in ("open", "taken", "waiting", "reopened")][
            :1
        ]

    async def _is_known(self) -> bool:
        async def known(work: Work) -> bool:
            return await work.unit.customers.account(self.person.id) is not None

        return bool(await self.stage.use(known))

    # -- what is true ----------------------------------------------------------------------------

    async def acted(self, update: dict[str, Any]) -> None:
        """Something was pressed or written; nothing of it is parked, and it leads to something."""
        before = await self.everything()
        rows = await self.stage.take(update)
        query = update.get("callback_query", {}).get("id", "")
        answered = bool(self.stage.answers.get(query)) or any(
            row.chat_id == self.person.id for row in rows
        )
        assert answered or await self.everything() != before, update
        assert not query or query in self.stage.answers

    async def everything(self) -> list[Any]:
        kinds = (Customer, Conversation, Ticket, Entry, Remark)
        return [await self.stage.all(kind) for kind in kinds]

    async def arrived(self) -> None:
        """Let messages arrive; look at what is seen and at what was filed."""
        for row in self.stage.sent[self.phone.seen :]:
            assert not is_text(row) or row.params["text"].strip()
        await self.phone.receive()
        for message, keys in self.phone.shown.items():
            for data in keys.values():
                if (message, data) not in self.buttons:
                    self.buttons.append((message, data))
        for conversation in {data.split(":")[2] for _, data in self.buttons if data[:2] == "c:"}:
            live = self.phone.live(f"c:a:{conversation}:")
            assert len(live) <= 1, {each: self.phone.shown[each] for each in live}
        for ticket in await self.stage.all(Ticket):
            self.is_no_courtesy(ticket)

    def is_no_courtesy(self, ticket: Ticket) -> None:
        """A complaint has something in it that may be one, or its author has said that it is."""
        if self.insisted or ticket.conversation_id in self.pressed or not ticket.words:
            return
        heard = [hear(line) for line in ticket.words.splitlines()]
        assert any(each.unsure or not each.meanings <= HARMLESS for each in heard), ticket.words


def _goes_on(conversation: Conversation) -> bool:
    return conversation.status in ("open", "snoozed")


@given(steps=st.lists(STEPS, min_size=4, max_size=16))
@example([("ask", "trial_check_in"), ("say", "да"), ("say", "да"), ("wait", 26)])
@example([("ask", "trial_check_in"), ("say", "a bit"), ("press", 0), ("press_again", 3)])
@example([("press", 0), ("ask", "trial_check_in"), ("say", "Blorp zibble"), ("press", 1)])
@settings(max_examples=30)
@pytest.mark.timeout(300)
async def test_whatever_is_done_leads_to_something(
    sqlite_template: Path, steps: list[tuple[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, f"{folder}/verso.db")
        database = await Database.open(f"sqlite+aiosqlite:///{folder}/verso.db")
        await database.try_to_lead()
        try:
            history = await History.begun(database)
            await history.arrived()
            for name, argument in steps:
                await history.step(name, argument)
        finally:
            await database.close()
