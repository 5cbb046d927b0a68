"""The customer's menu: pages with both sides, the book, language, stop, being forgotten."""

import re
from dataclasses import replace

import pytest

from bot.changes import changes, telling
from bot.core.work import Work
from bot.desk import endings
from bot.desk import tickets as desk_tickets
from bot.handlers.customer import messages
from flows.entities import Account, Consent, Conversation, Customer, Outgoing, Ticket
from flows.entities.lifecycle import Person
from tests.bot.dialogue.test_conversations import ask
from tests.bot.stage import STAFF_CHAT, Somebody, Stage, buttons, complaint_of, texts

TOM = Person(900, "Tom Berger")


async def shipped(stage: Stage, *tickets: Ticket, declined: bool = False) -> None:
    """Have staff take complaints, mend them, and change what led to them, or say why not."""

    async def act(work: Work) -> None:
        for ticket in tickets:
            found = await work.unit.get(Ticket, ticket.id)
            assert found is not None
            await desk_tickets.take(work, found, TOM)
        group = work.services.groups[STAFF_CHAT]
        change = await changes.start_change(work, group, TOM, "Thicker tins")
        await changes.link(work, change, [ticket.number for ticket in tickets])
        if declined:
            await telling.decline(work, change, TOM, "They would be too heavy.")
            return
        described = await changes.describe(work, change, "We use thicker tins now.")
        await telling.ship(work, described, TOM)  # type: ignore[arg-type]

    await stage.use(act)


async def test_a_page_shows_both_sides(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "The tin was broken")
    row = texts(await anna.says("/my"))[-1]
    label = next(iter(buttons(row)))
    assert label.startswith(f"#{ticket.number} · waits for a person")
    page = texts(await anna.chooses(row, label))[-1]
    assert page.method == "editMessageText"
    text = page.params["text"]
    assert "The tin was broken" in text
    assert "Responsible: Support" in text
    assert "first answer comes by" in text
    await shipped(stage, ticket)
    row = texts(await anna.says("/my"))[-1]
    text = texts(await anna.chooses(row, next(iter(buttons(row)))))[-1].params["text"]
    for shown in ("Responsible: Tom", "We use thicker tins now."):
        assert shown in text
    assert "You have not said yet" not in text
    assert "Berger" not in text
    assert text.count("We use thicker tins now.") == 1, "what was done is what changed"
    assert "What changed so that it does not happen again, since" in text
    assert "What was done" not in text


async def test_a_page_tells_why_there_will_be_no_change(stage: Stage, anna: Somebody) -> None:
    await shipped(stage, await complaint_of(stage, anna), declined=True)
    row = texts(await anna.says("/my"))[-1]
    text = texts(await anna.chooses(row, next(iter(buttons(row)))))[-1].params["text"]
    assert "will not do it. This is why:\nThey would be too heavy.\n" in text
    assert text.count("too heavy") == 1
    assert "What changed" not in text
    assert "What was done" not in text


async def test_a_page_tells_what_was_done_apart_from_what_changed(
    stage: Stage, anna: Somebody
) -> None:
    ticket = await complaint_of(stage, anna)

    async def resolve(work: Work) -> None:
        found = await work.unit.get(Ticket, ticket.id)
        assert found is not None
        await endings.resolve(work, found, TOM, "A new tin is on its way.")

    await stage.use(resolve)
    await shipped(stage, ticket)
    row = texts(await anna.says("/my"))[-1]
    text = texts(await anna.chooses(row, next(iter(buttons(row)))))[-1].params["text"]
    assert "What was done:\nA new tin is on its way.\nWhat changed so that" in text


async def test_the_book_counts_people_and_not_their_complaints(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    first = await complaint_of(stage, anna, "The tin was broken")
    second = await complaint_of(stage, olga, "Mine was broken too")

    async def of_the_same(work: Work) -> None:
        found = await work.unit.get(Ticket, second.id)
        assert found is not None
        work.unit.put(replace(found, customer_id=first.customer_id, chat_id=first.chat_id))

    await stage.use(of_the_same)
    await shipped(stage, first, second)
    assert " · 1 person told us" in olga.told(await olga.says("/book"))[0]


async def test_a_reply_to_a_page_goes_to_its_ticket(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "The tin was broken")
    row = texts(await anna.says("/my"))[-1]
    page = texts(await anna.chooses(row, next(iter(buttons(row)))))[-1]
    number = await stage.delivered(page)
    rows = await anna.says(
        "and bent", reply_to_message={**anna.body(text="x"), "message_id": number}
    )
    assert f"#{ticket.number}" in anna.told(rows)[0]


async def test_pages_are_turned(stage: Stage, anna: Somebody) -> None:
    for number in range(8):
        await complaint_of(stage, anna, f"complaint {number}")
        stage.clock.move(days=4)
    row = texts(await anna.says("/my"))[-1]
    assert len(buttons(row)) == 7
    older = texts(await anna.chooses(row, "Older ›"))[-1]
    assert [label.split()[0] for label in buttons(older)] == ["#2", "#1", "‹"]
    newer = texts(await anna.chooses(older, "‹ Newer"))[-1]
    assert buttons(newer) == buttons(row)


async def test_pages_of_others_stay_closed(stage: Stage, anna: Somebody, boris: Somebody) -> None:
    await complaint_of(stage, anna, "The tin was broken")
    row = texts(await anna.says("/my"))[-1]
    await boris.says("/start")
    assert await boris.presses(next(iter(buttons(row).values()))) == []
    assert "устарела" in stage.answers["q702-1"]["text"]
    assert "Страниц у вас пока нет" in boris.told(await boris.says("/my"))[0]


async def test_the_book_tells_what_changed_and_never_whose_words(
    stage: Stage, anna: Somebody, boris: Somebody
) -> None:
    assert "Nothing has changed yet" in anna.told(await anna.says("/book"))[0]
    ticket = await complaint_of(stage, anna, "The tin was broken")
    await shipped(stage, ticket)
    text = boris.told(await boris.says("/book"))[0]
    assert "Thicker tins" in text
    assert "We use thicker tins now." in text
    assert "нам сказал 1 человек" in text
    assert "The tin was broken" not in text


async def test_another_language_is_spoken_at_once(stage: Stage, anna: Somebody) -> None:
    row = texts(await anna.says("/language"))[-1]
    assert list(buttons(row)) == ["English", "Русский", "中文"]
    rows = await anna.chooses(row, "中文")
    assert anna.told(rows) == ["好的，现在用中文。"]
    assert (await stage.customer_of(anna)).language == "zh"
    assert "哪方面" in anna.told(await anna.says("茶是冷的，没人管"))[0]
    assert await anna.presses("u:lang:xx") == []


async def test_stop_takes_effect_at_once_and_can_be_taken_back(
    stage: Stage, anna: Somebody
) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    row = texts(await anna.says("/stop"))[-1]
    assert "not ask again" in row.params["text"]
    assert list(buttons(row)) == ["Stop only this: Questions about a trial", "You may ask again"]
    assert (await stage.customer_of(anna)).stopped == ("*",)
    assert (await stage.one(Conversation)).status == "abandoned"
    again = texts(await anna.says("/stop"))[-1]
    assert "not asking you anything" in again.params["text"]
    await anna.chooses(again, "You may ask again")
    assert (await stage.customer_of(anna)).stopped == ()


@pytest.mark.parametrize("words", ["stop", "yes", "ok", "everything"])
async def test_whoever_says_once_more_that_all_stops_is_told_so(
    stage: Stage, anna: Somebody, words: str
) -> None:
    await anna.says("/start")
    await anna.says("/stop")
    assert "not ask again" in anna.told(await anna.says(words))[0]
    assert (await stage.customer_of(anna)).stopped == ("*",)


async def test_never_mind_after_a_stop_says_how_things_are(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    await anna.says("/stop")
    [row] = texts(await anna.says("never mind"))
    assert "not asking you anything" in row.params["text"]
    assert list(buttons(row)) == ["You may ask again"]
    assert (await stage.customer_of(anna)).stopped == ("*",)


@pytest.mark.parametrize("words", ["You may ask again", "1"])
async def test_a_stop_is_taken_back_by_typing_what_its_button_says(
    stage: Stage, anna: Somebody, words: str
) -> None:
    await anna.says("/start")
    await anna.says("/stop")
    assert "ask again now and then" in anna.told(await anna.says(words))[0]
    assert (await stage.customer_of(anna)).stopped == ()
    assert (await stage.one(Account)).open_question == ""


async def test_a_stop_is_narrowed_to_one_kind(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    row = texts(await anna.says("/stop"))[-1]
    rows = await anna.chooses(row, "Stop only this: Questions about a trial")
    assert "This kind of question will not come again" in anna.told(rows)[0]
    assert (await stage.customer_of(anna)).stopped == ("trial_check_in",)
    assert await anna.presses("u:only:nonsense") == []


async def test_the_buttons_of_earlier_menus_still_stop_and_leave(
    stage: Stage, anna: Somebody
) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    assert "nothing changes" in anna.told(await anna.presses("u:keep"))[0]
    await anna.presses("u:stop:trial_check_in")
    assert (await stage.customer_of(anna)).stopped == ("trial_check_in",)
    assert (await stage.one(Conversation)).status == "abandoned"
    assert await anna.presses("u:stop:nonsense") == []
    await anna.presses("u:again:trial_check_in")
    found = await stage.customer_of(anna)
    assert (found.stopped, found.stopped_at) == ((), None)
    assert await anna.presses("u:again:trial_check_in") == []


OWN = """
flow: care
version: 1
languages: [en, ru, zh]
proactive: true
start: ask
steps:
  - {id: ask, kind: message, text: ask, next: end}
  - {id: end, kind: end, text: end, outcome: nothing_wrong}
texts:
  ask: {en: Well?, ru: Ну как?, zh: 怎么样？}
  end: {en: Thanks., ru: Спасибо., zh: 谢谢。}
"""
NAME = "  stop_name: {en: Questions about care, ru: Вопросы об уходе, zh: 关于保养的询问}\n"


@pytest.mark.parametrize(
    ("source", "label"),
    [(OWN, "Questions like the last one"), (OWN + NAME, "Questions about care")],
)
async def test_kinds_have_words_and_never_ids_or_titles(
    stage: Stage, anna: Somebody, source: str, label: str
) -> None:
    stage.services.flows.add(source)
    [first, *others] = stage.services.config.schedules
    title = {"en": "Win back", "ru": "Вернуть", "zh": "挽回"}
    titled = first.model_copy(update={"flow": "care", "title": title})
    stage.services.config = stage.services.config.model_copy(
        update={"schedules": (titled, *others)}
    )
    await anna.says("/start")
    await ask(stage, anna, "care")
    row = texts(await anna.says("/stop"))[-1]
    assert list(buttons(row)) == [f"Stop only this: {label}", "You may ask again"]
    await anna.chooses(row, f"Stop only this: {label}")
    assert (await stage.customer_of(anna)).stopped == ("care",)


async def test_a_kind_that_was_stopped_before_stays_so_when_a_stop_is_narrowed(
    stage: Stage, anna: Somebody
) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    await anna.presses("u:stop:purchase_check_in")
    row = texts(await anna.says("/stop"))[-1]
    assert "not ask again" in row.params["text"]
    await anna.chooses(row, "Stop only this: Questions about a trial")
    found = await stage.customer_of(anna)
    assert set(found.stopped) == {"purchase_check_in", "trial_check_in"}


async def test_agreeing_again_ends_a_general_stop(stage: Stage, anna: Somebody) -> None:
    row = texts(await anna.says("/start"))[-1]
    await anna.presses("u:stop:all")
    await anna.chooses(row, "All right")
    found = await stage.customer_of(anna)
    assert (found.stopped, found.consent) == ((), Consent.GIVEN)


@pytest.mark.parametrize(("command", "text"), [("/privacy", "Telegram id"), ("/help", "/my")])
async def test_plain_words(stage: Stage, anna: Somebody, command: str, text: str) -> None:
    assert text in anna.told(await anna.says(command))[0]


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_privacy_says_how_to_see_and_to_end_it(
    stage: Stage, anna: Somebody, language: str
) -> None:
    anna.user["language_code"] = language
    [said] = anna.told(await anna.says("/privacy"))
    assert {"/my_data", "/stop", "/forget_me"} <= set(re.findall(r"/[a-z_]+", said))


async def test_being_forgotten_takes_two_steps(stage: Stage, anna: Somebody) -> None:
    await complaint_of(stage, anna, "My name is Anna and the tin was broken")
    row = texts(await anna.says("/forget_me"))[-1]
    row = texts(await anna.chooses(row, "Delete everything about me"))[-1]
    kept = await anna.chooses(row, "No, keep it")
    assert "Nothing was deleted" in anna.told(kept)[0]
    assert await stage.customer_of(anna)
    rows = await anna.chooses(row, "Yes, delete it")
    assert "deleted" in anna.told(rows)[-1]
    assert [row.purpose for row in rows if row.chat_id == anna.id] == ["farewell"]
    assert await stage.all(Account) == []
    assert (await stage.one(Ticket)).words == ""
    assert "Anna and the tin" not in str([each.params for each in await stage.rows()])
    assert "u:forget" not in str(await anna.presses("u:forget:yes"))


async def test_somebody_forgotten_can_come_again(stage: Stage, anna: Somebody) -> None:
    await anna.says("Cold tea")
    await anna.presses("u:forget:yes")
    await anna.says("Cold again")
    conversation = await stage.conversation()
    assert [piece["text"] for piece in conversation.state["words"]] == ["Cold again"]


async def test_commands_of_customers_in_a_strange_group_are_answered_once_an_hour(
    stage: Stage, anna: Somebody
) -> None:
    anna.chat = {"id": -77, "type": "supergroup", "title": "x"}
    rows: list[Outgoing] = []
    for text in ("/complain", "/my", "/start"):
        rows += await anna.says(text)
    assert [row.chat_id for row in rows] == [-77]
    assert "t.me/verso_bot" in rows[0].params["text"]
    assert await stage.all(Customer) == []


def test_every_command_is_described_in_every_language(stage: Stage) -> None:
    for language in ("en", "ru", "zh"):
        for command in messages.COMMANDS:
            assert 1 <= len(stage.services.words.say(language, f"commands.{command}")) <= 256


async def test_a_promise_that_was_answered_is_not_shown(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "The tin was broken")

    async def answer(work: Work) -> None:
        found = await work.unit.get(Ticket, ticket.id)
        assert found is not None
        work.unit.put(replace(found, state="waiting", first_response_at=work.now))

    await stage.use(answer)
    row = texts(await anna.says("/my"))[-1]
    text = texts(await anna.chooses(row, next(iter(buttons(row)))))[-1].params["text"]
    assert "We wait for your answer." in text
