"""Customers: they complain, press what they are offered, press again when nothing happens."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.eye import View, buttons_of, text_of
from tests.chaos.stage import Stage, attempt

AGAIN_AFTER = 6.0
"""Seconds after which a person presses a button again that did nothing."""
ENTRANCES = 0.7
"""The part of a run in which customers come."""
_NUMBER = re.compile(r"has the number #(\d+)")
WORDS = (
    "the lid <b>leaks</b>",
    "it came broken & late",
    "this is the _wrong_ tea and it is stale",
    "the *torn* bag {x} is leaking",
    "nobody answers, it is still broken",
)
"""Complaints that nobody could take for anything else."""


@dataclass
class Complaint:
    """What a customer said and chose, and the number that they were told."""

    severity: int
    category: str
    words: list[str] = field(default_factory=list)
    number: int | None = None
    added: list[str] = field(default_factory=list)


@dataclass
class Customer:
    """One person with one or two complaints."""

    stage: Stage
    number: int
    person: Any
    complaints: list[Complaint] = field(default_factory=list)
    was_blocked: bool = False
    _said: int = 0
    _screens: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = self.stage.plan.chance(f"customer {self.number}")
        self.chat = self.stage.private(self.person)

    # -- life ------------------------------------------------------------------------------------

    async def live(self) -> None:
        """Come, complain, add something, perhaps complain once more."""
        await asyncio.sleep(self.chance.uniform(0, self.stage.plan.seconds * ENTRANCES))
        await self.person.start(self.stage.bot)
        await self._complain(first=True)
        if self.chance.random() < 0.2:
            await asyncio.sleep(self.chance.uniform(0.5, 3))
            await self._complain(first=False)

    async def _complain(self, *, first: bool) -> None:
        chance = self.chance
        complaint = Complaint(
            severity=chance.randint(1, 5),
            category=chance.choice(["delivery", "taste"]),
        )
        self.complaints.append(complaint)
        if not first:
            await self._write("/complain")
            await self._wait_for_question()
        for _ in range(chance.randint(1, 3) if first else 1):
            complaint.words.append(await self._say())
        complaint.number = await self._finish(complaint)
        for _ in range(chance.randint(0, 2)):
            await asyncio.sleep(chance.uniform(0.2, 2))
            complaint.added.append(await self._say(answering=complaint.number))

    # -- words -----------------------------------------------------------------------------------

    async def _say(self, answering: int | None = None) -> str:
        """Say something with a mark that is found again; give the mark."""
        self._said += 1
        mark = f"[c{self.number}.{self._said}]"
        await self._write(f"{mark} {self.chance.choice(WORDS)}", reply_to=self._about(answering))
        return mark

    async def _write(self, text: str, **more: Any) -> None:
        """Write, and come back for it first when the bot is blocked just now."""
        while await attempt(self.person.say(self.stage.bot, text, **more)) is None:
            await self.stage.pause()

    def _about(self, number: int | None) -> int | None:
        """Give the message to reply to, so that words belong to this ticket, resolved or not."""
        if number is None:
            return None
        wanted = f"#{number}"
        views = self.stage.eye.from_bot(self.chat)
        return next((v["id"] for v in reversed(views) if wanted in text_of(v)), None)

    # -- buttons -----------------------------------------------------------------------------------

    async def _wait_for_question(self) -> None:
        known = {number for number, _ in self._screens}

        def asked() -> bool:
            views = self.stage.eye.from_bot(self.chat)
            return any("What went wrong?" in text_of(v) and v["id"] not in known for v in views)

        await self.stage.eye.until(self.chat, asked, self.stage.plan.patience)
        self._screens |= {(v["id"], text_of(v)) for v in self.stage.eye.from_bot(self.chat)}

    async def _finish(self, complaint: Complaint) -> int | None:
        """Press from screen to screen until the complaint has a number."""
        known = {each.number for each in self.complaints}
        loop = asyncio.get_running_loop()
        end = loop.time() + self.stage.plan.seconds + self.stage.plan.patience
        pressed: tuple[int, str] | None = None
        while loop.time() < end:
            number = self._told(known)
            if number is not None:
                return number
            offer = self._offer(complaint)
            if offer is not None and offer != pressed:
                await asyncio.sleep(self.chance.uniform(0.0, 0.4))
                await self._press(*offer)
                pressed = offer
            if not await self._moved(known, complaint, pressed):
                pressed = None
        return None

    async def _moved(
        self, known: set[int | None], complaint: Complaint, pressed: tuple[int, str] | None
    ) -> bool:
        """Wait for the next screen; tell whether it came."""

        def has() -> bool:
            offer = self._offer(complaint)
            return self._told(known) is not None or (offer is not None and offer != pressed)

        return bool(await self.stage.eye.until(self.chat, has, AGAIN_AFTER))

    async def _press(self, message_id: int, data: str) -> None:
        view = self.stage.eye.chats[self.chat][message_id]
        times = 2 if self.chance.random() < 0.1 else 1
        for _ in range(times):
            await attempt(
                self.person.link.call(
                    "press", user=self.person.id, chat=view["chat"], message=message_id, data=data
                )
            )

    def _told(self, known: set[int | None]) -> int | None:
        for view in self.stage.eye.from_bot(self.chat):
            found = _NUMBER.search(text_of(view))
            if found and int(found[1]) not in known:
                return int(found[1])
        return None

    def _offer(self, complaint: Complaint) -> tuple[int, str] | None:
        """Give message and data of the button that this person would press now."""
        screens: list[tuple[int, View]] = []
        for view in self.stage.eye.from_bot(self.chat):
            turns = [turn_of(data) for data in buttons_of(view).values() if data.startswith("c:a:")]
            if turns:
                screens.append((max(turns), view))
        for _, view in sorted(screens, key=lambda each: (each[0], each[1]["id"]), reverse=True):
            offered = {action_of(data): data for data in buttons_of(view).values()}
            action = choose(set(offered), complaint)
            if action is not None:
                return view["id"], offered[action]
        return None


def choose(actions: set[str], complaint: Complaint) -> str | None:
    """Choose among a screen's actions as this complaint's author does."""
    wishes = [
        "send" if "send" in actions else None,
        f"r:{complaint.severity}",
        "o:fix",
        f"o:{complaint.category}",
    ]
    return next((wish for wish in wishes if wish in actions), None)


def action_of(data: str) -> str:
    """Give the action of a conversation's button."""
    return data.split(":", 4)[4] if data.startswith("c:a:") else ""


def turn_of(data: str) -> int:
    """Give conversation and turn of a button as one number that grows."""
    _, _, conversation, turn, _ = data.split(":", 4)
    return int(conversation, 36) * 1_000_000 + int(turn, 36)
