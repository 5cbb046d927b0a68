"""What becomes of remedies later: failed, waited for, and what was said read by another team."""

from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.core.events import RemedyCancelled
from bot.core.work import Work
from bot.recovery import choosing
from flows.config import load_config
from flows.entities import LineKind
from flows.entities.kinds import EntryKind
from flows.utf16 import utf16_length
from tests.bot.desk.world import (
    ADMIN,
    ANNA,
    BORIS,
    CLARA,
    CONFIG,
    FORUM,
    OTHER,
    World,
    said,
)
from tests.bot.making import services
from tests.bot.recovery.conftest import REMEDIES
from tests.bot.recovery.test_remedies import VISITOR, Desk
from tests.bot.serving import AUTH, problem, serving
from tests.databases import on_both

SENIOR = f"roles: {{senior: [{CLARA}]}}\n"
TRUSTED: dict[str, Any] = {"severity": 2, "conversation_id": 5}
PHOTO = REMEDIES.replace("trusted: {severity: 3}", "trusted: {severity: 3, photo: true}")


async def the_desk(world: World, more: str = SENIOR, **told: Any) -> Desk:
    """A world with one complaint of a Russian reader; Clara is a senior."""
    world.services.config = load_config(CONFIG + REMEDIES + more)
    await world.group()
    await world.write("/tickets", by=CLARA)
    made = Desk(world)
    person = await world.customer("Анна", ANNA, language="ru")
    await world.complain(person, "Банка помята.", chat=ANNA, **told)
    return made


@on_both
async def test_what_failed_is_a_line_back_and_a_person_makes_it_right(world: World) -> None:
    desk = await the_desk(world)
    subscribers = dict(world.services.subscribers)

    async def hear(work: Work, event: Any) -> None:
        desk.heard.append(event)

    world.services.subscribers = {**subscribers, RemedyCancelled: (hear,)}
    await desk.write("/remedy 1 refund 12.50 EUR the lid")
    await world.write("/resolve #1 Your money is on its way.")
    assert "is for seniors" in await desk.press("It failed")
    assert await desk.press("It failed", by=CLARA) == "Reply to the message below."
    said_ = await desk.write("the card is closed", by=CLARA, to=desk.prompt())
    assert "Clara: R1 failed, Money back (€12.50). The ledger has it back." in said_
    assert "the card is closed" in said_
    told = world.texts(ANNA)[-1]
    assert told.startswith("Возврат (12,50\xa0€) (#1): у нас не получилось, простите.")
    assert sorted(await desk.lines()) == [(LineKind.GRANT, 1250), (LineKind.REVERSAL, -1250)]
    again = await world.ticket(1)
    assert (again.state, again.urgent, again.failed_again) == ("reopened", True, False)
    assert "It failed already." in await desk.press("Done")
    [event] = desk.heard
    assert isinstance(event, RemedyCancelled)
    assert (event.line.amount, event.why) == (-1250, "the card is closed")
    # Something instead, which the shop's system cannot do either; it says so twice.
    assert await desk.press("Remedy") == "Below."
    await desk.press("A call")
    remedy = (await desk.remedies())[-1]
    given = services()
    given.words, given.config = world.services.words, world.services.config
    given.groups = world.services.groups
    async with serving(world.database, given) as client:
        client.session.headers.update(AUTH)
        path = f"/api/v1/remedies/{remedy.id}/failed"
        await problem(await client.post(path, json={"why": ""}), 422, "invalid")
        await problem(await client.post(path, json={}), 422, "invalid")
        for _ in range(2):
            response = await client.post(path, json={"why": "no such number"})
            assert (response.status, (await response.json())["state"]) == (200, "failed")
        late = await client.post(f"/api/v1/remedies/{remedy.id}/done")
        await problem(late, 409, "remedy-state")
    await world.deliver()
    told = [text for text in world.texts(FORUM) if "system says that R2 failed" in text]
    assert len(told) == 1
    assert "no such number" in told[0]
    assert "Звонок: не получилось." in await desk.page()


@on_both
async def test_what_waits_for_a_yes_is_said_to_seniors_and_then_to_admins_once(
    world: World,
) -> None:
    desk = await the_desk(world)
    await desk.write("/remedy 1 refund 30 EUR the lid broke")

    def reminded() -> list[int]:
        return [
            sum("still waits for a yes" in text for text in world.texts(FORUM)),
            sum("has waited long for a yes" in text for text in world.texts(ADMIN)),
        ]

    await world.later(hours=3)
    assert reminded() == [0, 0]
    await world.later(hours=2)
    assert reminded() == [1, 0]
    [calls] = [sent for sent in world.to(FORUM) if "still waits for a yes" in sent.text]
    assert [each["user"]["id"] for each in calls.params["entities"]] == [CLARA]
    for _ in range(4):
        await world.later(hours=12)
    assert reminded() == [1, 1]
    assert any("#1: R1, Money back (€30.00)" in text for text in world.texts(ADMIN))
    assert await desk.press("Allow it", by=CLARA) == "Granted. The customer knows."
    # Above what a senior may allow it is an admin's from the beginning; who decides in time is
    # reminded of nothing.
    await desk.write("/remedy 1 refund 150 EUR everything broke")
    await desk.write("/remedy 1 refund 140 EUR all of it")
    await desk.press("Do not", by=ADMIN)
    for _ in range(5):
        await world.later(hours=12)
    assert reminded() == [1, 2]


@on_both
async def test_staff_pass_on_what_was_said_to_each_team_once(world: World) -> None:
    desk = await the_desk(world)
    assert await desk.press("More") == "It is below."
    await desk.press("Pass on to a team")
    assert "There is no other team to pass it on to" in world.to(FORUM)[-1].text
    await world.group(OTHER, "tasting", forum=False)
    ticket = await world.ticket(1)
    await world.press(pack("m", "pass", ticket.id))
    await world.deliver()
    data, message = desk.button("tasting")
    answers = [(await world.press(data, by=by, message=message))["text"] for by in (BORIS, CLARA)]
    assert answers == [
        "Passed on. The customer hears who reads it.",
        "That team has it already.",
    ]
    nowhere = await world.press(pack("m", "to", ticket.id, "support"))
    assert "no group of its own" in nowhere["text"]
    await world.deliver()
    [passed] = world.to(OTHER)
    assert passed.text.startswith("What a customer said (#1), passed on to you by Boris.")
    assert "Банка помята." in passed.text
    [[button]] = passed.params["reply_markup"]["inline_keyboard"]
    await world.press(button["callback_data"], chat=OTHER, by=CLARA)
    await world.deliver()
    assert world.texts(ANNA)[-1] == "Clara (Lumen Tea) — ваши слова прочитаны (#1)."
    await world.press(pack("m", "pass", ticket.id))
    await world.deliver()
    assert "tasting has it; Clara has read it." in world.to(FORUM)[-1].text
    # What is granted now names the same team, which has read it; it is not shown twice.
    await desk.write("/remedy 1 tin")
    assert len(world.to(OTHER)) == 1
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    assert [e.author_name for e in entries if e.kind == EntryKind.PASSED_ON] == ["Boris"]
    person = await world.customer("Ben", 502)
    await world.complain(person, "", chat=502)
    wordless = await world.ticket(2)
    refused = await world.press(pack("m", "to", wordless.id, "tasting"))
    assert "no words to pass on" in refused["text"]


async def test_the_question_goes_when_it_is_settled_and_nobody_hears_of_a_delay(
    world: World,
) -> None:
    world.services.config = load_config(CONFIG + PHOTO)
    await world.group()
    desk = Desk(world)
    person = await world.customer("Анна", ANNA, language="ru")
    await world.complain(person, "Банка помята.", chat=ANNA, **TRUSTED)
    await world.later(seconds=2)
    offer = world.to(ANNA)[-1]
    [remedy] = await desk.remedies()
    await world.do(lambda work: choosing.choose(work, VISITOR, remedy.id, "tin", offer.message_id))
    await world.deliver()
    assert world.to(ANNA)[-1].params["reply_markup"]["inline_keyboard"]
    await world.later(seconds=30)
    photo = said("", world.now, kind="photo", message_id=9)
    await world.add(1, photo)
    gone = [each for each in world.to(ANNA) if each.method == "editMessageReplyMarkup"]
    assert [each.params for each in gone] == [{"message_id": offer.message_id}]
    before = len(world.sent)
    for _ in range(4):
        await world.later(hours=12)
    assert world.texts(ANNA, before) == [], "they have what they chose"
    assert any("first answer" in text for text in world.texts(FORUM, before)), "staff hear"
    # What staff grant by hand takes the question away, too.
    ben = await world.customer("Ben", 502)
    await world.complain(ben, "Dented.", chat=502, **TRUSTED)
    await world.later(seconds=2)
    question = world.to(502)[-1]
    await desk.write("/remedy 2 call")
    assert world.to(502)[-1].params == {"message_id": question.message_id}


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            ("found no amount", "more than nothing", "no code left in", "is not public"),
        ),
        ("ru", ("не вижу суммы", "больше нуля", "Коды закончились", "адрес не публичный")),
        ("zh", ("没有找到金额", "必须大于零", "优惠码已用完", "地址不是公网地址")),
    ],
)
async def test_what_cannot_be_is_said_in_the_staff_s_language(
    world: World, language: str, sentences: tuple[str, ...]
) -> None:
    rules = CONFIG.replace("time_zone", f"default_language: {language}, time_zone")
    world.services.config = load_config(rules + REMEDIES)
    await world.group()
    await world.complain(await world.customer(), chat=ANNA)
    desk = Desk(world)
    typed = ("/remedy 1 refund twelve", "/remedy 1 refund -5", "/remedy 1 code")
    *answers, private = sentences
    for text, sentence in zip(typed, answers, strict=True):
        assert sentence in await desk.write(text)
    assert await desk.lines() == []
    assert private in world.services.words.say(language, "webhooks.why_private")


@pytest.mark.parametrize(("language", "name"), [("ru", "Большой ящик чая "), ("zh", "一整箱茶叶")])
async def test_the_longest_remedies_fit_a_card_and_its_menu(
    world: World, language: str, name: str
) -> None:
    titles = [f"{number} {name * 20}"[:60].strip() for number in range(5)]
    rules = CONFIG.replace("time_zone", f"default_language: {language}, time_zone") + "remedies:\n"
    for number, title in enumerate(titles):
        each = "{" + ", ".join(f"{code}: {title!r}" for code in ("en", "ru", "zh")) + "}"
        rules += f"  - {{id: r{number}, title: {each}, kind: refund, value: 123456.78 EUR}}\n"
    world.services.config = load_config(rules + "grants: {per_grant: 999999.00 EUR}\n")
    await world.group()
    person = await world.customer("Анна" * 20, ANNA, language=language)
    await world.complain(person, "茶" * 3500, chat=ANNA, wish="茶" * 500)
    desk = Desk(world)
    for number in range(5):
        await desk.write(f"/remedy 1 r{number} {'почему ' * 60}")
    await world.later(seconds=2)
    await desk.press("补偿" if language == "zh" else "Исправить")
    assert all(title in desk.card() for title in titles)
    assert all(title in world.to(FORUM)[-1].text for title in titles)
    assert all(utf16_length(sent.text) <= 4096 for sent in world.sent)
