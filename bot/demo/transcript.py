"""The protocol of the script: every message, press and reaction, as somebody sees it, and when."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.demo import business
from bot.demo.stage import Stage

Say = Callable[[str], None]
WIDTH = 100
LINE, END = "line", "end"
"""Events of the transcript's own: a line printed between what happens, and that no more comes."""


class Transcript:
    """Prints who sees what, when, as it happens."""

    def __init__(self, stage: Stage, say: Say) -> None:
        self._stage, self._say = stage, say
        self._names = {stage.people[a.key].id: a.first_name for a in business.CAST}
        self._queue = stage.sandbox.server.world.hub.listen()
        self._topics: dict[int, str] = {}
        self._said: dict[tuple[str, int], str] = {}
        """What each message says, by chat and number."""

    async def run(self) -> None:
        """Print until `end` is called, all that has happened before that included."""
        while (event := await self._queue.get())["event"] != END:
            if event["event"] in ("message", "message_edited"):
                self._message(event["message"], edited=event["event"] == "message_edited")
            elif event["event"] in ("topic_created", "topic_edited"):
                self._topics[event["topic"]["id"]] = event["topic"]["name"]
            elif event["event"] == "button_pressed":
                self._press(event)
            elif event["event"] == "message_reaction":
                self._reaction(event["message"])
            elif event["event"] == LINE:
                self._say(event["text"])

    def say(self, line: str) -> None:
        """Print a line after all that has happened before."""
        self._queue.put_nowait({"event": LINE, "text": line})

    def end(self) -> None:
        """Print no more than what has happened before."""
        self._queue.put_nowait({"event": END})

    def _line(self, mark: str, who: str, what: str, moment: float) -> None:
        here = datetime.fromtimestamp(moment, UTC).astimezone(business.ZONE)
        head = f"{here:%a %d %b %H:%M}  {who:<28} {mark} "
        first, *rest = textwrap.wrap(what.replace("\n", " ⏎ "), WIDTH) or [""]
        self._say(head + first)
        for line in rest:
            self._say(" " * len(head) + line)

    def _place(self, message: dict[str, Any]) -> str:
        owner = self._names.get(_other_side(message), "")
        if owner:
            return f"{owner}'s chat"
        return self._topics.get(message["topic"] or 0, business.GROUP_TITLE)[:26]

    def _message(self, message: dict[str, Any], *, edited: bool) -> None:
        author = message["from"]
        name = "Verso" if author["is_bot"] else author["name"]
        text = message["text"] or message["caption"] or ""
        place = message["chat"], message["id"]
        before, self._said[place] = self._said.get(place), text
        if message["kind"] == "service" or (edited and not message["buttons"] and text == before):
            return  # of an old message only the buttons were taken away
        if message["kind"] != "text":
            text = f"[{message['kind']}] {text}"
        labels = [button["text"] for row in message["buttons"] for button in row]
        if labels:
            text += "  " + " ".join(f"[{label}]" for label in labels)
        how = "~" if edited else ":"
        moment = message["edited"] if edited and message["edited"] else message["date"]
        self._line(f"{name}{how}", self._place(message), text, moment)

    def _press(self, event: dict[str, Any]) -> None:
        shown = self._label(event)
        name = self._names.get(event["user"], "?")
        moment = self._stage.sandbox.server.world.clock.timestamp()
        self._line(f"{name} presses", "", f"[{shown}]", moment)

    def _label(self, event: dict[str, Any]) -> str:
        chat = self._stage.sandbox.server.world.chats[event["chat"]]
        found = chat.messages.get(event["message_id"])
        rows = found.body.get("reply_markup", {}).get("inline_keyboard", []) if found else []
        labels = [b["text"] for row in rows for b in row if b.get("callback_data") == event["data"]]
        return str(labels[0] if labels else event["data"])

    def _reaction(self, message: dict[str, Any]) -> None:
        marks = " ".join(message["reactions"])
        if marks:
            text = message["text"] or message["caption"] or message["kind"]
            moment = self._stage.sandbox.server.world.clock.timestamp()
            self._line(marks, self._place(message), f"on “{text[:60]}”", moment)


def _other_side(message: dict[str, Any]) -> int:
    chat = str(message["chat"])
    digits = chat.rpartition(":")[2].rpartition("/")[2]
    return int(digits) if digits.lstrip("-").isdigit() else 0
