"""Sends what was written down for receivers, beside everything else.

The rows are in the table (`webhooks`), written in the unit of work in which something happened.
This loop runs where its process leads. A row is claimed before it is sent: until the claim ends
nobody sends it again, and if nothing is recorded until then, because Verso was killed, it is sent
once more under the same id. What waits behind another one about the same customer waits for as
long as that one does, so that what is due is a matter of one look at an index.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.core.admin_notices import notify_admins
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.data.receivers import managing
from bot.data.receivers.signing import SecretError, body_of, headers_of, secrets_in
from flows.config import Receiver
from flows.data.webhooks import WORRYING, Answer, Step, after_try, turns
from flows.entities import Webhook
from flows.entities.facts import WEBHOOKS_TOLD
from flows.entities.kinds import WebhookState

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
AT_ONCE = 8
"""Calls of one receiver that are under way together at most; each about another customer."""
LOOKED_AT = 200
"""Rows of one receiver that are looked at together."""
TELL_EVERY = timedelta(days=1)
"""Admins hear of a receiver at most this often."""
SECRET = "secret"  # noqa: S105  the word for what is missing
"""Why nothing was sent."""

Post = Callable[[Receiver, Mapping[str, str], bytes], Awaitable[Answer]]


class Delivering:
    """One per process; it works while its process leads."""

    def __init__(
        self,
        database: Database,
        services: Services,
        post: Post,
        environment: Mapping[str, str],
        committed: Callable[[Unit], None],
    ) -> None:
        """`environment` holds the receivers' secrets by the names in the configuration."""
        self._database, self._services = database, services
        self._post, self._environment, self._committed = post, environment, committed
        self._going: dict[int, asyncio.Task[None]] = {}
        self._at: Counter[str] = Counter()
        """How many calls of each receiver are under way."""
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is sent again."""
        try:
            while True:
                self._wake.clear()
                if self._database.leads:
                    await self._begin_patiently()
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            going = list(self._going.values())
            for task in going:
                task.cancel()
            await asyncio.gather(*going, return_exceptions=True)

    async def _begin_patiently(self) -> None:
        try:
            await self.begin()
        except Exception as error:
            if not self._database.is_busy(error):  # only the database knows which of them pass
                raise

    async def settle(self) -> None:
        """Deliver all that is due now, and wait until nothing is under way."""
        while await self.begin() or self._going:
            if self._going:
                await asyncio.wait(list(self._going.values()))

    async def begin(self) -> int:
        """Begin to send what is due, as far as there is room; give how many calls that are."""
        begun = 0
        for receiver in self._services.config.webhooks:
            room = AT_ONCE - self._at[receiver.id]
            if receiver.enabled and room > 0 and await self._is_due(receiver):
                for webhook in await self._claim(receiver, room):
                    self._start(receiver, webhook)
                    begun += 1
        return begun

    async def _is_due(self, receiver: Receiver) -> bool:
        async with self._database.reading() as unit:
            return await unit.webhooks.is_due(receiver.id, self._services.clock.now())

    # -- claiming ----------------------------------------------------------------------------------

    async def _claim(self, receiver: Receiver, room: int) -> list[Webhook]:
        """Take what is due, for each customer the first; the rest waits with it."""
        now = self._services.clock.now()
        async with self._database.unit() as unit:
            if not await self._database.leads_still(unit):
                return []
            if await managing.gone(unit, receiver) is not None:
                await unit.webhooks.park(receiver.id, managing.GONE)
                await unit.commit()
                return []
            due = await unit.webhooks.due(receiver.id, now, LOOKED_AT)
            customers = [each.customer_id for each in due if each.customer_id is not None]
            first_of = await unit.webhooks.first_of(receiver.id, customers)
            claimed, behind = turns(due, first_of, self._going, room, now)
            for each in (*claimed, *behind):
                unit.put(each)
            await unit.commit()
        return claimed

    def _start(self, receiver: Receiver, webhook: Webhook) -> None:
        self._at[receiver.id] += 1
        task = asyncio.create_task(self._deliver(receiver, webhook))
        self._going[webhook.id] = task

        def done(_: asyncio.Task[None]) -> None:
            self._at[receiver.id] -= 1
            del self._going[webhook.id]
            self._wake.set()

        task.add_done_callback(done)

    # -- sending -----------------------------------------------------------------------------------

    async def _deliver(self, receiver: Receiver, webhook: Webhook) -> None:
        try:
            answer = await self._send(receiver, webhook)
            await self._record(receiver, webhook, answer)
        except Exception as error:
            # What was not recorded is sent again when the claim ends, whatever the reason.
            log.warning("webhook_not_recorded", receiver=receiver.id, error=type(error).__name__)

    async def _send(self, receiver: Receiver, webhook: Webhook) -> Answer:
        body = body_of(webhook)
        try:
            secrets = secrets_in(receiver.secret, self._environment)
        except SecretError:
            return Answer(error=SECRET)
        headers = headers_of(webhook.name, body, secrets, self._services.clock.now())
        return await self._post(receiver, headers, body)

    async def _record(self, receiver: Receiver, sent: Webhook, answer: Answer) -> None:
        """Keep what came of a try. A customer who was erased meanwhile has no row any more."""
        async with self._database.unit() as unit:
            webhook = await unit.get(Webhook, sent.id)
            if webhook is None or webhook.state is not WebhookState.WAITING:
                return
            work = Work(unit, self._services.clock.now(), self._services)
            drawn = random.random()  # noqa: S311  nothing that anybody may not guess
            step, tried = after_try(webhook, answer, work.now, drawn)
            unit.put(tried)
            await unit.webhooks.follow(tried)
            await self._tell(work, receiver, step, tried)
            await unit.commit()
        self._committed(unit)
        if step is not Step.DELIVERED:
            log.warning(
                "webhook_failed",
                receiver=receiver.id,
                type=tried.type,
                tries=tried.tries,
                status=tried.status,
                error=tried.error,
                parked=tried.state is WebhookState.PARKED,
            )

    async def _tell(self, work: Work, receiver: Receiver, step: Step, tried: Webhook) -> None:
        """Tell admins of what they have to see to, of one receiver not again and again."""
        if step is Step.GONE:
            await managing.note_gone(work.unit, receiver, work.now)
            await _say(work, "webhooks.gone", receiver, tried)
        elif step is Step.PARKED or (step is Step.AGAIN and tried.tries == WORRYING):
            name = WEBHOOKS_TOLD.of(receiver.id)
            told = await work.unit.facts.get(name)
            if told is None or datetime.fromisoformat(told) + TELL_EVERY <= work.now:
                await work.unit.facts.set(name, work.now.isoformat())
                key = "webhooks.parked" if step is Step.PARKED else "webhooks.failing"
                await _say(work, key, receiver, tried)


async def _say(work: Work, key: str, receiver: Receiver, tried: Webhook) -> None:
    say = work.services.words.say

    def text(language: str) -> str:
        why = say(language, f"webhooks.why_{tried.error or 'status'}", status=tried.status or 0)
        return say(language, key, receiver=receiver.id, type=tried.type, why=why)

    await notify_admins(work, text)
