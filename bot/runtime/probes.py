"""What a running Verso tells about itself to health checks and metrics."""

from collections.abc import Mapping
from typing import Protocol

from bot.core.health import Check, Figures, Status
from bot.core.ports import Database
from bot.core.refusing import groups_that_refuse
from bot.core.services import Services
from bot.runtime.intake.poller import Poller
from bot.runtime.intake.store import Intake
from bot.runtime.sending.sender import Sender
from bot.runtime.worker import Worker

TICK_LATE = 30.0
"""Seconds without a tick after which something is wrong; one is due every second."""


class Ticks(Protocol):
    """What is asked of the ticker."""

    @property
    def age(self) -> float | None:
        """Seconds since the last tick ended; None: there was none yet."""


class AppProbes:
    """Looks at the parts of one process."""

    def __init__(
        self,
        database: Database,
        worker: Worker,
        sender: Sender,
        ticks: Ticks,
        poller: Poller | None,
        services: Services,
        intake: Intake,
    ) -> None:
        self._intake_of = intake
        self._database, self._worker, self._sender = database, worker, sender
        self._ticks, self._poller = ticks, poller
        self._services = services

    def checks(self) -> Mapping[str, Check]:
        """The checks behind `/readyz` by name."""
        return {
            "intake": self._intake,
            "leader": self._leader,
            "ticks": self._ticking,
            "groups": self._groups,
        }

    async def _intake(self) -> Status:
        if self._poller is None:
            why = self._intake_of.trouble
            told = f"the last updates could not be stored ({why}); Telegram sends them again"
            return Status(not why, told if why else "Telegram delivers by webhook")
        if not self._database.leads:
            return Status(True, "another process fetches updates")
        if self._poller.is_silent():
            return Status(False, "no call to Telegram has been answered for over a minute")
        return Status(not self._poller.trouble, self._poller.trouble or "updates are fetched")

    async def _leader(self) -> Status:
        waiting = self._sender.waiting
        if self._database.leads:
            return Status(True, f"this process sends and ticks; {waiting} messages wait")
        return Status(True, "another process sends and ticks")

    async def _ticking(self) -> Status:
        age = self._ticks.age
        if not self._database.leads:
            return Status(True, "another process ticks")
        if age is None:
            return Status(False, "there has been no tick yet")
        return Status(age < TICK_LATE, f"the last tick ended {age:.0f} seconds ago")

    async def _groups(self) -> Status:
        """Name the groups that refuse messages: somebody has to change their rights."""
        async with self._database.reading() as unit:
            found = await groups_that_refuse(unit, self._services.clock.now())
        if not found:
            return Status(True, "no group refuses messages")
        named = [
            f"{each.chat_id} refuses messages ({', '.join(each.reasons)}); {each.waiting} wait"
            for each in found
        ]
        return Status(True, "; ".join(named), warning=True)

    def figures(self) -> Figures:
        """What was counted since the start."""
        counts = self._sender.counts
        return Figures(
            updates={"handled": self._worker.handled, "parked": self._worker.parked},
            sends=counts,
            too_many=counts.get("too_many", 0),
            tick_age=self._ticks.age,
        )
