"""A lean Bot API server before a desk at work: staff who look things up, customers and their words.

    python -m tests.bench.desk_server TICKETS OPEN STAFF LOOKS

First one of staff asks for lists and searches, each when the last was answered; then the customers
of the OPEN newest tickets of the group write, as many at once as there are staff, and as soon as
the group sees a word somebody answers it. The figures have the seconds of each by what it was.
"""

import itertools
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from bot.core.callbacks import pack
from tests.bench.desk_seeding import COMMON, GROUPS, card_of, chat_of, topic_of, vocabulary
from tests.bench.lean import OK, Lean, answer, run, serve
from tests.bench.mixed import WITHOUT_RESULT, result_of
from tests.mix import FIRST_ID, GROUP_ID, STAFF_ID

RELAY, ANSWER = "a customer's word to the group", "an answer to the customer"
_CHAT = {"id": GROUP_ID, "type": "supergroup", "title": "support", "is_forum": True}


def searches(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Give what each round of looking asks for, by what it is called in the table."""
    yield "`/tickets`", "/tickets"
    yield "`/tickets urgent`", "/tickets urgent"
    for language, common in COMMON.items():
        words = vocabulary(language)
        one, two = chance.sample(words, 2)
        between = "" if language == "zh" else " "
        yield f"`/find`, {language}: two words, few tickets", f"/find {one}{between}{two}"
        yield f"`/find`, {language}: in every third ticket", f"/find {common}"
        yield f"`/find`, {language}: one word of many and one of few", f"/find {common} {one}{two}"


class Desk(Lean):
    """The server's state."""

    def __init__(self, tickets: int, open_each: int, staff: int, looks: int) -> None:
        super().__init__(customers=0, steps=0, think=0.0, budget=0)
        chance = random.Random(11)
        self._looks = itertools.chain.from_iterable(searches(chance) for _ in range(looks))
        newest = range(tickets, tickets - open_each * GROUPS, -GROUPS)
        self._words = iter(newest)
        self._staff = staff
        self._asked: tuple[str, int, float] = ("", 0, 0.0)
        self._wrote: dict[int, float] = {}
        """When the customer of a ticket wrote, or was answered, by the ticket's number."""
        self._by_topic = {topic_of(number): number for number in newest}
        self._by_chat = {chat_of(number): number for number in newest}
        self.seconds: dict[str, list[float]] = {}

    def begin(self) -> None:
        """Let the first command be written."""
        self.began = time.monotonic()
        self._look()

    def _look(self) -> None:
        kind, text = next(self._looks, ("", ""))
        if not kind:
            for number in itertools.islice(self._words, self._staff):
                self._write(number)
            return
        message = self._message(_CHAT, STAFF_ID, text)
        length = len(text.partition(" ")[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        self._asked = kind, message["message_id"], time.monotonic()
        self.push({"message": message})

    def _write(self, number: int) -> None:
        chat = {"id": chat_of(number), "type": "private", "first_name": "Anna"}
        self._wrote[number] = time.monotonic()
        said = self._message(chat, chat_of(number), f"It leaks still, word{number}x")
        self.push({"message": said})

    def _reply(self, number: int) -> None:
        """Have somebody of staff answer, by a reply to the ticket's card."""
        message = self._message(_CHAT, STAFF_ID + number % self._staff, f"A new one, {number}")
        topic = {"message_thread_id": topic_of(number), "is_topic_message": True}
        bot = {"id": 123456789, "is_bot": True, "first_name": "B"}
        button = {"text": "How to answer", "callback_data": pack("t", "hint", number)}
        card = {"message_id": card_of(number), "date": 1, "chat": _CHAT, "from": bot, "text": "it"}
        card["reply_markup"] = {"inline_keyboard": [[button]]}
        self._wrote[number] = time.monotonic()
        self.push({"message": {**message, **topic, "reply_to_message": {**card, **topic}}})

    def _message(self, chat: dict[str, Any], author: int, text: str) -> dict[str, Any]:
        # As they are known: another name would change their cards.
        name = f"Mira {author - STAFF_ID}" if chat is _CHAT else f"Anna {author - FIRST_ID}"
        user = {"id": author, "is_bot": False, "first_name": name, "language_code": "en"}
        number = self.message_id()
        return {"message_id": number, "date": 1, "chat": chat, "from": user, "text": text}

    async def answered(self, method: str, params: dict[str, Any]) -> web.Response:
        """Answer, and let those who heard it go on."""
        number = self.message_id()
        if method in WITHOUT_RESULT:
            return answer(OK)
        if self._hear(method, params):
            async with self.heard:
                self.heard.notify_all()
        return answer(result_of(method, params, number))

    def _hear(self, method: str, params: dict[str, Any]) -> bool:
        """Go on when a call is what was waited for; tell whether it was."""
        chat, text = int(params.get("chat_id") or 0), str(params.get("text", ""))
        if chat != GROUP_ID:
            ticket = self._by_chat.get(chat)
            if ticket is None or (f"A new one, {ticket}" not in text and method != "copyMessage"):
                return False
            self._note(ANSWER, self._wrote.pop(ticket))
            for number in itertools.islice(self._words, 1):
                self._write(number)
            return True
        kind, asked, at = self._asked
        if asked and (params.get("reply_parameters") or {}).get("message_id") == asked:
            self._asked = "", 0, 0.0
            self._note(kind, at)
            self._look()
            return True
        ticket = self._by_topic.get(int(params.get("message_thread_id") or 0))
        if ticket is None or f"word{ticket}x" not in text or ticket not in self._wrote:
            return False
        self._note(RELAY, self._wrote.pop(ticket))
        self._reply(ticket)
        return True

    def _note(self, kind: str, since: float) -> None:
        now = time.monotonic()
        self.seconds.setdefault(kind, []).append(now - since)
        self.replies.append(now)

    def figures(self) -> dict[str, Any]:
        """Give the seconds by what they were of, too."""
        return {**super().figures(), "seconds": self.seconds}


async def main(tickets: str, open_each: str, staff: str, looks: str) -> None:
    """Serve as the command line says."""
    await serve(Desk(int(tickets), int(open_each), int(staff), int(looks)))


if __name__ == "__main__":
    run(main(*sys.argv[1:5]))
