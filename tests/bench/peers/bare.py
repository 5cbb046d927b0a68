"""A bare durable loop: the mix with as little as keeps every promise, and nothing else.

    python -m tests.bench.peers.bare URL FILE

An update is stored before it is confirmed; what it leads to, with the new state, is stored before
it is sent; what became of a call is recorded. SQLite in WAL mode with `synchronous=FULL`, by the
standard library, in the loop's own thread; aiohttp. Calls of one complaint leave one after the
other, those of different ones side by side. It is never started again, so that nothing reads back
what it has stored.
"""

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Coroutine, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from tests.bench.lean import TOKEN
from tests.bench.peers.reactions import Complaint, filled, kept, react

TABLES = """
CREATE TABLE inbox (id INTEGER PRIMARY KEY, body TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0);
CREATE INDEX waiting ON inbox (id) WHERE done = 0;
CREATE TABLE states (chat_id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX topics ON states (topic);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, method TEXT NOT NULL, body TEXT NOT NULL,
    keeps TEXT NOT NULL, result TEXT
);
"""
SAVED = """
INSERT INTO states VALUES (?, ?, ?)
ON CONFLICT (chat_id) DO UPDATE SET topic = excluded.topic, body = excluded.body
"""
Row = tuple[int, int, str, dict[str, Any], str]
"""Of the outbox: number, complaint, method, params, and what of the result is kept."""


class Bare:
    """The loop. Complaints are read from the database for each batch, and not kept in memory."""

    def __init__(self, url: str, database: sqlite3.Connection, session: aiohttp.ClientSession):
        self._url, self._database, self._session = f"{url}/bot{TOKEN}", database, session
        self._numbers, self._tickets = 0, 0
        self._queues: dict[int, list[Row]] = {}
        self._complaints: dict[int, Complaint] = {}
        """Only those whose calls are under way."""
        self._sent: list[tuple[str, int]] = []
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Poll, store, decide, store, send; until cancelled."""
        self._start(self._record())
        offset = 0
        while True:
            raws = await self._call("getUpdates", {"offset": offset, "timeout": 25, "limit": 100})
            if not raws:
                continue
            offset = raws[-1]["update_id"] + 1
            with self._database:
                rows = [(raw["update_id"], orjson.dumps(raw).decode()) for raw in raws]
                self._database.executemany("INSERT INTO inbox (id, body) VALUES (?, ?)", rows)
            for row in self._decide():
                self._enqueue(row)

    async def stopped(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _decide(self) -> list[Row]:
        """Handle what waits in the inbox, in one commit."""
        waiting = self._database.execute("SELECT id, body FROM inbox WHERE done = 0 ORDER BY id")
        rows, complaints = [], dict[int, Complaint]()
        handled = []
        for number, body in waiting.fetchall():
            update = orjson.loads(body)
            known = self._known(update, complaints)
            known, calls = react(known, update, self._tickets + 1)
            self._tickets = max(self._tickets, known.number)
            complaints[known.chat_id] = known
            handled.append((number,))
            for call in calls:
                self._numbers += 1
                row = (self._numbers, known.chat_id, call.method, dict(call.params), call.keeps)
                rows.append(row)
        with self._database:
            self._save(complaints.values())
            self._database.executemany(
                "INSERT INTO outbox (id, chat_id, method, body, keeps) VALUES (?, ?, ?, ?, ?)",
                [
                    (n, chat, how, orjson.dumps(what).decode(), keep)
                    for n, chat, how, what, keep in rows
                ],
            )
            self._database.executemany("UPDATE inbox SET done = 1 WHERE id = ?", handled)
        self._complaints.update(complaints)
        return rows

    def _known(self, update: dict[str, Any], fresh: dict[int, Complaint]) -> Complaint:
        """Find the complaint that an update is about."""
        message = update.get("message") or update["callback_query"]["message"]
        topic = message.get("message_thread_id")
        query = "SELECT body FROM states WHERE " + ("topic = ?" if topic else "chat_id = ?")
        chat_id = message["chat"]["id"]
        held = fresh.get(chat_id) or self._complaints.get(chat_id)
        if held is not None and not topic:
            return held
        row = self._database.execute(query, (topic or chat_id,)).fetchone()
        if row is None:
            return Complaint(chat_id)
        found = _complaint(row[0])
        return fresh.get(found.chat_id) or self._complaints.get(found.chat_id) or found

    def _save(self, complaints: Iterable[Complaint]) -> None:
        rows = [
            (each.chat_id, each.topic, orjson.dumps(asdict(each)).decode()) for each in complaints
        ]
        self._database.executemany(SAVED, rows)

    # -- sending -------------------------------------------------------------------------------

    def _enqueue(self, row: Row) -> None:
        queue = self._queues.get(row[1])
        if queue is None:
            self._queues[row[1]] = [row]
            self._start(self._send(row[1]))
        else:
            queue.append(row)

    async def _send(self, chat_id: int) -> None:
        """Make the calls of one complaint, one after the other."""
        queue = self._queues[chat_id]
        while queue:
            number, _, method, params, keeps = queue.pop(0)
            result = await self._call(method, filled(params, self._complaints[chat_id]))
            if keeps:
                self._complaints[chat_id] = kept(self._complaints[chat_id], keeps, result)
                with self._database:
                    self._save([self._complaints[chat_id]])
            self._sent.append((orjson.dumps(result).decode(), number))
            self._news.set()
        del self._queues[chat_id]
        del self._complaints[chat_id]

    async def _record(self) -> None:
        """Record what became of calls: all that have ended since the last commit in one."""
        while True:
            await self._news.wait()
            self._news.clear()
            sent, self._sent = self._sent, []
            with self._database:
                self._database.executemany("UPDATE outbox SET result = ? WHERE id = ?", sent)
            await asyncio.sleep(0)

    async def _call(self, method: str, params: dict[str, Any]) -> Any:
        body, headers = orjson.dumps(params), {"Content-Type": "application/json"}
        url = f"{self._url}/{method}"
        async with self._session.post(url, data=body, headers=headers) as answered:
            return orjson.loads(await answered.read())["result"]

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _complaint(body: str) -> Complaint:
    held = orjson.loads(body)
    lists = {name: tuple(value) for name, value in held.items() if isinstance(value, list)}
    return Complaint(**held | lists)


@contextlib.asynccontextmanager
async def running(url: str, file: Path) -> AsyncIterator[asyncio.Task[None]]:
    """Run the loop for as long as the block runs."""
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.executescript(TABLES)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=64), timeout=timeout
    ) as session:
        bare = Bare(url, database, session)
        loop = asyncio.create_task(bare.run())
        try:
            yield loop
        finally:
            loop.cancel()
            await bare.stopped()
    database.close()


async def main(url: str, file: str) -> None:
    """Run until SIGTERM."""
    async with running(url, Path(file)) as loop:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, loop.cancel)
        print("ready", flush=True)
        await asyncio.wait([loop])
        if not loop.cancelled():
            loop.result()


if __name__ == "__main__":
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:3]))
