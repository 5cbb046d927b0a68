"""Everything that goes wrong, in an order that the seed decides."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.customers import Customer
from tests.chaos.stage import Stage, attempt

SENDING = ("sendMessage", "editMessageText", "createForumTopic", "copyMessage", "*")
MOST_REORDERED = 80
"""Telegram gives 100 updates at a time; what is reordered has to fit."""


@dataclass
class Trouble:
    """Breaks things until told to stop."""

    stage: Stage
    customers: list[Customer]
    done: Counter[str] = field(default_factory=Counter)
    _known: list[int] = field(default_factory=list)

    async def kill(self) -> None:
        """Kill Verso at random moments and start it again at once."""
        plan = self.stage.plan
        chance = plan.chance("kills")
        moments = sorted(chance.uniform(1.0, plan.seconds) for _ in range(plan.kills))
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for moment in moments:
            await asyncio.sleep(max(0.3, begun + moment - loop.time()))
            verso = chance.choice(self.stage.versos)
            await verso.kill()
            self.done["kill"] += 1
            if chance.random() < 0.5:
                await self._repeat(chance)
                await self._reorder(chance)
            await verso.start()

    async def annoy(self) -> None:
        """Let one thing after another fail, until the run is over."""
        plan = self.stage.plan
        chance = plan.chance("troubles")
        loop = asyncio.get_running_loop()
        end = loop.time() + plan.seconds
        migration = loop.time() + plan.seconds * chance.uniform(0.3, 0.7)
        kinds = {
            self._refuse: 4,
            self._break: 3,
            self._cut: 4,
            self._hang: 0.3,
            self._slow: 1,
            self._repeat: 3,
            self._reorder: 2,
            self._block: 1.5,
            self._delete_topic: 1.5,
        }
        while loop.time() < end:
            await asyncio.sleep(chance.uniform(0.3, 1.2))
            if migration is not None and loop.time() > migration:
                migration = None
                await self.stage.migrate("tasting")
                self.done["migration"] += 1
            (kind,) = chance.choices(list(kinds), list(kinds.values()))
            await kind(chance)

    async def calm(self) -> None:
        """Let everything work again, and everybody be there."""
        await self.stage.sandbox.clear_faults()
        for customer in self.customers:
            self._return(customer)

    # -- Telegram's answers ------------------------------------------------------------------------

    async def _fault(self, kind: str, **rule: Any) -> None:
        await self.stage.sandbox.add_fault(kind, **rule)
        self.done[kind] += 1

    async def _refuse(self, chance: Any) -> None:
        await self._fault(
            "429",
            method=chance.choice(SENDING),
            retry_after=chance.randint(1, 2),
            scope=chance.choice(["chat", "chat", "bot"]),
            count=chance.randint(1, 2),
        )

    async def _break(self, chance: Any) -> None:
        status = chance.choice([500, 502, 503, 504])
        count = chance.randint(1, 4)
        await self._fault("5xx", method=chance.choice(SENDING), status=status, count=count)

    async def _cut(self, chance: Any) -> None:
        kind = chance.choice(["cut_before", "cut_after"])
        await self._fault(kind, method=chance.choice(SENDING), count=chance.randint(1, 2))

    async def _hang(self, chance: Any) -> None:
        kind = chance.choice(["timeout_before", "timeout_after"])
        await self._fault(kind, method=chance.choice(SENDING[:-1]), count=1)

    async def _slow(self, chance: Any) -> None:
        await self._fault("slow", ms=chance.randint(50, 400), count=chance.randint(2, 10))

    # -- updates -----------------------------------------------------------------------------------

    async def _repeat(self, chance: Any) -> None:
        """Deliver some updates once more, confirmed ones too."""
        pending = await self.stage.bot.pending()
        self._known = [*self._known, *(update["update_id"] for update in pending)][-200:]
        for update_id in chance.sample(self._known, min(3, len(self._known))):
            if await _managed(self.stage.bot.duplicate(update_id)):
                self.done["duplicate"] += 1

    async def _reorder(self, chance: Any) -> None:
        """Let presses overtake messages: Telegram queues them apart."""
        pending = await self.stage.bot.pending()
        presses = [update["update_id"] for update in pending if "callback_query" in update]
        if presses and len(pending) <= MOST_REORDERED:
            await self.stage.bot.reorder(presses)
            self.done["reorder"] += 1

    # -- people and groups -------------------------------------------------------------------------

    async def _block(self, chance: Any) -> None:
        customer = chance.choice(self.customers)
        await attempt(customer.person.block(self.stage.bot))
        customer.was_blocked = True
        self.done["block"] += 1
        asyncio.get_running_loop().call_later(chance.uniform(1, 4), self._return, customer)

    def _return(self, customer: Customer) -> None:
        """Lift a block as the app's only button for it does: by /start."""
        room, person = self.stage.sandbox.server.room, customer.person
        if room.chat(person.id, self.stage.bot.id)["blocked"]:
            room.start(person.id, self.stage.bot.id)

    async def _delete_topic(self, chance: Any) -> None:
        group = self.stage.groups["support"]
        topics = [t for t in await group.topics() if t["status"] == "open" and t["id"] != 1]
        if topics:
            await group.delete_topic(self.stage.staff, chance.choice(topics)["id"])
            self.done["deleted topic"] += 1


async def _managed(action: Any) -> bool:
    try:
        await action
    except Exception:
        return False
    return True
