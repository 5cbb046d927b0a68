"""Personal links: every way in which one is opened ends sensibly, and in a sentence."""

from dataclasses import replace

import pytest

from bot.identity import second_accounts
from flows.entities import Account, Consent, Conversation, Customer, JournalLine, Link, Ticket
from tests.bot.dialogue.test_conversations import ask
from tests.bot.identity.linked import NO, YES, opened_by, question_to
from tests.bot.stage import Somebody, Stage, buttons, complaint_of, texts
from tests.databases import on_both


async def test_a_link_connects_and_asks_consent_plainly(stage: Stage, anna: Somebody) -> None:
    await stage.known("C-1", name="Anna Karlsson")
    rows = await anna.says("/start token-C-1")
    text = anna.told(rows)[0]
    assert text.startswith("Hello Anna.")
    assert "At most 2 questions in 30 days, between 10:00 and 20:00" in text
    assert list(buttons(rows[0])) == ["All right", "Only when I write first", "I am not Anna"]
    assert (await stage.customer_of(anna)).ref == "C-1"
    await anna.chooses(rows[0], "All right")
    customer = await stage.customer_of(anna)
    assert (customer.consent, customer.consent_at) == (Consent.GIVEN, stage.clock.now())


async def test_consent_can_be_refused(stage: Stage, anna: Somebody) -> None:
    await stage.known("C-1")
    rows = await anna.says("/start token-C-1")
    rows = await anna.chooses(rows[0], "Only when I write first")
    assert (await stage.customer_of(anna)).consent is Consent.REFUSED
    assert "Then we will not ask." in anna.told(rows)[0]


@pytest.mark.parametrize("token", ["unknown", "a" * 64, "ы", "a b", "%00", "x" * 300])
async def test_a_link_that_nobody_knows_is_explained(
    stage: Stage, anna: Somebody, token: str
) -> None:
    rows = await anna.says(f"/start {token}")
    assert "I do not know this link" in anna.told(rows)[0]
    assert (await stage.customer_of(anna)).ref == "tg:701"


async def test_a_revoked_link_is_explained(stage: Stage, anna: Somebody) -> None:
    customer = await stage.known("C-1")
    link = await stage.one(Link)
    async with stage.database.unit() as unit:
        await unit.customers.link(link.token)
        unit.put(replace(link, revoked_at=stage.clock.now()))
        await unit.commit()
    rows = await anna.says("/start token-C-1")
    assert "does not work any more" in anna.told(rows)[0]
    assert (await stage.customer_of(anna)).id != customer.id


async def test_starting_again_is_harmless(stage: Stage, anna: Somebody) -> None:
    await stage.known("C-1", name="Anna")
    rows = await anna.says("/start token-C-1")
    await anna.chooses(rows[0], "All right")
    before = await stage.customer_of(anna)
    for text in ("/start", "/start token-C-1", "/start nonsense"):
        rows = await anna.says(text)
        assert "Good to see you, Anna" in anna.told(rows)[0]
    assert await stage.customer_of(anna) == before
    assert len(await stage.all(Account)) == 1


async def test_no_shuts_the_link(stage: Stage, anna: Somebody, olga: Somebody) -> None:
    await opened_by(stage, anna)
    rows = await olga.says("/start token-C-1")
    rows = await anna.chooses(question_to(anna, rows), NO)
    assert "your link is shut" in anna.told(rows)[0]
    assert "has said no" in olga.told(rows)[0]
    assert (await stage.one(Link)).revoked_at == stage.clock.now()
    assert (await stage.customer_of(anna)).ref == "C-1"
    rows = await olga.says("/start token-C-1")
    assert "does not work any more" in olga.told(rows)[0]
    kinds = [line.kind for line in await stage.all(JournalLine)]
    assert kinds == ["account_connected", "account_waits", "link_revoked", "account_refused"]


@on_both
async def test_yes_makes_both_accounts_the_customers(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    known = await opened_by(stage, anna)
    first = await complaint_of(stage, anna, "The tin was broken")
    second = await complaint_of(stage, olga, "And the tea was cold")
    rows = await olga.says("/start token-C-1")
    stage.clock.move(minutes=1)
    rows = await anna.chooses(question_to(anna, rows), YES)
    assert anna.told(rows) == [
        "Then both accounts are yours. Questions go to the new one; what you wrote here stays "
        "visible only here."
    ]
    greeting = olga.told(rows)[0]
    assert greeting.startswith("The other account has said yes")
    assert "Anna" in greeting
    assert (await stage.customer_of(olga)).id == known.id
    async with stage.database.reading() as unit:
        accounts = await unit.customers.accounts_of(known.id)
    assert [account.telegram_id for account in accounts] == [703, 701]
    for person, own, other in ((anna, first, second), (olga, second, first)):
        page = str((await person.says("/my"))[0].params)
        assert f"#{own.number}" in page
        assert f"#{other.number}" not in page
    assert [each.id for each in await stage.all(Customer)] == [known.id]


@on_both
async def test_whoever_has_the_link_cannot_flood(stage: Stage, anna: Somebody) -> None:
    await opened_by(stage, anna)
    asked = []
    for number in range(800, 800 + second_accounts.MOST + 2):
        rows = await Somebody(stage, number).says("/start token-C-1")
        asked += anna.told(rows)
    assert len(asked) == second_accounts.MOST
    assert "Several accounts wait" in rows[0].params["text"]


@on_both
async def test_what_somebody_did_alone_goes_along(stage: Stage, anna: Somebody) -> None:
    rows = await anna.says("/start")
    await anna.chooses(rows[0], "All right")
    ticket = await complaint_of(stage, anna)
    await anna.says("And cold")
    known = await stage.known("C-1", name="Anna")
    rows = await anna.says("/start token-C-1")
    assert "stays with you" in anna.told(rows)[0]
    customer = await stage.one(Customer)
    assert (customer.id, customer.consent) == (known.id, Consent.GIVEN)
    assert (await stage.one(Ticket)).customer_id == known.id
    assert {each.customer_id for each in await stage.all(Conversation)} == {known.id}
    assert {row.customer_id for row in await stage.rows() if row.chat_id > 0} == {known.id}
    rows = await anna.says("/my")
    assert f"#{ticket.number}" in str(rows[0].params)


@on_both
async def test_a_conversation_under_way_survives_the_merging(stage: Stage, anna: Somebody) -> None:
    row = texts(await anna.says("Cold tea"))[-1]
    known = await stage.known("C-1", name="Anna")
    await stage.take(
        anna.message(text="/start token-C-1"), anna.press_of(buttons(row)["Packaging"])
    )
    conversation = await stage.one(Conversation)
    assert (conversation.customer_id, conversation.state["step"]) == (known.id, "severity")


async def test_another_customers_link_changes_nothing_before_a_press(
    stage: Stage, anna: Somebody
) -> None:
    first = await stage.known("C-1", name="Anna")
    second = await stage.known("C-2", name="Olga")
    await anna.says("/start token-C-1")
    rows = await anna.says("/start token-C-2")
    assert "This link is for another customer" in anna.told(rows)[0]
    assert "Olga" not in str(rows[0].params)
    assert (await stage.customer_of(anna)).id == first.id
    await anna.chooses(rows[0], "Both are me")
    assert (await stage.customer_of(anna)).id == second.id


@on_both
async def test_a_question_for_the_first_customer_is_taken_back_by_the_switch(
    stage: Stage, anna: Somebody
) -> None:
    first = await stage.known("C-1", name="Anna")
    await stage.known("C-2", name="Olga")
    await anna.says("/start token-C-1")
    await ask(stage, anna)
    rows = await anna.says("/start token-C-2")
    await anna.chooses(texts(rows)[-1], "Both are me")
    conversation = await stage.conversation()
    assert (conversation.customer_id, conversation.status) == (first.id, "abandoned")


@pytest.mark.parametrize("data", ["u:switch:token-C-9", "u:switch:", "u:switch", "u:switch:a:b"])
async def test_a_switch_needs_a_working_link(stage: Stage, anna: Somebody, data: str) -> None:
    await stage.known("C-1", name="Anna")
    await anna.says("/start token-C-1")
    assert await anna.presses(data) == []
    assert (await stage.customer_of(anna)).ref == "C-1"


async def test_that_is_not_me_takes_everything_back(stage: Stage, boris: Somebody) -> None:
    known = await stage.known("C-1", name="Anna")
    rows = await boris.says("/start token-C-1")
    button = next(label for label in buttons(rows[0]) if "Anna" in label)
    ticket = await complaint_of_russian(stage, boris)
    await boris.chooses(rows[0], button)
    own = await stage.customer_of(boris)
    assert own.ref == "tg:702"
    moved = next(each for each in await stage.all(Ticket) if each.id == ticket.id)
    assert moved.customer_id == own.id
    async with stage.database.reading() as unit:
        assert await unit.customers.accounts_of(known.id) == []
    before = await stage.customer_of(boris)
    assert await boris.chooses(rows[0], button) == []
    assert await stage.customer_of(boris) == before


async def complaint_of_russian(stage: Stage, person: Somebody) -> Ticket:
    row = texts(await person.says("Холодный чай"))[-1]
    while "Отправить" not in buttons(row):
        row = texts(await person.chooses(row, "Пропустить"))[-1]
    await person.chooses(row, "Отправить")
    return await stage.one(Ticket)  # type: ignore[no-any-return]


async def test_that_is_not_me_cannot_unlink_somebody_else(
    stage: Stage, anna: Somebody, boris: Somebody
) -> None:
    await stage.known("C-1", name="Anna")
    rows = await anna.says("/start token-C-1")
    data = buttons(rows[0])["I am not Anna"]
    assert await boris.presses(data) == []
    assert (await stage.customer_of(anna)).ref == "C-1"


def membership(person: Somebody, before: str, after: str) -> dict[str, object]:
    member = {"user": {"id": 99, "is_bot": True, "first_name": "Verso"}}
    ends = {
        status: {**member, "status": status, **({"until_date": 0} if status == "kicked" else {})}
        for status in (before, after)
    }
    return {
        "my_chat_member": {
            "chat": person.chat,
            "from": person.user,
            "date": 1777888800,
            "old_chat_member": ends[before],
            "new_chat_member": ends[after],
        }
    }


async def test_a_block_and_a_return_are_noted(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    await stage.take(membership(anna, "member", "kicked"))
    assert (await stage.one(Account)).blocked_at == stage.clock.now()
    await stage.take(membership(anna, "kicked", "member"))
    assert (await stage.one(Account)).blocked_at is None


@on_both
async def test_who_comes_back_in_the_middle_of_a_conversation_gets_its_question_again(
    stage: Stage, anna: Somebody
) -> None:
    """It may never have reached them: after a block Telegram shows a start button."""
    await anna.says("/start")
    asked = (await anna.says("Cold tea"))[-1]
    await stage.take(membership(anna, "member", "kicked"))
    assert await stage.take(membership(anna, "kicked", "member")) == []
    _greeting, again, _retired = await anna.says("/start")
    assert again.params == asked.params


@on_both
async def test_writing_after_a_block_is_a_return(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    await stage.take(membership(anna, "member", "kicked"))
    await anna.says("Cold tea")
    assert (await stage.one(Account)).blocked_at is None


async def test_a_group_is_told_how_to_set_up(stage: Stage, anna: Somebody) -> None:
    anna.chat = {"id": -55, "type": "supergroup", "title": "Tea people"}
    rows = await stage.take(membership(anna, "left", "member"))
    assert [row.chat_id for row in rows] == [-55]
    assert "/setup" in rows[0].params["text"]
    assert await stage.take(membership(anna, "member", "left")) == []


async def test_a_russian_customer_is_greeted_in_russian(stage: Stage, boris: Somebody) -> None:
    rows = await boris.says("/start")
    assert boris.told(rows)[0].startswith("Здравствуйте")


async def test_the_businesss_language_goes_before_telegrams(stage: Stage, boris: Somebody) -> None:
    await stage.known("C-1", language="zh", name="王丽")
    rows = await boris.says("/start token-C-1")
    assert boris.told(rows)[0].startswith("王丽，你好")
