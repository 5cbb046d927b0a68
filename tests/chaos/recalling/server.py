"""A Bot API server with the owners in it, who press what they are shown; and its refusals."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from tests.bench.lean import OK, Lean, answer
from tests.chaos.recalling.clock import SharedClock
from tests.chaos.recalling.plan import ADMIN, TEXTS, Cast, Owner

OPENS, CLOSES = 10, 20
"""Hours of the day in which nobody sleeps, by the shipped configuration."""
ANSWER_SECONDS = (0.002, 0.03)
"""A message has arrived for so long before that is said: a kill comes between."""
THINK_SECONDS = (0.01, 0.12)
MOST_PRESSES = 40
"""Somebody who still has no time then comes another day."""
REFUSED = {
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "gone": (403, "Forbidden: user is deactivated"),
    "refused": (400, "Bad Request: PEER_ID_INVALID"),
}
TITLES = {
    (language, text.partition("\n")[0]): number
    for number, texts in TEXTS.items()
    for language, text in texts.items()
}
Buttons = dict[str, int]
"""What is below a message: each button's data, and the message."""


@dataclass
class Seen:
    """What somebody has seen and pressed."""

    told: Counter[int] = field(default_factory=Counter)
    """How often each round of the recall arrived."""
    at_night: list[datetime] = field(default_factory=list)
    """Their clock, where a round arrived while they sleep."""
    screen: str = ""
    """What they were told last of a time."""
    has_time: bool = False
    """Whether that says that a time is theirs."""
    awaits: str = ""
    """The button that they pressed, as long as nothing came of it."""
    presses: int = 0
    settled: bool = False
    """Whether they want nothing more than what they have."""


class Owners(Lean):
    """The server, and everybody who has a chat with the bot."""

    def __init__(self, cast: Cast, clock: SharedClock) -> None:
        super().__init__(0, 0, 0.0, 0)
        self.cast, self.clock = cast, clock
        self.owners = {chat: owner for owner in cast.owners for chat in owner.chats}
        self.seen = {owner.number: Seen() for owner in cast.owners}
        self.gone = {each.chats[-1]: _why(each) for each in cast.owners if _why(each)}
        """The chats that take nothing, and why."""
        self.done: Counter[str] = Counter()
        self.dice = cast.plan.chance("server")
        self.calm = False
        """Whether nothing is refused for a moment any more."""
        self._presses: dict[str, int] = {}
        """Who pressed, by the press."""

    @property
    def told(self) -> int:
        """How many messages of any round have arrived."""
        return sum(seen.told.total() for seen in self.seen.values())

    def awaiting(self) -> list[int]:
        """Those who pressed something of which nothing came."""
        return [number for number, seen in self.seen.items() if seen.awaits]

    # -- what the bot calls ------------------------------------------------------------------------

    async def answered(self, method: str, params: dict[str, Any]) -> web.Response:
        """Answer a call, sometimes with a refusal, sometimes with trouble after it arrived."""
        if method == "answerCallbackQuery":
            self._answered(params)
            return answer(OK)
        if method not in ("sendMessage", "editMessageText"):
            return answer(OK)
        chat = int(params["chat_id"])
        refused = self._refused(chat)
        if refused is not None:
            self.done[f"{refused[0]} {refused[1]}"] += 1
            return _refusal(*refused)
        number = int(params.get("message_id") or self.message_id())
        if chat in self.owners:
            self._read(self.owners[chat], chat, number, params)
        await asyncio.sleep(self.dice.uniform(*ANSWER_SECONDS))
        if self._in_trouble() and chat in self.owners:
            self.done["502 after it arrived"] += 1
            return web.Response(status=502, text="Bad Gateway")
        where = {"id": chat, "type": "private", "first_name": "C"}
        message = {"message_id": number, "date": self._date(), "chat": where, "text": "x"}
        return answer(orjson.dumps({"ok": True, "result": message}))

    def _refused(self, chat: int) -> tuple[int, str] | None:
        if chat in self.gone:
            return REFUSED[self.gone[chat]]
        if chat in self.owners and self._in_trouble():
            return self.dice.choice([(429, "Too Many Requests: retry after 1"), (500, "Internal")])
        return None

    def _in_trouble(self) -> bool:
        return not self.calm and self.dice.random() < self.cast.plan.trouble

    def _date(self) -> int:
        return int(self.clock.now().timestamp())

    # -- what owners read and press ----------------------------------------------------------------

    def _read(self, owner: Owner, chat: int, number: int, params: dict[str, Any]) -> None:
        seen, text = self.seen[owner.number], str(params.get("text", ""))
        buttons = dict.fromkeys(_buttons(params), number)
        if any(data.startswith("v:gone:") for data in buttons):  # times have the title, too
            for (language, title), told in TITLES.items():
                if language == owner.language and f"\n{title}\n" in text:
                    self._told(owner, seen, told)
        if any(data.startswith("d:") for data in buttons):
            seen.screen = text
            seen.has_time = any(data.startswith(("d:drop:", "d:give:")) for data in buttons)
        seen.awaits = ""
        wanted = self._wanted(owner, seen, list(buttons))
        if wanted and seen.presses < MOST_PRESSES:
            seen.presses += 1
            seen.awaits = wanted
            again = 1 + (wanted.startswith("d:book") and owner.chance.random() < 0.1)
            for _ in range(again):  # some press twice
                delay = owner.chance.uniform(*THINK_SECONDS)
                asyncio.get_running_loop().call_later(
                    delay, self.press, chat, wanted, buttons[wanted]
                )

    def _told(self, owner: Owner, seen: Seen, told: int) -> None:
        seen.told[told] += 1
        theirs = self.clock.now().astimezone(ZoneInfo(owner.zone))
        if not OPENS <= theirs.hour < CLOSES:
            seen.at_night.append(theirs)

    def _wanted(self, owner: Owner, seen: Seen, offered: list[str]) -> str:
        """The button that somebody presses next; empty: none."""
        by = {data.split(":")[0] + ":" + data.split(":")[1]: data for data in offered}
        chance = owner.chance
        if "d:book" in by or "d:give" in by:
            return by.get("d:book") or by["d:give"]
        for step in ("d:sure", "d:times", "d:days"):
            found = [data for data in offered if data.startswith(f"{step}:")]
            if found:  # half of them want the first that is free, as their neighbours do
                return found[0] if chance.random() < 0.5 else chance.choice(found)
        if "d:drop" in by:
            return self._content(seen, by, chance.random())
        if "v:mine" in by:
            return by["v:mine"] if chance.random() < 0.4 else ""
        if "d:open" in by:
            return by["d:open"] if not seen.settled and chance.random() < 0.6 else ""
        if seen.settled or owner.wish == "silent":
            return ""
        seen.settled = owner.wish == "part"
        return by.get("v:time" if owner.wish == "choose" else "v:gone", "")

    def _content(self, seen: Seen, by: dict[str, str], luck: float) -> str:
        """What somebody does who has a time: keeps it, changes it, or gives it back."""
        if seen.settled or luck < 0.65:
            seen.settled = True
            return ""
        return by["d:drop"] if luck < 0.85 else by["d:open"]

    def _answered(self, params: dict[str, Any]) -> None:
        owner = self._presses.pop(str(params["callback_query_id"]), None)
        if owner is not None and params.get("text"):
            self.seen[owner].awaits = ""  # a word over the chat is all that comes of it
            self.done["words over the chat"] += 1

    # -- what people do ----------------------------------------------------------------------------

    def press(self, chat: int, data: str, message: int = 1) -> None:
        """Have somebody press a button."""
        number = self.message_id()
        if chat in self.owners:
            self._presses[str(number)] = self.owners[chat].number
        self.done["presses"] += 1
        self.push(
            {
                "callback_query": {
                    "id": str(number),
                    "from": self._user(chat),
                    "message": self._message(chat, message) | {"text": "x"},
                    "chat_instance": "1",
                    "data": data,
                }
            }
        )

    def write(self, chat: int, text: str) -> None:
        """Have somebody write."""
        message = self._message(chat, self.message_id()) | {"text": text}
        if text.startswith("/"):
            command = {"type": "bot_command", "offset": 0, "length": len(text)}
            message["entities"] = [command]
        self.push({"message": message | {"from": self._user(chat)}})

    def come_back(self, owner: Owner) -> None:
        """Have somebody lift their block, and take messages from now on."""
        self.gone.pop(owner.chat, None)
        bot = {"id": 123456789, "is_bot": True, "first_name": "B", "username": "bench_bot"}
        self.push(
            {
                "my_chat_member": {
                    "chat": self._chat(owner.chat),
                    "from": self._user(owner.chat),
                    "date": self._date(),
                    "old_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
                    "new_chat_member": {"status": "member", "user": bot},
                }
            }
        )
        self.done["came back"] += 1

    def _message(self, chat: int, number: int) -> dict[str, Any]:
        return {"message_id": number, "date": self._date(), "chat": self._chat(chat)}

    def _chat(self, chat: int) -> dict[str, Any]:
        return {"id": chat, "type": "private", "first_name": "C"}

    def _user(self, chat: int) -> dict[str, Any]:
        language = "en" if chat == ADMIN else self.owners[chat].language
        return {"id": chat, "is_bot": False, "first_name": "C", "language_code": language}


def _why(owner: Owner) -> str:
    """Why the last chat of somebody takes nothing; empty: it does."""
    blocked = {"blocked", "returning", "second"}
    return "blocked" if owner.kind in blocked else owner.kind if owner.kind in REFUSED else ""


def _buttons(params: dict[str, Any]) -> list[str]:
    markup = params.get("reply_markup") or {}
    if isinstance(markup, str):
        markup = json.loads(markup)
    rows = markup.get("inline_keyboard", ())
    return [each["callback_data"] for row in rows for each in row if "callback_data" in each]


def _refusal(code: int, description: str) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if code == 429:
        body["parameters"] = {"retry_after": 1}
    return answer(orjson.dumps(body), code)
