"""A story as it is read: what people wrote and pressed, what the bot said and drew."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.world import World

BOT = "Lumen Tea"


@dataclass
class Telling:
    """What one person and the bot say to each other, as Markdown, with the pictures sent."""

    w: World
    name: str
    who: str
    """The person."""
    customers: list[Any] = field(default_factory=list)
    """Others in Telegram who have a part in it."""
    lines: list[str] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    """PNG by the name of its file."""
    seen: int = 0
    """The number of the last change in the chat that was read."""

    @property
    def text(self) -> str:
        """The whole story."""
        return "\n".join(self.lines).strip() + "\n"

    def tell(self, words: str) -> None:
        """Say what happens beside the chat."""
        self.lines += [words, ""]

    async def writes(self, text: str, kind: str = "text") -> None:
        """The person writes, and reads what comes of it."""
        message = await self.w.admin.say(self.w.bot, text)
        self.seen = max(self.seen, message.seq)
        self.lines += [f"**{self.who}:** {text}", ""]
        await self.reads(kind)

    async def presses(self, data: str, kind: str = "text") -> None:
        """The person presses the newest button with these data, and reads what comes of it."""
        message, label = await self._button(data)
        pressed = await self.w.admin.press(message, data=data)
        self.lines += [f"**{self.who}** presses **[{label}]**", ""]
        answer = await self.w.admin.wait_for_answer(pressed)
        if answer["text"]:
            self.lines += [f"({BOT}, over the chat: {answer['text']})", ""]
        await self.reads(kind)

    async def _button(self, data: str) -> tuple[Any, str]:
        for message in reversed(await self.w.admin.messages(self.w.bot)):
            for button in (each for row in message.buttons for each in row):
                if button.get("callback_data") == data:
                    return message, button["text"]
        raise LookupError(f"no button {data!r} is there")

    async def reads(self, kind: str = "text") -> None:
        """Put down what the bot has said since, as far as to a message of this kind."""
        await self.w.admin.wait_for(
            self.w.bot, where=lambda m: m.from_bot and m.kind == kind, after=self.seen
        )
        await self.w.quiet()
        for message in await self.w.admin.messages(self.w.bot, after=self.seen):
            self.seen = max(self.seen, message.seq)
            if message.from_bot:
                self.lines += [f"**{BOT}:**", "", *await self._shown(message), ""]

    async def skips(self) -> None:
        """Leave out of the story what the bot has said since."""
        await self.w.quiet()
        messages = await self.w.admin.messages(self.w.bot, after=self.seen)
        self.seen = max([self.seen, *(message.seq for message in messages)])

    async def _shown(self, message: Any) -> list[str]:
        lines = []
        if message.kind == "photo":
            file = f"{self.name}-{len(self.pictures) + 1}.png"
            stored = message.view["media"]["file_id"]
            self.pictures[file] = await self.w.sandbox.read_file(stored)
            title = " ".join(message.text.split("\n")[:2])
            lines = [f"> ![{title}](../images/{file})", ">"]
        elif message.kind == "document":
            lines = [f"> *{message.view['media']['file_name']}*", ">"]
        lines += [f"> {line}  ".rstrip() + "  " if line else ">" for line in _lines(message.text)]
        return [*lines, *_buttons(message)]


def _lines(text: str) -> Iterator[str]:
    """Lines of which Markdown makes no marks."""
    for line in text.split("\n"):
        yield line.replace("*", r"\*").replace("_", r"\_").replace("<", r"\<")


def _buttons(message: Any) -> list[str]:
    rows = [" ".join(f"`[{each['text']}]`" for each in row) for row in message.buttons]
    return [">", *(f"> {row}  " for row in rows)] if rows else []
