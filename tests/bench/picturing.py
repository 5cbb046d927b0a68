"""A lean Bot API server whose customers chat while an admin asks for pictures.

    python -m tests.bench.picturing CUSTOMERS THINK_SECONDS

It prints its port. `/control/pictures` has the admin press the buttons of ten pictures, and waits
until all of them have come.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web

from bot.core.callbacks import pack
from bot.insight.pictures.showing import AREA, DRAWN
from flows.config.goals import PictureName
from flows.insight.overviews import Month
from tests.bench.lean import Lean, answer, run, serve
from tests.bench.mixed import result_of

ADMIN = 900
PICTURES = 10


class Picturing(Lean):
    """The server's state."""

    def __init__(self, customers: int, think: float) -> None:
        super().__init__(customers, steps=0, think=think, budget=0)
        self._heard_at: list[tuple[float, float]] = []
        """When a customer was answered, and how long they had waited."""
        self._photos: list[float] = []
        self._pressed_at = 0.0
        self._all_here = asyncio.Event()

    def _heard(self, chat_id: int) -> None:
        customer = self.customers.get(chat_id)
        asked_at = customer.asked_at if customer is not None else 0.0
        super()._heard(chat_id)
        if asked_at:
            now = time.monotonic()
            self._heard_at.append((now, now - asked_at))

    async def answered(self, method: str, params: dict[str, Any]) -> web.Response:
        """Answer a call; count the pictures that came."""
        if method != "sendPhoto":
            return await super().answered(method, params)
        self._photos.append(time.monotonic())
        if len(self._photos) >= PICTURES:
            self._all_here.set()
        return answer(result_of(method, params, self.message_id()))

    async def control(self, request: web.Request) -> web.Response:
        """Have the pictures drawn, besides what a lean server can do."""
        if request.match_info["what"] == "pictures":
            self._pressed_at = time.monotonic()
            for number, data in enumerate(_buttons()):
                self._press(number, data)
            await self._all_here.wait()
            return answer(orjson.dumps(self.figures()))
        return await super().control(request)

    def _press(self, number: int, data: str) -> None:
        chat = {"id": ADMIN, "type": "private", "first_name": "A"}
        user = {"id": ADMIN, "is_bot": False, "first_name": "A", "language_code": "en"}
        message = {"message_id": 1, "date": int(time.time()), "chat": chat, "text": "x"}
        press = {"id": str(number + 1), "from": user, "message": message, "chat_instance": "1"}
        self.push({"callback_query": {**press, "data": data}})

    def figures(self) -> dict[str, Any]:
        """Give what was counted: waits by when they ended, and when the pictures came."""
        mine = {"heard": self._heard_at, "photos": self._photos, "pressed": self._pressed_at}
        return super().figures() | mine


def _buttons() -> list[str]:
    """The months so far, each as a picture from asked to helped: the one that counts most rows."""
    now = Month.of(datetime.now(UTC), "UTC").number
    return [pack(AREA, DRAWN, PictureName.FUNNEL, now - back) for back in range(PICTURES)]


async def main(customers: str, think: str) -> None:
    """Serve as the command line says."""
    await serve(Picturing(int(customers), float(think)))


if __name__ == "__main__":
    run(main(*sys.argv[1:3]))
