"""Staff: they answer every card that they see, and look whether the answer arrived."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.eye import View, buttons_of, text_of
from tests.chaos.stage import Stage, attempt

_CARD = re.compile(r"^#(\d+) · ")
OK = "👌"
LOOK_SECONDS = 20.0
"""How long staff wait for the mark of delivery before they look again."""


@dataclass
class Answer:
    """A message of staff to a customer, and what became of it."""

    ticket: int
    mark: str
    chat: str
    message_id: int
    delivered: bool = False
    refused: bool = False
    """The bot said that it was not passed on; staff wrote another one."""


@dataclass
class Desk:
    """All of staff."""

    stage: Stage
    answers: list[Answer] = field(default_factory=list)
    resolved: dict[int, str] = field(default_factory=dict)
    _tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _again: set[tuple[str, int]] = field(default_factory=set)

    async def work(self, team: str) -> None:
        """Answer what comes to a team, until cancelled."""
        while True:
            group = self.stage.groups[team]
            for view in self.stage.eye.from_bot(str(group.id)):
                self._notice(team, view)
            seen = len(self.stage.eye.appeared[str(group.id)])

            def more(chat: str = str(group.id), seen: int = seen) -> bool:
                return len(self.stage.eye.appeared[chat]) > seen

            await self.stage.eye.until(str(group.id), more, 1.0)

    async def finished(self) -> None:
        """Wait until every ticket that was noticed has been dealt with."""
        while pending := [task for task in self._tasks.values() if not task.done()]:
            await asyncio.wait(pending)
        for task in self._tasks.values():
            task.result()

    def _notice(self, team: str, view: View) -> None:
        found = _CARD.match(text_of(view))
        if found and int(found[1]) not in self._tasks:
            number = int(found[1])
            self._tasks[number] = asyncio.create_task(self._deal_with(team, number))

    # -- one ticket --------------------------------------------------------------------------------

    async def _deal_with(self, team: str, number: int) -> None:
        chance = self.stage.plan.chance(f"ticket {number}")
        await asyncio.sleep(chance.uniform(0.5, 3))
        if chance.random() < 0.5:
            await self._press(team, number, "take")
        mine = []
        for position in range(chance.randint(1, 3)):
            mine.append(await self._answer(team, number, f"[s{number}.{position}]"))
        for answer in mine:
            await self._follow(team, answer)
        if chance.random() < 0.5:
            done = f"[d{number}] mended"
            group = self.stage.groups[team]
            while await attempt(self.stage.staff.say(group, f"/resolve #{number} {done}")) is None:
                group = self.stage.groups[team]
                await self.stage.pause()
            self.resolved[number] = done

    def _cards(self, team: str, number: int) -> list[View]:
        chat = str(self.stage.groups[team].id)
        return [
            view
            for view in self.stage.eye.from_bot(chat)
            if (found := _CARD.match(text_of(view))) and int(found[1]) == number
        ]

    async def _press(self, team: str, number: int, action: str) -> None:
        for card in self._cards(team, number)[-1:]:
            for data in buttons_of(card).values():
                if data.startswith(f"t:{action}:"):
                    await attempt(self._call("press", card, data=data))

    def _call(self, operation: str, view: View, **more: Any) -> Any:
        where = {"user": self.stage.staff.id, "chat": view["chat"], "message": view["id"]}
        return self.stage.staff.link.call(operation, **where, **more)

    async def _answer(self, team: str, number: int, mark: str) -> Answer:
        """Reply to a ticket's newest card, as soon as there is one to reply to."""
        while True:
            cards = self._cards(team, number)
            group = self.stage.groups[team]
            if cards:
                reply = self.stage.staff.say(
                    group, f"{mark} we are sorry", reply_to=cards[-1]["id"]
                )
                said = await attempt(reply)
                if said is not None:
                    answer = Answer(number, mark, said.chat, said.id)
                    self.answers.append(answer)
                    return answer
            await self.stage.pause()

    async def _follow(self, team: str, answer: Answer) -> None:
        """See to it that an answer is on its way; one that the bot refused is written again."""
        for again in range(20):
            await self.stage.eye.until(answer.chat, lambda: self._outcome(answer), LOOK_SECONDS)
            outcome = self._outcome(answer)
            if outcome == "delivered":
                answer.delivered = True
                return
            if outcome == "gone":
                return
            if outcome == "refused":
                answer.refused = True
                mark = f"{answer.mark[:-1]}.{again}]"
                await self._follow(team, await self._answer(team, answer.ticket, mark))
                return
            moved = answer.chat != str(self.stage.groups[team].id)  # nobody sees a mark there
            if moved or (self.stage.over.is_set() and again > 2):
                return

    def _outcome(self, answer: Answer) -> str:
        views = self.stage.eye.chats[answer.chat]
        mine = views.get(answer.message_id)
        if mine is not None and OK in mine["reactions"]:
            return "delivered"
        if mine is not None and mine["deleted"]:
            return "gone"  # with its topic; nobody sees a mark there
        for view in list(views.values()):
            if view["reply_to"] == answer.message_id and "not passed on" in text_of(view):
                return "refused"
        return ""

    # -- what did not arrive -----------------------------------------------------------------------

    async def try_again(self) -> None:
        """Press "Try again" under every note that something did not arrive, until cancelled."""
        while True:
            await asyncio.sleep(2.0)
            for group in list(self.stage.groups.values()):
                for view in self.stage.eye.from_bot(str(group.id)):
                    await self._try_again(view)

    async def _try_again(self, note: View) -> None:
        place = (note["chat"], note["id"])
        if place in self._again or not is_failure(note):
            return
        self._again.add(place)
        for data in buttons_of(note).values():
            await attempt(self._call("press", note, data=data))


def is_failure(view: View) -> bool:
    """Tell whether a message says that something did not reach a customer."""
    return "Not delivered to" in text_of(view)
