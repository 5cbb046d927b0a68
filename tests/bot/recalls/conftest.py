"""A desk, an admin and owners of a kettle, with everything that Verso handles."""

from typing import Any

import pytest

from bot import wiring
from bot.core.work import Work
from flows.config import Receiver, load_config
from flows.entities import Account, Customer, CustomerId, Event, EventId
from storage.database import Database
from storage.ids import new_id
from tests.bot.desk.world import (
    ADMIN,
    ANNA,
    BORIS,
    CLARA,
    CONFIG,
    FORUM,
    NAMES,
    NOW,
    World,
    make_world,
)

OLEG, MING = 502, 503
LUCIA = 504
RULES = f"""
products:
  - {{id: kettle, title: {{en: The kettle, ru: Чайник, zh: 水壶}}}}
  - {{id: tin, title: {{en: The tin, ru: Банка, zh: 茶罐}}}}
segments:
  - {{id: owners, title: {{en: Kettle owners, ru: Владельцы, zh: 水壶用户}}, product: [kettle]}}
roles: {{senior: [{CLARA}]}}
places:
  - id: workshop
    title: {{en: The workshop, ru: Мастерская, zh: 工坊}}
    slots: {{days: tue, from: "10:00", to: "11:00", capacity: 1}}
"""
ENGLISH = (
    "The lid of your kettle\n\nThe lid can come off while you pour.\n\nWe put on another lid.\n\n"
    "You get a kettle of ours until then.\n\nWe descale it, too."
)
RUSSIAN = (
    "Крышка вашего чайника\n\nКрышка может соскочить.\n\nМы поставим другую крышку.\n\n"
    "А пока вам дадут наш чайник."
)


class Recalling:
    """People around a recall."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def owner(
        self, name: str, chat: int, language: str, *, linked: bool = True, product: str = "kettle"
    ) -> Customer:
        """Somebody who bought a kettle."""
        made = Customer(CustomerId(new_id()), f"C-{chat}", NOW, name=name, language=language)
        bought = Event(
            EventId(new_id()), f"e-{chat}", made.id, "purchase", NOW, NOW, product=product
        )

        async def action(work: Work) -> None:
            work.unit.add(made)
            work.unit.add(bought)
            if linked:
                work.unit.add(Account(chat, made.id, NOW, language_code=language))

        await self.world.do(action)
        return made

    async def says(self, person: int, text: str, name: str = "Anna") -> list[str]:
        """Somebody writes in private; what they read then."""
        seen = len(self.world.sent)
        message: dict[str, Any] = {
            "message_id": next(self.world._ids),
            "date": int(self.world.now.timestamp()),
            "chat": {"id": person, "type": "private", "first_name": name},
            "from": {"id": person, "is_bot": False, "first_name": NAMES.get(person, name)},
            "text": text,
        }
        if text.startswith("/"):
            command = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
            message["entities"] = [command]
        await self.world.update(message=message)
        await self.world.deliver()
        return self.world.texts(person, seen)

    def buttons(self, chat: int) -> dict[str, str]:
        """All buttons that reached a chat, the newest of each label."""
        found = {}
        for sent in self.world.to(chat):
            for row in sent.params.get("reply_markup", {}).get("inline_keyboard", []):
                found |= {each["text"]: each["callback_data"] for each in row}
        return found

    async def presses(self, person: int, label: str, chat: int | None = None) -> str:
        """Somebody presses a button; the word over the chat, or else what they read."""
        chat = chat or person
        seen = len(self.world.sent)
        answer = await self.world.press(self.buttons(chat)[label], by=person, chat=chat)
        await self.world.deliver()
        return str(answer.get("text", "")) or "\n".join(self.world.texts(chat, seen))

    async def begun(self) -> str:
        """A recall of the kettle, written and begun by the admin; what is said then."""
        await self.says(ADMIN, "/recalls")
        for label in ("New recall", "Who got a product", "The kettle", "At any time"):
            await self.presses(ADMIN, label)
        for tongue, text in (("English", ENGLISH), ("Russian", RUSSIAN)):
            await self.presses(ADMIN, f"✍ Text: {tongue}")
            await self.says(ADMIN, text)
        for label in ("Places and times", "The workshop", "Back", "Tell them…"):
            await self.presses(ADMIN, label)
        return await self.presses(ADMIN, "Yes, tell them")

    async def told(self) -> None:
        """Let everybody be told who can be."""
        await self.world.fire()
        await self.world.deliver()


@pytest.fixture
async def recalling(database: Database) -> Recalling:
    """A group with staff, and three owners: two here, one who never came."""
    world = await make_world(database)
    world.application.handlers.clear()
    for handler in wiring.handlers():
        world.application.add_handler(handler)
    crm = Receiver(id="crm", url="https://crm.example/verso", secret="CRM_SECRET")
    config = load_config(CONFIG + RULES).model_copy(update={"webhooks": (crm,)})
    world.services.config = config
    await world.group()
    made = Recalling(world)
    await made.owner("Anna", ANNA, "en")
    await made.owner("Олег", OLEG, "ru")
    await made.owner("Ming", MING, "zh", linked=False)
    await made.owner("Lucia", LUCIA, "zh", product="tin")
    return made


__all__ = ["ADMIN", "ANNA", "BORIS", "CLARA", "FORUM", "LUCIA", "MING", "OLEG"]
