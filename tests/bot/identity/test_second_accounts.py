"""Second accounts: a forwarded link opens nothing, the first account decides, all is explained."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.work import Work
from bot.identity import links, reachability, second_accounts
from flows.entities import Customer, Link, Outgoing, Timer
from flows.entities.kinds import TimerKind
from tests.bot.identity.linked import NO, YES, opened_by, question_to
from tests.bot.stage import Somebody, Stage, buttons, complaint_of, texts


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: what the databases do differently is tested in test_linking."""
    shutil.copy(sqlite_template, tmp_path / "verso.db")
    return f"sqlite+aiosqlite:///{tmp_path}/verso.db"


async def test_a_forwarded_link_opens_nothing(stage: Stage, anna: Somebody, olga: Somebody) -> None:
    known = await opened_by(stage, anna)
    ticket = await complaint_of(stage, anna, "The tin was broken")
    rows = await olga.says("/start token-C-1")
    told = "\n".join(olga.told(rows))
    assert "used already, from another Telegram account" in told
    assert "Anna" not in told
    assert await stage.customer_of(olga) != known
    page = await olga.says("/my")
    assert f"#{ticket.number}" not in str(page[0].params)
    assert "was that you" in anna.told(rows)[0].lower()
    assert "Olga" not in anna.told(rows)[0]


async def test_what_the_friend_erases_is_only_their_own(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    await opened_by(stage, anna)
    await complaint_of(stage, anna, "The tin was broken")
    await olga.says("/start token-C-1")
    await olga.presses("u:forget:yes")
    assert (await stage.customer_of(anna)).ref == "C-1"
    assert not [each for each in await stage.all(Timer) if each.kind == TimerKind.JOINING]


async def test_an_answer_counts_once(stage: Stage, anna: Somebody, olga: Somebody) -> None:
    await opened_by(stage, anna)
    row = question_to(anna, await olga.says("/start token-C-1"))
    await anna.chooses(row, YES)
    assert await anna.chooses(row, NO) == []
    assert (await stage.one(Link)).revoked_at is None


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_only_whoever_was_asked_may_answer(
    stage: Stage, anna: Somebody, boris: Somebody, olga: Somebody, answer: str
) -> None:
    known = await opened_by(stage, anna)
    await stage.known("C-2")
    await boris.says("/start token-C-2")
    row = question_to(anna, await olga.says("/start token-C-1"))
    data = buttons(row)[YES].replace("yes", answer)
    assert await boris.presses(data) == []
    assert await olga.presses(data) == []
    assert (await stage.customer_of(olga)).id != known.id


@pytest.mark.parametrize("data", ["u:join:yes:jj", "u:join:yes", "u:join:maybe:jj", "u:join"])
async def test_nobody_is_connected_who_has_not_asked(
    stage: Stage, anna: Somebody, boris: Somebody, data: str
) -> None:
    await opened_by(stage, anna)
    await boris.says("/start")
    before = await stage.customer_of(boris)
    assert await anna.presses(data) == []
    assert await stage.customer_of(boris) == before


async def test_who_became_somebody_else_meanwhile_is_not_moved(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    await opened_by(stage, anna)
    other = await stage.known("C-3")
    row = question_to(anna, await olga.says("/start token-C-1"))
    await olga.says("/start token-C-3")
    rows = await anna.chooses(row, YES)
    assert "has not waited" in anna.told(rows)[0]
    assert (await stage.customer_of(olga)).id == other.id


async def test_opening_again_asks_nobody_again(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    await opened_by(stage, anna)
    await olga.says("/start token-C-1")
    rows = await olga.says("/start token-C-1")
    assert anna.told(rows) == []
    assert "still waiting" in olga.told(rows)[0]


async def fire_waiting(stage: Stage) -> list[Outgoing]:
    before = len(stage.sent)

    async def act(work: Work) -> None:
        for timer in await work.unit.timers.due(work.now, 100):
            work.unit.delete(timer)
            await second_accounts.TIMERS[timer.kind](work, timer)

    await stage.use(act)
    return stage.sent[before:]


async def test_without_an_answer_the_waiting_ends_in_a_sentence(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    await opened_by(stage, anna)
    row = question_to(anna, await olga.says("/start token-C-1"))
    stage.clock.move(days=3, minutes=1)
    rows = await fire_waiting(stage)
    assert olga.told(rows) == [
        "The other account has not answered within three days. If it is yours and you no longer "
        "have it, ask Lumen Tea for a new link."
    ]
    assert await anna.chooses(row, YES) == []


async def test_a_first_account_that_is_gone_is_explained(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    await opened_by(stage, anna)
    async with stage.database.unit() as unit:
        await reachability.chat_gone(
            Work(unit, stage.clock.now(), stage.services), anna.id, "deactivated"
        )
        await unit.commit()
    rows = await olga.says("/start token-C-1")
    assert "that I cannot reach any more" in olga.told(rows)[0]
    assert anna.told(rows) == []


async def renewed(stage: Stage, customer: Customer) -> str:
    async def act(work: Work) -> str:
        return (await links.renew(work.unit, customer, work.now, "test")).token

    return await stage.use(act)  # type: ignore[no-any-return]


async def test_a_new_link_from_the_business_is_a_new_door(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    known = await opened_by(stage, anna)
    token = await renewed(stage, known)
    rows = await olga.says("/start token-C-1")
    assert "does not work any more" in olga.told(rows)[0]
    rows = await olga.says(f"/start {token}")
    assert (await stage.customer_of(olga)).id == known.id
    assert "Another Telegram account has been connected" in anna.told(rows)[0]


async def test_a_new_link_that_the_first_account_opens_is_used_up(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    known = await opened_by(stage, anna)
    token = await renewed(stage, known)
    await anna.says(f"/start {token}")
    rows = await olga.says(f"/start {token}")
    assert "used already" in olga.told(rows)[0]
    assert (await stage.customer_of(olga)).id != known.id


async def test_who_opened_it_by_mistake_leaves_the_door_open(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    known = await stage.known("C-1", name="Anna")
    rows = await olga.says("/start token-C-1")
    await olga.chooses(rows[0], "I am not Anna")
    await anna.says("/start token-C-1")
    assert (await stage.customer_of(anna)).id == known.id
    assert (await stage.customer_of(olga)).ref == "tg:703"


async def test_the_business_takes_a_wrong_account_off(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    known = await stage.known("C-1", name="Anna")
    await olga.says("/start token-C-1")
    ticket = await complaint_of(stage, olga, "My tea came cold")

    async def act(work: Work) -> int:
        return await links.disconnect(work, known)

    assert await stage.use(act) == 1
    await anna.says("/start token-C-1")
    assert (await stage.customer_of(anna)).id == known.id
    assert f"#{ticket.number}" in str((await olga.says("/my"))[0].params)


async def test_an_account_of_another_customer_asks_too(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    known = await opened_by(stage, anna)
    await stage.known("C-2", name="Olga")
    await olga.says("/start token-C-2")
    rows = await olga.says("/start token-C-1")
    assert anna.told(rows) == []
    rows = await olga.chooses(texts(rows)[-1], "Both are me")
    assert "used already" in olga.told(rows)[0]
    assert (await stage.customer_of(olga)).ref == "C-2"
    await anna.chooses(question_to(anna, rows), YES)
    assert (await stage.customer_of(olga)).id == known.id


# -- by phone number ------------------------------------------------------------------------------


async def share(person: Somebody, number: str, owner: int | None = None) -> list[Outgoing]:
    contact = {"phone_number": number, "first_name": "A", "user_id": owner or person.id}
    return await person.stage.take(person.message(contact=contact))


async def test_a_wrong_link_offers_to_be_found_by_number(stage: Stage, anna: Somebody) -> None:
    rows = await anna.says("/start nonsense")
    keyboard = rows[-1].params["reply_markup"]["keyboard"]
    assert keyboard == [[{"text": "Share my phone number", "request_contact": True}]]


@pytest.mark.parametrize("number", ["491511234567", "+49 151 1234567"])
async def test_a_number_that_the_business_knows_connects(
    stage: Stage, anna: Somebody, number: str
) -> None:
    known = await stage.known("C-1", name="Anna", phone="+491511234567")
    ticket = await complaint_of(stage, anna, "The tin was broken")
    rows = await share(anna, number)
    assert rows[0].params["reply_markup"] == {"remove_keyboard": True}
    assert any("Hello Anna" in text for text in anna.told(rows))
    assert (await stage.customer_of(anna)).id == known.id
    assert f"#{ticket.number}" in str((await anna.says("/my"))[0].params)


async def test_somebody_elses_number_connects_nobody(stage: Stage, anna: Somebody) -> None:
    await stage.known("C-1", phone="+491511234567")
    rows = await share(anna, "+491511234567", owner=999)
    assert "not your own" in anna.told(rows)[0]
    assert (await stage.customer_of(anna)).ref == "tg:701"
    assert (await stage.customer_of(anna)).phone == ""


async def test_two_customers_with_one_number(stage: Stage, anna: Somebody) -> None:
    await stage.known("C-1", phone="+491511234567", name="Anna")
    await stage.known("C-2", phone="+491511234567", name="Karl")
    rows = await share(anna, "+491511234567")
    told = anna.told(rows)
    assert len(told) == 1
    assert "several customers with the number" in told[0]
    assert (await stage.customer_of(anna)).ref == "tg:701"


async def test_a_number_that_nobody_has(stage: Stage, anna: Somebody, olga: Somebody) -> None:
    assert "knows nobody with the number" in anna.told(await share(anna, "+491511234567"))[0]
    rows = await share(olga, "+491511234567")
    assert "knows nobody" in olga.told(rows)[0]
    assert (await stage.customer_of(olga)).ref == "tg:703"


async def test_a_number_of_somebody_who_is_here_already_asks_them(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    known = await stage.known("C-1", phone="+491511234567", name="Anna")
    await anna.says("/start token-C-1")
    rows = await share(olga, "+491511234567")
    assert "Anna" not in "".join(olga.told(rows))
    rows = await anna.chooses(question_to(anna, rows), "No")
    assert "Nothing has been connected." in anna.told(rows)
    assert (await stage.one(Link)).revoked_at is None
    assert (await stage.customer_of(olga)).id != known.id


async def test_a_connected_customer_only_leaves_the_number(stage: Stage, anna: Somebody) -> None:
    await stage.known("C-2", phone="+491511234567")
    known = await stage.known("C-1", name="Anna")
    await anna.says("/start token-C-1")
    rows = await share(anna, "+491511234567")
    assert "is kept" in anna.told(rows)[0]
    customer = await stage.customer_of(anna)
    assert (customer.id, customer.phone) == (known.id, "+491511234567")


async def test_waiting_is_as_long_as_the_sentences_say() -> None:
    assert timedelta(days=3) == second_accounts.VALID


# -- privacy and being forgotten ------------------------------------------------------------------


@pytest.mark.parametrize(("language", "kept"), [("en", "2 years"), ("ru", "2 года"), ("zh", "2年")])
async def test_privacy_says_for_how_long(
    stage: Stage, anna: Somebody, language: str, kept: str
) -> None:
    await stage.known("C-1", language=language)
    await anna.says("/start token-C-1")
    assert kept in anna.told(await anna.says("/privacy"))[0]


async def test_confirmed_accounts_are_erased_together_and_that_is_said(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    await opened_by(stage, anna)
    rows = await anna.says("/forget_me")
    assert "Telegram account" not in anna.told(rows)[0]
    await anna.chooses(question_to(anna, await olga.says("/start token-C-1")), YES)
    rows = await olga.says("/forget_me")
    assert "2 Telegram accounts are connected to you here" in olga.told(rows)[0]
    await olga.presses("u:forget:yes")
    assert await stage.all(Customer) == []
