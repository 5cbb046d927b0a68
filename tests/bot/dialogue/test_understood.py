"""What people write where a button was expected: stop, later, fine, who, yes, no, never mind.

None of it is a complaint, and a day later none of it has become one.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest

from bot.changes import verification
from flows.entities import (
    Account,
    Consent,
    Conversation,
    Notice,
    Outgoing,
    Remark,
    RemarkKind,
    Ticket,
    Timer,
)
from tests.bot.dialogue.test_conversations import ask, fire_due
from tests.bot.dialogue.test_free_text import resolve, said_in, state_of
from tests.bot.dialogue.test_menu import shipped
from tests.bot.identity.linked import opened_by
from tests.bot.stage import Somebody, Stage, buttons, complaint_of, texts

Phrases = dict[str, tuple[str, ...]]

STOP: Phrases = {
    "en": (
        "stop",
        "STOP",
        "Stop. Thank you",
        "I said stop",
        "unsubscribe me",
        "leave me alone",
        "no more messages please",
        "quit messaging me",
        "remove me from this list",
        "/unsubscribe",
        "/stop_it",
    ),
    "ru": (
        "стоп",
        "отписаться",
        "отстаньте уже",
        "больше не пишите",
        "не надо мне больше писать",
        "уберите меня из рассылки",
        "/отписаться",
    ),
    "zh": ("停止", "退订", "别再发了", "别烦我", "请别再联系我", "不要给我发消息"),
}
LATER: Phrases = {
    "en": ("later", "not now", "busy", "can't talk now", "I'm at work, later please"),
    "ru": ("позже", "не сейчас", "занята", "потом отвечу", "сейчас некогда"),
    "zh": ("稍后", "等会儿再说", "现在忙", "在开会，晚点说"),
}
WHEN: Phrases = {
    "en": ("ask me tomorrow", "busy now, maybe tomorrow", "in the evening pls", "maybe next week"),
    "ru": ("давайте завтра", "вечером", "через неделю"),
    "zh": ("明天再说", "今晚吧", "下周再问我"),
}
FINE: Phrases = {
    "en": (
        "it's great, thanks!",
        "so far so good",
        "no issues at all",
        "thank you for asking, everything is lovely so far!",
        "works like a charm",
        "couldn't be happier",
        "👍👍",
    ),
    "ru": (
        "пока всё нравится",
        "претензий нет",
        "ничего не мешает, спасибо",
        "всё отлично, спасибо",
        "проблем нет",
        "👍🏻",
    ),
    "zh": ("很好喝", "没啥问题", "挺好的，谢谢", "一切正常", "都很满意"),
}
WHO: Phrases = {
    "en": (
        "who is this?",
        "is this a bot?",
        "hi",
        "how did you get my number",
        "who are you and why do you write?",
    ),
    "ru": ("вы кто?", "это бот?", "привет", "откуда у вас мой номер?", "с кем я говорю?"),
    "zh": ("你是谁", "你们是机器人吗", "你好", "你们怎么有我的号码"),
}
LANGUAGES = ("en", "ru", "zh")
NUMBERS = count(4000)


def newcomer(stage: Stage, language: str, name: str = "Anna") -> Somebody:
    return Somebody(stage, next(NUMBERS), name, language)


async def agreed(stage: Stage, language: str) -> Somebody:
    """Somebody who said that they may be asked."""
    person = newcomer(stage, language)
    await person.says("/start")
    await person.presses("u:agree")
    return person


async def asked(stage: Stage, language: str, flow: str = "trial_check_in") -> Somebody:
    person = await agreed(stage, language)
    await ask(stage, person, flow)
    return person


def said(stage: Stage, language: str, key: str, **values: object) -> str:
    return stage.services.words.say(language, f"customer.{key}", **values)


async def of(stage: Stage, person: Somebody) -> Conversation:
    """The newest conversation of somebody."""
    mine = [each for each in await stage.all(Conversation) if each.chat_id == person.id]
    return max(mine, key=lambda each: (each.opened_at, each.id))


async def a_day_later(stage: Stage) -> list[Outgoing]:
    """What is said by itself within the next two days."""
    rows: list[Outgoing] = []
    for hours in (5, 20, 23):
        stage.clock.move(hours=hours)
        rows += texts(await fire_due(stage))
    return rows


async def nothing_was_filed(stage: Stage) -> None:
    """Nobody is told that they have complained, neither now nor by itself later."""
    assert await stage.all(Ticket) == []
    rows = await a_day_later(stage)
    assert [row.params["text"] for row in rows] == []
    assert await stage.all(Ticket) == []


# -- at an ask ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", ["trial_check_in", "check_in", "purchase_check_in"])
async def test_a_stop_at_an_ask_stops(stage: Stage, language: str, flow: str) -> None:
    for words in STOP[language] if flow == "trial_check_in" else STOP[language][:2]:
        person = await asked(stage, language, flow)
        told = person.told(await person.says(words))
        assert len(told) == 1, words
        assert (await stage.customer_of(person)).stopped == ("*",), words
        assert (await of(stage, person)).status == "stopped", words
    await nothing_was_filed(stage)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_later_at_an_ask_offers_the_times(stage: Stage, language: str) -> None:
    for words in LATER[language]:
        person = await asked(stage, language)
        [row] = texts(await person.says(words))
        actions = [data.split(":", 4)[-1] for data in buttons(row).values()]
        assert {"l:tonight", "l:tomorrow", "l:next_week"} <= set(actions), words
        assert (await stage.customer_of(person)).stopped == ()
        await person.chooses(row, next(iter(buttons(row))))
        assert (await of(stage, person)).status == "snoozed"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_time_at_an_ask_puts_it_off_until_then(stage: Stage, language: str) -> None:
    for words in WHEN[language]:
        person = await asked(stage, language)
        assert len(person.told(await person.says(words))) == 1
        conversation = await of(stage, person)
        assert (conversation.status, conversation.state.get("words")) == ("snoozed", None), words
    assert await stage.all(Ticket) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", ["trial_check_in", "check_in", "purchase_check_in"])
async def test_good_news_at_an_ask_are_good_news(stage: Stage, language: str, flow: str) -> None:
    for words in FINE[language] if flow == "trial_check_in" else FINE[language][:2]:
        person = await asked(stage, language, flow)
        assert len(person.told(await person.says(words))) == 1, words
        conversation = await of(stage, person)
        assert conversation.state["answers"]["check"] == "fine", words
        assert conversation.state["step"] == "readiness", words
    await nothing_was_filed(stage)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_this_is_answered_and_the_question_stays(stage: Stage, language: str) -> None:
    for words in WHO[language]:
        person = await asked(stage, language)
        question = texts(stage.sent)[-1]
        [row] = texts(await person.says(words))
        assert "Lumen Tea" in row.params["text"].partition("\n\n")[0], words
        assert buttons(row) == buttons(question), words
        await person.chooses(row, next(label for label in buttons(row)))
        assert (await of(stage, person)).state["step"] == "words"
        await person.presses("u:forget:yes")
    assert await stage.all(Ticket) == []


async def test_who_is_asked_and_nothing_more_is_filed_never(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    await anna.says("who is this?")
    await anna.says("how did you get my number")
    await nothing_was_filed(stage)


async def test_a_stop_is_meant_whatever_was_said_before_it(stage: Stage, anna: Somebody) -> None:
    """What was told is passed on, and nothing is asked again."""
    await anna.says("/start")
    await ask(stage, anna)
    await anna.says("The lid does not close")
    rows = await anna.says("and leave me alone now")
    assert (await stage.customer_of(anna)).stopped == ("*",)
    ticket = await stage.one(Ticket)
    assert ticket.words == "The lid does not close"
    assert len(anna.told(rows)) == 1


# -- with nothing on the screen -------------------------------------------------------------------


def _offer(stage: Stage, language: str, key: str) -> str:
    """What whoever praises in more than two words reads: they may say whom it is for."""
    say = stage.services.words.say
    parts = [say(language, f"praise.told_{each}") for each in ("praised", "whom")]
    return "\n\n".join(parts) if key == "praised" else ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", [True, False], ids=["known", "stranger"])
async def test_out_of_the_blue(stage: Stage, language: str, known: bool) -> None:
    """The right answer to each, and no conversation begins."""
    answers = ((LATER, "no_hurry"), (FINE, "praised"))
    for phrases, key in answers:
        for words in phrases[language]:
            person = await (agreed(stage, language) if known else _stranger(stage, language))
            (told,) = person.told(await person.says(words))
            assert told in (said(stage, language, key), _offer(stage, language, key)), words
    for words in WHO[language]:
        person = await (agreed(stage, language) if known else _stranger(stage, language))
        [told] = person.told(await person.says(words))
        assert "Lumen Tea" in told, words
        assert ("2" in told) is known, "how often they may be asked, if they may"
    for words in STOP[language]:
        person = await (agreed(stage, language) if known else _stranger(stage, language))
        assert person.told(await person.says(words)) == [said(stage, language, "stopped_all")]
        assert (await stage.customer_of(person)).stopped == ("*",), words
        again = person.told(await person.says(words))
        assert again == [said(stage, language, "stopped_all")], "and so it is by the second"
        [told] = person.told(await person.says(WHO[language][0]))
        assert told == said(stage, language, "who", brand="Lumen Tea"), "nothing is asked of them"
    assert await stage.all(Conversation) == []
    await nothing_was_filed(stage)


async def _stranger(stage: Stage, language: str) -> Somebody:
    return newcomer(stage, language)


# -- questions outside of conversations -----------------------------------------------------------

YES: Phrases = {
    "en": ("ok", "yes", "sure", "All right", "go ahead", "1"),
    "ru": ("да", "хорошо", "конечно", "ладно"),
    "zh": ("好的", "可以", "行"),
}
NO: Phrases = {
    "en": ("no", "no thanks", "rather not", "Only when I write first", "2"),
    "ru": ("нет", "не надо", "лучше не надо"),
    "zh": ("不用了", "不", "不了，谢谢"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("phrases", "consent"), [(YES, Consent.GIVEN), (NO, Consent.REFUSED)], ids=["yes", "no"]
)
async def test_the_question_of_the_greeting_is_answered_in_words(
    stage: Stage, language: str, phrases: Phrases, consent: Consent
) -> None:
    for words in phrases[language]:
        person = newcomer(stage, language)
        await person.says("/start")
        assert len(person.told(await person.says(words))) == 1
        assert (await stage.customer_of(person)).consent is consent, words
    assert await stage.all(Conversation) == []
    await nothing_was_filed(stage)


async def test_a_yes_to_what_was_meant_answers_no_question_before_it(
    stage: Stage, anna: Somebody
) -> None:
    await anna.says("/start")
    [praised] = texts(await anna.says("the kettle is wonderful"))
    assert "good to hear" in praised.params["text"], "thanked for, and asked again"
    assert len(buttons(praised)) == 2
    assert (await stage.customer_of(anna)).consent is Consent.UNASKED
    await anna.says("blorp zibble")
    for words in ("yes", "no"):
        [again] = texts(await anna.says(words))
        assert again.params["text"] == "Which of these is it?"
        assert list(buttons(again)) == ["Pass it to a person", "All is fine", "Do not ask me"]
    assert (await stage.customer_of(anna)).consent is Consent.UNASKED
    assert "good to hear" in anna.told(await anna.says("all is fine"))[0]
    assert (await _account(stage, anna)).open_question == "consent", "it stands open again"
    await anna.says("ok")
    assert (await stage.customer_of(anna)).consent is Consent.GIVEN
    await nothing_was_filed(stage)


async def test_the_greeting_is_for_somebody_else(stage: Stage, anna: Somebody) -> None:
    known = await stage.known("C-1", name="Vera Holm")
    await anna.says("/start token-C-1")
    await anna.says("I am not Vera")
    assert (await stage.customer_of(anna)).id != known.id
    boris = newcomer(stage, "en", "Ben")
    known = await stage.known("C-2", name="Vera Holm")
    await boris.says("/start token-C-2")
    [row] = texts(await boris.says("wrong number, this is not Vera"))
    await boris.chooses(row, "I am not Vera")
    assert (await stage.customer_of(boris)).id != known.id
    await nothing_was_filed(stage)


@pytest.mark.parametrize(
    ("words", "mine"),
    [
        ("yes", True),
        ("Yes, that is me too", True),
        ("it was me", True),
        ("да, это я", True),
        ("是我", True),
        ("no", False),
        ("not me", False),
        ("нет, не я", False),
        ("不是我", False),
    ],
)
async def test_was_that_you_is_answered_in_words(
    stage: Stage, anna: Somebody, olga: Somebody, words: str, mine: bool
) -> None:
    known = await opened_by(stage, anna)
    await olga.says("/start token-C-1")
    assert anna.told(await anna.says(words))
    assert ((await stage.customer_of(olga)).id == known.id) is mine
    assert (await _account(stage, anna)).open_question == ""
    await nothing_was_filed(stage)


async def _account(stage: Stage, person: Somebody) -> Account:
    return next(each for each in await stage.all(Account) if each.telegram_id == person.id)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "all"),
        ("en", "everything"),
        ("ru", "всё"),
        ("zh", "全部"),
        ("zh", "是的"),
    ],
)
async def test_what_should_stop_is_answered_in_words(
    stage: Stage, language: str, words: str
) -> None:
    person = await agreed(stage, language)
    await person.says("/stop")
    assert person.told(await person.says(words)) == [said(stage, language, "stopped_all")]
    assert (await stage.customer_of(person)).stopped == ("*",)
    await nothing_was_filed(stage)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Delete everything about me", "Yes, delete it")),
        ("en", ("yes", "yes, erase it")),
        ("ru", ("да", "да, удалите")),
        ("zh", ("是的", "删吧")),
    ],
)
async def test_being_forgotten_is_said_in_words_twice(
    stage: Stage, language: str, words: Sequence[str]
) -> None:
    person = await agreed(stage, language)
    await person.says("/forget_me")
    await person.says(words[0])
    assert await stage.customer_of(person), "once is not enough"
    assert said(stage, language, "forgotten") in person.told(await person.says(words[1]))
    assert await stage.all(Account) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "no"),
        ("en", "No, keep it"),
        ("en", "never mind"),
        ("en", "ok"),
        ("en", "thanks"),
        ("ru", "не надо"),
        ("ru", "хорошо"),
        ("zh", "算了"),
        ("zh", "好的"),
    ],
)
async def test_nobody_is_forgotten_for_an_ok(stage: Stage, language: str, words: str) -> None:
    person = await agreed(stage, language)
    await person.says("/forget_me")
    await person.says(words)
    await person.says(words)
    assert await stage.customer_of(person)
    await nothing_was_filed(stage)


# -- did it help ----------------------------------------------------------------------------------


async def told_of_a_change(stage: Stage, language: str) -> tuple[Somebody, Ticket]:
    """Somebody who complained, was told what changed, and is asked whether it helped."""
    person = await agreed(stage, language)
    known = {each.id for each in await stage.all(Ticket)}
    await complaint_of_words(stage, person)
    ticket = next(each for each in await stage.all(Ticket) if each.id not in known)
    await shipped(stage, ticket)
    stage.clock.move(days=4)
    customer = await stage.customer_of(person)
    for notice in await stage.all(Notice):
        if notice.customer_id == customer.id:
            timer = Timer("verify", f"notice:{notice.id}", stage.clock.now())
            await stage.use(lambda work, timer=timer: verification.verify_due(work, timer))
    assert (await of(stage, person)).flow == "verification"
    return person, ticket


HELPED: Phrases = {
    "en": ("thx", "thank you so much", "great", "ok", "👍", "it works now", "much better now"),
    "ru": ("спасибо", "супер", "вроде да", "да, спасибо", "стало лучше"),
    "zh": ("谢谢", "好了", "可以了", "解决了"),
}
NOT_YET: Phrases = {
    "en": ("haven't tried yet", "not yet", "didn't get round to it yet"),
    "ru": ("ещё не пробовала", "пока не было времени проверить"),
    "zh": ("还没试", "还没来得及试"),
}
NOT_HELPED: Phrases = {
    "en": ("no", "no it did not help", "still the same, it leaks"),
    "ru": ("нет, не помогло", "всё равно протекает"),
    "zh": ("没有用", "还是漏"),
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_did_it_help_hears_thanks_as_a_yes(stage: Stage, language: str) -> None:
    for words in HELPED[language]:
        person, ticket = await told_of_a_change(stage, language)
        await person.says(words)
        assert await state_of(stage, ticket) == "verified", words
        conversation = await of(stage, person)
        assert (conversation.status, conversation.state["answers"]) == (
            "finished",
            {"helped": "yes"},
        )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_did_it_help_waits_for_whoever_cannot_say_yet(stage: Stage, language: str) -> None:
    for words in NOT_YET[language]:
        person, ticket = await told_of_a_change(stage, language)
        await person.says(words)
        assert await state_of(stage, ticket) == "resolved", words
        assert (await of(stage, person)).state["answers"] == {"helped": "unsure"}, words


@pytest.mark.parametrize("language", LANGUAGES)
async def test_did_it_help_hears_a_no(stage: Stage, language: str) -> None:
    for words in NOT_HELPED[language]:
        person, ticket = await told_of_a_change(stage, language)
        await person.says(words)
        assert (await of(stage, person)).state["answers"]["helped"] in ("no", "partly"), words
        await a_day_later(stage)
        assert await state_of(stage, ticket) == "reopened", words


@pytest.mark.parametrize("language", LANGUAGES)
async def test_did_it_help_can_be_put_off_stopped_and_asked_about(
    stage: Stage, language: str
) -> None:
    person, later = await told_of_a_change(stage, language)
    await person.says(LATER[language][0])
    person, stopped = await told_of_a_change(stage, language)
    await person.says(STOP[language][0])
    assert (await stage.customer_of(person)).stopped == ("*",)
    person, asking = await told_of_a_change(stage, language)
    [row] = texts(await person.says(WHO[language][0]))
    assert "Lumen Tea" in row.params["text"]
    assert len(buttons(row)) > 3
    await a_day_later(stage)
    for ticket in (later, stopped, asking):
        assert await state_of(stage, ticket) == "resolved"


# -- late -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Thank you, the new tin arrived!",
        "got it, thanks a lot",
        "спасибо, всё пришло",
        "收到了，谢谢！",
        "👍",
    ],
)
async def test_thanks_four_days_after_the_end_open_nothing(
    stage: Stage, anna: Somebody, words: str
) -> None:
    ticket = await complaint_of(stage, anna, "The tin was broken")
    await resolve(stage, ticket)
    stage.clock.move(days=4)
    rows = await anna.says(words)
    assert [row.method for row in rows if row.method == "setMessageReaction"]
    assert "What is it about" not in " ".join(anna.told(rows))
    assert await state_of(stage, ticket) == "resolved"
    assert await said_in(stage, ticket) == ["The tin was broken", words]
    assert await a_day_later(stage) == []
    assert len(await stage.all(Ticket)) == 1
    assert [each for each in await stage.all(Conversation) if each.status == "open"] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("days", [3, 8, 40])
async def test_a_late_all_fine_is_no_complaint(stage: Stage, language: str, days: int) -> None:
    late = {
        "en": "sorry for the late answer, all fine!",
        "ru": "извините за поздний ответ, всё хорошо",
        "zh": "抱歉回复晚了，一切都好",
    }
    person = await asked(stage, language)
    for _ in range(days):
        stage.clock.move(days=1)
        await fire_due(stage)
    assert len(person.told(await person.says(late[language]))) == 1
    if days >= 8:
        assert (await stage.one(Remark)).kind is RemarkKind.PRAISE
    assert await stage.all(Ticket) == []
    assert await a_day_later(stage) == []
    assert await stage.all(Ticket) == []


@pytest.mark.parametrize("label", ["Something is in the way", "Something small", "All fine"])
async def test_a_press_on_an_ask_that_was_closed_begins_anew(
    stage: Stage, anna: Somebody, label: str
) -> None:
    """Whoever comes back after weeks finds buttons that mean what they say."""
    await anna.says("/start")
    old = await ask(stage, anna)
    row = texts(stage.sent)[-1]
    for _ in range(15):
        stage.clock.move(days=1)
        await fire_due(stage)
    closed = next(each for each in await stage.all(Conversation) if each.id == old.id)
    assert closed.status == "abandoned"
    rows = texts(await anna.chooses(row, label))
    assert "over" not in rows[-1].params["text"]
    conversation = await of(stage, anna)
    assert (conversation.id != old.id, conversation.status) == (True, "open")
    if label == "All fine":
        assert conversation.state["step"] == "readiness"
        return
    row = texts(await anna.says("The lid does not close"))[-1]
    while "Send" not in buttons(row):
        row = texts(await anna.chooses(row, "Skip"))[-1]
    await anna.chooses(row, "Send")
    assert (await stage.one(Ticket)).words == "The lid does not close"


@pytest.mark.parametrize("days", [0, 3, 15])
async def test_stop_asking_me_stops_whenever_it_is_pressed(
    stage: Stage, anna: Somebody, days: int
) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    row = texts(stage.sent)[-1]
    await anna.says("The lid does not close")
    stage.clock.move(days=days)
    await fire_due(stage)
    await anna.chooses(row, "Stop asking me")
    assert (await stage.customer_of(anna)).stopped == ("*",)


# -- in the middle of telling ---------------------------------------------------------------------


async def telling(stage: Stage, language: str, label: int = 0) -> tuple[Somebody, Outgoing]:
    """Somebody who pressed that something is wrong and is asked what."""
    person = await asked(stage, language)
    row = texts(stage.sent)[-1]
    rows = texts(await person.chooses(row, list(buttons(row))[label]))
    return person, rows[-1]


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("taste", "category", "taste"),
        ("Price and payment", "category", "price"),
        ("2", "category", "taste"),
        ("DELIVERY!", "category", "delivery"),
        ("skip", "category", None),
        ("Skip.", "category", None),
    ],
)
async def test_labels_are_typed_at_the_questions(
    stage: Stage, anna: Somebody, words: str, field: str, value: str | None
) -> None:
    """Seconds or minutes apart: the question moves on and is not asked again."""
    await anna.says("The lid does not close")
    stage.clock.move(minutes=2)
    [told] = anna.told(await anna.says(words))
    state = (await stage.one(Conversation)).state
    assert state["answers"].get(field) == value
    assert state["step"] == "severity"
    assert [piece["text"] for piece in state["words"]] == ["The lid does not close"]
    assert told.startswith("How bad")


@pytest.mark.parametrize(
    ("words", "value"), [("First use", "first_use"), ("首次使用", "first_use"), ("4", "first_use")]
)
async def test_labels_are_typed_at_the_question_where(stage: Stage, words: str, value: str) -> None:
    language = "zh" if "首" in words else "en"
    person = await agreed(stage, language)
    row = texts(await person.says("/complain The lid does not close"))[-1]
    while not any(data.endswith(":change") for data in buttons(row).values()):
        skip = next(data for data in buttons(row).values() if data.endswith(":skip"))
        row = texts(await person.presses(skip))[-1]
    change = next(data for data in buttons(row).values() if data.endswith(":change"))
    row = texts(await person.presses(change))[-1]
    where = next(data for data in buttons(row).values() if data.endswith("e:stage"))
    await person.presses(where)
    stage.clock.move(minutes=2)
    assert len(person.told(await person.says(words))) == 1
    assert (await of(stage, person)).state["answers"]["stage"] == value


WAY_OUT: Phrases = {
    "en": ("never mind", "cancel", "/cancel", "oh nothing, never mind, it's fine", "forget it"),
    "ru": ("отмена", "не важно", "да не важно на самом деле", "ладно, забудьте"),
    "zh": ("算了", "没事了，不用管", "当我没说"),
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_there_is_a_way_out_in_words(stage: Stage, language: str) -> None:
    for words in WAY_OUT[language]:
        person, _ = await telling(stage, language)
        assert len(person.told(await person.says(words))) == 1, words
        assert (await of(stage, person)).status in ("finished", "abandoned"), words
        assert (await of(stage, person)).state.get("words") is None, words
    await nothing_was_filed(stage)


@pytest.mark.parametrize("words", ["never mind", "/cancel", "forget it"])
async def test_what_was_told_can_be_taken_back_in_words(
    stage: Stage, anna: Somebody, words: str
) -> None:
    await anna.says("The lid does not close")
    stage.clock.move(minutes=2)
    assert len(anna.told(await anna.says(words))) == 1
    await nothing_was_filed(stage)


TOLD = {"en": "The label fell off", "ru": "Этикетка отвалилась", "zh": "标签掉了，盖子也盖不上"}
SHRUGS: Phrases = {
    "en": ("nothing", "no idea", "Whatever.", "skip", "I don't know", "not a big deal"),
    "ru": ("не знаю", "без разницы", "да мне всё равно", "ерунда"),
    "zh": ("不知道", "随便", "无所谓", "小事"),
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_shrug_at_a_question_skips_it_and_takes_nothing_back(
    stage: Stage, language: str
) -> None:
    for words in SHRUGS[language]:
        person, _ = await telling(stage, language)
        await person.says(TOLD[language])
        stage.clock.move(minutes=2)
        assert len(person.told(await person.says(words))) == 1, words
        conversation = await of(stage, person)
        assert (conversation.status, conversation.state["step"]) == ("open", "severity"), words
        assert [piece["text"] for piece in conversation.state["words"]] == [TOLD[language]]


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "a small thing", 1),
        ("en", "I am ready to leave", 5),
        ("ru", "Мелочь", 1),
        ("zh", "4", 4),
    ],
)
async def test_how_bad_it_is_can_be_said_as_the_scale_says_it(
    stage: Stage, language: str, words: str, value: int
) -> None:
    person, _ = await telling(stage, language)
    await person.says(TOLD[language])
    await person.presses(
        next(each for each in buttons(texts(stage.sent)[-1]).values() if each.endswith(":skip"))
    )
    stage.clock.move(minutes=2)
    await person.says(words)
    assert (await of(stage, person)).state["answers"]["severity"] == value


# -- what is said to people -----------------------------------------------------------------------


@pytest.mark.parametrize("words", ["ok", "no thanks", "All fine", "all good so far"])
async def test_whoever_said_fine_is_not_nudged(stage: Stage, anna: Somebody, words: str) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    await anna.says(words)
    await nothing_was_filed(stage)


async def test_whoever_only_pressed_a_button_is_not_nudged_about_it(
    stage: Stage, anna: Somebody
) -> None:
    """They have told nothing, so there is nothing to finish; staff are given what they pressed."""
    await anna.says("/start")
    await ask(stage, anna)
    await anna.chooses(texts(stage.sent)[-1], "All fine")
    stage.clock.move(hours=5)
    assert await fire_due(stage) == []


@pytest.mark.parametrize(
    ("language", "words", "happy"),
    [
        ("en", "no thanks", "Good to hear"),
        ("ru", "нет, спасибо", "рады"),
        ("zh", "不用了", "那就好"),
    ],
)
async def test_a_bare_no_thanks_is_not_praised(
    stage: Stage, language: str, words: str, happy: str
) -> None:
    person = await asked(stage, language)
    [told] = person.told(await person.says(words))
    assert happy not in told
    assert await a_day_later(stage) == []


async def test_ids_of_products_are_never_shown(stage: Stage, anna: Somebody) -> None:
    from bot.core.work import Work
    from bot.dialogue import conversations
    from flows.entities import Priority

    await anna.says("/start")
    customer = await stage.customer_of(anna)
    for flow in ("trial_check_in", "purchase_check_in", "check_in"):

        async def begin(work: Work, flow: str = flow) -> Any:
            return await conversations.begin(
                work,
                customer=customer,
                chat_id=anna.id,
                flow=flow,
                product="SKU-00123_XL",
                priority=Priority.ASK,
                purpose="ask",
            )

        await stage.use(begin)
        text = texts(stage.sent)[-1].params["text"]
        assert "SKU" not in text
        assert "Lumen Tea" in text
        assert "()" not in text


@pytest.mark.parametrize(
    ("language", "question"), [("Русский", "Кое-что мешает"), ("中文", "有地方卡住了")]
)
async def test_another_language_in_mid_question_shows_the_question_again(
    stage: Stage, anna: Somebody, language: str, question: str
) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    row = texts(await anna.says("/language"))[-1]
    rows = texts(await anna.chooses(row, language))
    assert question in buttons(rows[-1])
    await anna.says("/language")
    rows = texts(await anna.says("English"))
    assert "Something is in the way" in buttons(rows[-1])
    await anna.chooses(rows[-1], "Something is in the way")
    assert (await stage.one(Conversation)).state["step"] == "words"


@pytest.mark.parametrize("words", ["OK", "Stop", "thx!", "Hi", "👍 ok", "Lumen Tea"])
@pytest.mark.parametrize("language", ["ru", "zh"])
async def test_a_word_that_everybody_writes_changes_no_language(
    stage: Stage, language: str, words: str
) -> None:
    person = await asked(stage, language)
    [told] = person.told(await person.says(words))
    assert (await stage.customer_of(person)).language == ""
    assert not told.replace("Lumen Tea", "").isascii()


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("no, all is well, thanks", "en"),
        ("да", "ru"),
        ("没啥问题", "zh"),
    ],
)
async def test_whoever_writes_in_another_language_is_answered_in_it(
    stage: Stage, words: str, language: str
) -> None:
    """Said once, with the way to change it; the question goes on in that language."""
    person = await asked(stage, "en" if language != "en" else "ru")
    told = person.told(await person.says(words))
    assert told[0] == said(stage, language, "language_followed")
    assert (await stage.customer_of(person)).language == language
    assert len(person.told(await person.says(words))) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_stop_beside_an_open_ticket_is_answered_once(stage: Stage, language: str) -> None:
    """It is about being asked; whoever works on the ticket sees it, and the ticket stays."""
    for words in STOP[language][:2]:
        person = await agreed(stage, language)
        known = {each.id for each in await stage.all(Ticket)}
        await complaint_of_words(stage, person)
        [ticket] = [each for each in await stage.all(Ticket) if each.id not in known]
        stage.clock.move(minutes=5)
        told = person.told(await person.says(words))
        assert told == [said(stage, language, "stopped_all")], words
        assert (await stage.customer_of(person)).stopped == ("*",)
        assert await state_of(stage, ticket) == "open"
        assert (await said_in(stage, ticket))[-1] == words


async def complaint_of_words(stage: Stage, person: Somebody) -> None:
    """Tell a whole complaint by its buttons, in whatever language they are."""
    rows = texts(await person.says("/complain The lid does not close"))
    for _ in range(6):
        data = next(
            each for each in buttons(rows[-1]).values() if each.endswith((":skip", ":send"))
        )
        rows = texts(await person.presses(data))
        if data.endswith(":send"):
            return
