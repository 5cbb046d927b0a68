"""Granting in the ticket: at once, above a limit, done, taken back; codes; both sides read it."""

from typing import Any

import pytest

from bot.book import pages
from bot.core.events import RemedyCancelled, RemedyGranted
from bot.core.work import Work
from bot.identity.accounts import Visitor
from bot.identity.erasure import forget
from bot.recovery import choosing, pools
from flows.entities import Customer, LineKind, Remedy
from flows.entities.kinds import Purpose
from storage.repositories.base import all_of
from tests.bot.desk.world import ADMIN, ANNA, BORIS, CLARA, FORUM, NOW, OTHER, Sent, World
from tests.bot.making import services
from tests.bot.serving import AUTH, problem, serving
from tests.databases import on_both

VISITOR = Visitor(ANNA, "Анна", "", "ru")


class Desk:
    """A world with one complaint of a Russian reader, and what is pressed at it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard: list[object] = []

    async def remedies(self) -> list[Remedy]:
        ticket = await self.world.ticket(1)
        found: list[Remedy] = await self.world.read(lambda unit: unit.remedies.of_ticket(ticket.id))
        return found

    def button(self, label: str) -> tuple[str, int]:
        """The newest button of the group that begins so, and its message."""
        for sent in reversed(self.world.to(FORUM)):
            rows = sent.params.get("reply_markup", {}).get("inline_keyboard", [])
            for each in (each for row in rows for each in row):
                if label in each["text"]:
                    return each["callback_data"], sent.message_id or 0
        raise LookupError(label)

    async def press(self, label: str, by: int = BORIS) -> str:
        data, message = self.button(label)
        answered = await self.world.press(data, by=by, message=message)
        await self.world.deliver()
        return str(answered.get("text", ""))

    async def write(self, text: str, by: int = BORIS, to: int | None = None) -> str:
        before = len(self.world.sent)
        await self.world.write(text, by=by, to=to)
        await self.world.deliver()
        return "\n".join(self.world.texts(FORUM, before))

    def prompt(self) -> int:
        found = [s for s in self.world.to(FORUM) if s.row.purpose == Purpose.PROMPT]
        return found[-1].message_id or 0

    def card(self) -> str:
        found = [s for s in self.world.to(FORUM) if s.row.purpose == Purpose.CARD]
        return found[-1].text

    async def page(self) -> str:
        ticket = await self.world.ticket(1)
        assert await self.world.do(lambda work: pages.page(work, VISITOR, ticket.id))
        await self.world.deliver()
        return self.world.to(ANNA)[-1].text

    async def lines(self) -> list[tuple[LineKind, int]]:
        async def read(unit: Any) -> list[tuple[LineKind, int]]:
            return [(each.kind, each.amount) async for each in unit.ledger.lines(["support"], 99)]

        found: list[tuple[LineKind, int]] = await self.world.read(read)
        return found


@pytest.fixture
async def desk(world: World) -> Desk:
    await world.group()
    made = Desk(world)

    async def hear(work: Work, event: Any) -> None:
        made.heard.append(event)

    subscribers = dict(world.services.subscribers)
    world.services.subscribers = {**subscribers, RemedyGranted: (hear,), RemedyCancelled: (hear,)}
    person = await world.customer("Анна", ANNA, language="ru")
    await world.complain(person, "Банка помята.", chat=ANNA)
    return made


def _last(world: World, chat: int = ANNA) -> Sent:
    return world.to(chat)[-1]


@on_both
async def test_granted_within_the_limits_promised_done_and_on_both_sides(desk: Desk) -> None:
    world = desk.world
    assert await desk.press("Remedy") == "Below."
    menu = world.to(FORUM)[-1]
    assert "What makes #1 right" in menu.text
    data, message = desk.button("A new tin (€9.00)")
    # Two press at once: one grants, the other reads who did.
    assert (await world.press(data, by=BORIS, message=message))["text"] == (
        "Granted. The customer knows."
    )
    assert (await world.press(data, by=CLARA, message=message))["text"] == (
        "It is granted already, by Boris."
    )
    await world.deliver()
    assert _last(world).text == (
        "Boris исправляет #1:\nНовая банка\nБудет у вас до вт 5 мая, 10:30."
    )
    [event] = desk.heard
    assert isinstance(event, RemedyGranted)
    assert (event.line.amount, event.line.staff_id) == (900, BORIS)
    ticket = await world.ticket(1)
    assert (ticket.owner_name, ticket.first_response_at) == ("Boris", NOW)
    await world.later(seconds=2)
    assert "R1: A new tin (€9.00), Boris · until Tue 5 May, 10:30" in desk.card()
    assert "Для вас: Новая банка, до вт 5 мая, 10:30" in await desk.page()
    await world.later(hours=24)
    await world.later(hours=1)
    reminders = [text for text in world.texts(FORUM) if "was promised by now" in text]
    assert len(reminders) == 1
    assert await desk.press("Done") == "Done. The customer knows."
    assert _last(world).text.startswith("Новая банка: сделано (#1).")
    assert await desk.press("Done") == "It is done already; Boris granted it."
    assert "сделано 5 мая 2026" in await desk.page()
    assert await desk.lines() == [(LineKind.GRANT, 900)]


async def test_above_a_limit_a_second_person_decides_once_with_the_reason(desk: Desk) -> None:
    world = desk.world
    said = await desk.write("/remedy 1 refund 30 EUR")
    assert "Money back (€30.00) is above what one may grant alone (€20.00) by €10.00" in said
    assert (await desk.remedies())[0].state == "offered"
    said = await desk.write("the lid broke twice", to=desk.prompt())
    assert "Boris wants to grant R1: Money back (€30.00)" in said
    assert "the lid broke twice" in said
    assert not desk.heard
    refused = await desk.press("Allow it", by=CLARA)
    assert "is for seniors" in refused
    data, message = desk.button("Allow it")
    assert (await world.press(data, by=ADMIN, message=message))["text"].startswith("Granted.")
    assert "already, by Ada" in (await world.press(data, by=ADMIN, message=message))["text"]
    await world.deliver()
    assert "Boris wanted it, Ada allowed it." in world.texts(FORUM)[-1]
    assert _last(world).text == "Boris исправляет #1:\nВозврат (30,00 €)".replace(" €", "\u00a0€")
    # What one customer gets is a limit, too; a senior says no, and the customer hears nothing.
    await desk.write("/remedy 1 tin")
    before = len(world.to(ANNA))
    said = await desk.write("/remedy 1 refund 15 sorry")
    assert "what one customer gets (€40.00) by €14.00" in said
    assert await desk.press("Do not", by=ADMIN) == "Not granted."
    assert [each.state for each in await desk.remedies()] == ["granted", "granted", "refused"]
    assert len(world.to(ANNA)) == before
    assert "Ada did not allow it." in await desk.press("Allow it", by=ADMIN)


@on_both
async def test_taken_back_by_a_second_line_that_frees_the_limit(desk: Desk) -> None:
    world = desk.world
    await desk.write("/remedy 1 refund 12,50 € мятая банка")
    own = await desk.write("/ledger")
    assert "2026-05 · €12.50 (1 grant)" in own
    assert "Left of this month: €37.50 of €50.00" in own
    assert "is for seniors" in await desk.press("Take back", by=CLARA)
    await desk.press("Take back", by=ADMIN)
    await desk.write("it was the wrong customer", by=ADMIN, to=desk.prompt())
    assert "всё-таки не получится" in _last(world).text
    assert "wrong customer" not in _last(world).text
    assert "It was taken back by Ada." in await desk.write("again", by=ADMIN, to=desk.prompt())
    assert sorted(await desk.lines()) == [(LineKind.GRANT, 1250), (LineKind.REVERSAL, -1250)]
    assert [type(each) for each in desk.heard] == [RemedyGranted, RemedyCancelled]
    assert "Left of this month: €50.00 of €50.00" in await desk.write("/ledger")
    team = await desk.write("/ledger", by=ADMIN)
    assert "What the team granted" in team
    await desk.write("/ledger csv", by=ADMIN)
    file = world.to(FORUM)[-1].file
    assert file is not None
    text = file.content.decode("utf-8-sig")
    assert text.count("\n") == 3
    assert ",-12.50,EUR,refund,support,Ada," in text


@on_both
async def test_codes_are_drawn_once_and_an_empty_pool_grants_nothing(desk: Desk) -> None:
    world = desk.world
    said = await desk.write("/remedy 1 code")
    assert "no code left in its pool" in said
    assert (await desk.remedies())[0].state == "offered"
    assert await desk.lines() == []
    assert [t for t in world.texts(ADMIN) if "has no code left" in t]

    async def fill(work: Work) -> None:
        assert await pools.fill(work.unit, "sorry", ["A-1", "B-2"], work.now) == {"A-1", "B-2"}
        assert await pools.fill(work.unit, "sorry", ["B-2"], work.now) == set()

    await world.do(fill)
    await desk.write("/remedy 1 code")
    assert _last(world).text.endswith("Ваш код: A-1")
    assert not any("A-1" in text for text in world.texts(FORUM) + world.texts(ADMIN))
    assert "ваш код A-1" in await desk.page()
    assert [t for t in world.texts(ADMIN) if "has 1 code left" in t]
    await desk.press("Take back", by=ADMIN)
    await desk.write("a slip", by=ADMIN, to=desk.prompt())
    await desk.write("/remedy 1 code")
    assert _last(world).text.endswith("Ваш код: B-2"), "what was shown is not drawn again"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/remedy 1 refund", "I found no amount"),
        ("/remedy 1 refund -5", "more than nothing"),
        ("/remedy 1 refund 1.234", "I am not sure which amount"),
        ("/remedy 1 refund 5 XYZ", "In which currency"),
        ("/remedy 1 flowers", "flowers is none of what fits here"),
        ("/remedy 99 tin", "99"),
    ],
)
async def test_what_makes_no_sense_does_nothing(desk: Desk, typed: str, says: str) -> None:
    said = await desk.write(typed)
    assert says in said
    assert await desk.lines() == []


async def test_forged_and_foreign_buttons_do_nothing(desk: Desk) -> None:
    await desk.press("Remedy")
    [remedy] = await desk.remedies()
    world = desk.world
    for data in ("m:give:zz:tin", "m:give", "m:nonsense:1", f"m:give:{'z' * 13}:tin"):
        assert (await world.press(data)).get("text")
    await world.group(-1002, "tasting", forum=False)
    data, _ = desk.button("A new tin")
    assert (await world.press(data, chat=-1002)).get("show_alert")
    assert await desk.lines() == []
    assert remedy.state == "offered"


@on_both
async def test_systems_say_done_and_it_is_said_once(desk: Desk) -> None:
    world = desk.world
    await desk.write("/remedy 1 call")
    [remedy] = await desk.remedies()
    before = len(world.sent)
    given = services()
    given.words, given.config = world.services.words, world.services.config
    given.groups = world.services.groups
    async with serving(world.database, given) as client:
        client.session.headers.update(AUTH)
        for _ in range(2):
            response = await client.post(f"/api/v1/remedies/{remedy.id}/done")
            assert (response.status, (await response.json())["state"]) == (200, "done")
        for unknown in ("1", "x", "9" * 19, "%D9%A3"):
            missing = await client.post(f"/api/v1/remedies/{unknown}/done")
            await problem(missing, 404, "unknown-remedy")
        await desk.press("Take back", by=ADMIN)
        await desk.write("a slip", by=ADMIN, to=desk.prompt())
        late = await client.post(f"/api/v1/remedies/{remedy.id}/done")
        await problem(late, 409, "remedy-state")
    await world.deliver()
    told = [text for text in world.texts(ANNA, before) if "сделано" in text]
    assert told == ["Звонок: сделано (#1). Если чего-то не хватает, напишите сюда."]


@on_both
async def test_whoever_was_forgotten_gets_nothing_and_leaves_no_reason(desk: Desk) -> None:
    world = desk.world
    await desk.write("/remedy 1 refund 5 EUR Анна просила")

    async def erase(work: Work) -> None:
        [customer] = await work.unit.find(Customer, all_of(Customer))
        await forget(work.unit, work.services, customer, work.now)

    await world.do(erase)
    [remedy] = await desk.remedies()
    assert (remedy.reason, remedy.amount, remedy.state) == ("", 500, "granted")
    assert "was forgotten" in await desk.write("/remedy 1 call")
    assert await desk.lines() == [(LineKind.GRANT, 500)]


async def test_a_customer_who_is_trusted_chooses_and_old_buttons_say_how_it_stands(
    world: World,
) -> None:
    await world.group()
    person = await world.customer("Анна", ANNA, language="ru")
    desk, told = Desk(world), {"severity": 2, "conversation_id": 5}
    await world.complain(person, "Банка помята.", chat=ANNA, **told)
    assert not [text for text in world.texts(ANNA) if "можно сразу выбрать" in text]
    await world.later(seconds=2)
    offer = world.to(ANNA)[-1]
    assert offer.text == "По #1 можно сразу выбрать:"
    rows = offer.params["reply_markup"]["inline_keyboard"]
    assert [each["text"] for row in rows for each in row] == ["Новая банка", "Другое"]
    [remedy] = await desk.remedies()

    async def choose(option: str, visitor: Visitor = VISITOR) -> bool:
        number = offer.message_id
        chosen: bool = await world.do(
            lambda work: choosing.choose(work, visitor, remedy.id, option, number)
        )
        await world.deliver()
        return chosen

    assert not await choose("tin", Visitor(777, "Eve")), "it is nobody else's"
    assert await choose("refund"), "what is not offered is said to be so"
    assert await desk.lines() == []
    assert await choose("tin")
    assert "Мы исправляем #1:\nНовая банка\nБудет у вас до вт 5 мая, 10:30." in world.texts(ANNA)
    assert "The customer chose R1: A new tin (€9.00)" in "\n".join(world.texts(FORUM))
    assert await choose("tin")
    assert await choose("-")
    assert "Для вас: Новая банка, до вт 5 мая, 10:30" in world.texts(ANNA)[-1]
    assert await desk.lines() == [(LineKind.GRANT, 900)]
    # A second failure is a person's to make good.
    await world.write("/resolve #1 A new tin.")
    await world.complain(person, "Снова помята.", chat=ANNA, **told)
    await world.later(seconds=2)
    assert len([text for text in world.texts(ANNA) if "можно сразу выбрать" in text]) == 1


async def test_the_team_that_mends_it_reads_the_words_and_the_customer_hears_who(
    desk: Desk,
) -> None:
    world = desk.world
    await world.group(OTHER, "tasting", forum=False)
    await desk.write("/remedy 1 tin")
    assert _last(world).text.endswith("Ваши слова прочитает и Lumen Tea.")
    passed = world.to(OTHER)[-1]
    assert "Банка помята." in passed.text
    [[button]] = passed.params["reply_markup"]["inline_keyboard"]
    refused = await world.press(button["callback_data"], chat=FORUM)
    assert "people of another group" in refused["text"]
    for by, says in ((CLARA, "The customer hears"), (BORIS, "Clara has read it already")):
        answered = await world.press(button["callback_data"], chat=OTHER, by=by)
        assert says in answered["text"]
    await world.deliver()
    told = [text for text in world.texts(ANNA) if "ваши слова прочитаны" in text]
    assert told == ["Clara (Lumen Tea) — ваши слова прочитаны (#1)."]
    assert "Clara (Lumen Tea) has read what the customer said." in world.texts(FORUM)
