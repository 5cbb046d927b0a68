"""Strangers and customers who open the link of a place, a product or a desk."""

from dataclasses import replace

import pytest

from bot.core.delivery import Call
from bot.core.work import Work
from bot.desk import cards
from flows.config import load_config
from flows.entities import Account, Consent, Conversation, Outgoing, Ticket, Visit
from tests.bot.dialogue.test_conversations import ask
from tests.bot.stage import EXAMPLE, STAFF_CHAT, Somebody, Stage, buttons, texts
from tests.databases import on_both

MORE = """
  - id: box
    title: {en: "The trial box", ru: "Пробный набор", zh: 试饮装}
    kind: product
    product: trial_box
    greeting: {en: "Hello from {brand}: the {product}.", ru: "Это {brand}.", zh: "这里是{brand}。"}
  - id: mira
    title: {en: Mira, ru: Мира, zh: 米拉}
    kind: desk
    person: "@mira"
"""


@pytest.fixture
def stage(stage: Stage) -> Stage:
    source = EXAMPLE.read_text("utf-8")
    stage.services.config = load_config(source.replace("\nlimits:", f"{MORE}\nlimits:"))
    return stage


async def skips_to_the_end(person: Somebody, rows: list[Outgoing]) -> list[Outgoing]:
    """Skip every question that is left, and send; gives what came last."""
    while True:
        label = next(each for each in ("Skip", "Send") if each in buttons(texts(rows)[-1]))
        rows = await person.chooses(texts(rows)[-1], label)
        if label == "Send":
            return rows


async def card_of(stage: Stage, ticket: Ticket) -> str:
    async with stage.database.reading() as unit:
        work = Work(unit, stage.clock.now(), stage.services)
        row = Outgoing(
            STAFF_CHAT, "@card", {"new": True}, "card", 1, "x", work.now, ticket_id=ticket.id
        )  # type: ignore[arg-type]
        call = await cards.compose_card(work, row)
    assert isinstance(call, Call)
    return str(call.params["text"])


@on_both
async def test_a_stranger_complains_at_once_and_is_asked_for_consent_at_the_end(
    stage: Stage, anna: Somebody
) -> None:
    [greeting] = texts(await anna.says("/start at-table-7"))
    lines = greeting.params["text"].split("\n")
    assert lines[0] == "You are at: Table 7, Lumen Tea House"
    assert "A person at Lumen Tea reads" in lines[1]
    assert lines[-1].startswith("What went wrong?")
    assert "All right" not in buttons(greeting)
    # The same code again: the same question, one conversation, one visit.
    [again] = texts(await anna.says("/start at-table-7"))
    assert again.params["text"] == greeting.params["text"]
    assert len(await stage.all(Conversation)) == 1
    visit = await stage.one(Visit)
    assert (visit.entrance, visit.day, visit.began_at) == ("table-7", "2026-05-04", None)
    rows = await skips_to_the_end(anna, await anna.says("The tea was cold"))
    ending, consent = texts(rows)
    assert "#1" in ending.params["text"]
    assert list(buttons(consent)) == ["All right", "Only when I write first"]
    ticket = await stage.one(Ticket)
    assert (ticket.entrance, ticket.words) == ("table-7", "The tea was cold")
    assert "Came in at: Table 7, Lumen Tea House" in await card_of(stage, ticket)
    assert (await stage.one(Visit)).began_at is not None
    await anna.says("yes")
    assert (await stage.customer_of(anna)).consent is Consent.GIVEN
    # Somebody else at the same table is somebody else; whoever was asked is not asked again.
    await anna.says("/start at-table-7")
    rows = await skips_to_the_end(anna, await anna.says("And no sugar"))
    assert len(texts(rows)) == 1
    assert len(await stage.all(Visit)) == 1
    await Somebody(stage, 801, "Piet").says("/start at-table-7")
    assert len(await stage.all(Visit)) == 2


async def test_a_known_customer_keeps_their_record(stage: Stage, anna: Somebody) -> None:
    known = await stage.known(name="Anna Berg")
    await anna.says("/start token-C-1")
    rows = texts(await anna.says("/start at-box"))
    assert (
        "This is about: The trial box\nHello from Lumen Tea: the Trial box."
        in (rows[-1].params["text"])
    )
    await skips_to_the_end(anna, await anna.says("The lid was broken"))
    ticket = await stage.one(Ticket)
    assert (ticket.customer_id, ticket.entrance) == (known.id, "box")
    assert "Came in at: The trial box · Trial box" in await card_of(stage, ticket)
    assert {each.customer_id for each in await stage.all(Visit)} == {known.id}


async def test_what_was_told_goes_on_whatever_is_scanned(stage: Stage, anna: Somebody) -> None:
    await anna.says("The tea was cold")
    [noted] = texts(await anna.says("/start at-table-7"))
    assert "What you were telling belongs to it now" in noted.params["text"]
    assert noted.params["text"].endswith("What is it about?")
    [same] = texts(await anna.says("/start at-table-7"))
    assert "what you write is added to it" in same.params["text"]
    [other] = texts(await anna.says("/start at-till"))
    assert other.params["text"].startswith("You are at: The till, Lumen Tea House\n")
    assert "began at “Table 7, Lumen Tea House” is still open" in other.params["text"]
    await skips_to_the_end(anna, [other])
    assert (await stage.one(Ticket)).entrance == "table-7"
    [asked] = texts(await anna.says("/start at-till"))
    assert "1 of 3" in asked.params["text"]


async def test_what_nothing_was_said_in_gives_way(stage: Stage, anna: Somebody) -> None:
    await anna.says("/complain")
    await anna.says("/start at-table-7")
    await anna.says("/start at-mira")
    states = {each.context.get("entrance"): each.status for each in await stage.all(Conversation)}
    assert states == {None: "abandoned", "table-7": "abandoned", "mira": "open"}


async def test_an_ask_waits_while_something_else_is_told(stage: Stage, anna: Somebody) -> None:
    await stage.known(consent=Consent.GIVEN)
    await anna.says("/start token-C-1")
    await ask(stage, anna)
    question = texts(stage.sent)[-1]
    await anna.says("/start at-table-7")
    await skips_to_the_end(anna, await anna.says("The tea was cold"))
    assert (await stage.one(Ticket)).entrance == "table-7"
    [readiness] = texts(await anna.chooses(question, "All fine"))
    assert "would you tell us?" in readiness.params["text"]


async def test_a_code_that_is_gone_and_a_personal_link_that_looks_like_one(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    [gone] = texts(await anna.says("/start at-nowhere"))
    assert gone.params["text"].startswith("The code that you opened is not in use any more.")
    assert "Hello." in gone.params["text"]
    assert await stage.all(Visit) == []
    known = await stage.known("C-2", "at-x0123456789abcdefgh", name="Olga Berg")
    [hello] = texts(await olga.says("/start at-x0123456789abcdefgh"))
    assert hello.params["text"].startswith("Hello Olga")
    assert (await stage.customer_of(olga)).id == known.id


async def test_whoever_is_turned_away_is_let_in_nowhere(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start at-table-7")

    async def bar(work: Work) -> None:
        account = await work.unit.get(Account, anna.id)
        assert account is not None
        work.unit.put(replace(account, barred_at=work.now, barred_by="Mira", barred_why="spam"))

    await stage.use(bar)
    [told] = texts(await anna.says("/start at-till"))
    assert told.params["text"].startswith("We do not read or keep what is written here.")
    assert len(await stage.all(Visit)) == 1


async def test_an_unknown_owner_of_a_desk_is_said_so_to_staff(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start at-mira")
    rows = await skips_to_the_end(anna, await anna.says("Nobody was there"))
    told = [row.params.get("text", "") for row in rows if row.chat_id == STAFF_CHAT]
    assert any("What begins at “Mira” goes to" in text for text in told)


@on_both
async def test_a_whole_table_at_once_is_each_person_once(stage: Stage) -> None:
    people = [Somebody(stage, 900 + number, f"Guest {number}") for number in range(12)]
    opened = [each.message(text="/start at-table-7") for each in people]
    first = texts(await stage.take(*opened))
    assert sorted(row.chat_id for row in first) == [each.id for each in people]
    again = texts(await stage.take(*(each.message(text="/start at-table-7") for each in people)))
    assert len(again) == len(people)
    assert sorted(each.chat_id for each in await stage.all(Visit)) == [each.id for each in people]
    assert len(await stage.all(Conversation)) == len(people)
