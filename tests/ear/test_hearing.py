"""What single messages mean."""

import pytest

from flows.ear import Ear, Heard, Meaning, hear

M = Meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("stop", M.STOP),
        ("STOOOOP!!!", M.STOP),
        ("unsubcribe", M.STOP),
        ("CТOП", M.STOP),
        ("please dont text me any more", M.STOP),
        ("I'd rather not receive these messages", M.STOP),
        ("I withdraw my consent", M.STOP),
        ("не пишите мне больше", M.STOP),
        ("отзываю согласие на обработку данных", M.STOP),
        ("别再发了", M.STOP),
        ("請不要再發訊息給我", M.STOP),
        ("later", M.LATER),
        ("занята, давайте завтра", M.LATER),
        ("在开会，晚点说", M.LATER),
        ("not bad", M.FINE),
        ("no problems so far", M.FINE),
        ("nothing wrong", M.FINE),
        ("не мешает ничего, всё хорошо", M.FINE),
        ("没问题", M.FINE),
        ("👍👍👍", M.FINE),
        ("thanks", M.THANKS),
        ("🙏", M.THANKS),
        ("who is this?", M.WHO),
        ("вы кто?", M.WHO),
        ("你是谁", M.WHO),
        ("hello", M.WHO),
        ("?", M.WHO),
        ("wrong number", M.WRONG_PERSON),
        ("I'm not Vera", M.WRONG_PERSON),
        ("вы ошиблись номером", M.WRONG_PERSON),
        ("发错人了", M.WRONG_PERSON),
        ("haven't tried it yet", M.NOT_YET),
        ("ещё не пробовала", M.NOT_YET),
        ("还没试", M.NOT_YET),
        ("it has not arrived yet", M.NOT_YET),
        ("ещё не пришло", M.NOT_YET),
        ("还没收到", M.NOT_YET),
        ("never mind", M.NEVER_MIND),
        ("算了", M.NEVER_MIND),
        ("a little bit", M.PARTLY),
        ("when does my trial end?", M.QUESTION),
    ],
)
def test_a_short_message_is_heard_for_what_it_means(text: str, meaning: Meaning) -> None:
    heard = hear(text)

    assert meaning in heard.meanings
    assert M.COMPLAINT not in heard.meanings
    assert not heard.unsure


@pytest.mark.parametrize(
    "text",
    [
        "not good",
        "fine, but the lid leaks",
        "great, except the courier",
        "thanks for nothing",
        "was good the first week, then it broke",
        "stop charging me",
        "stop the subscription renewal",
        "no lid",
        "no, problems with the delivery",
        "it still has not arrived after three weeks",
        "waiting since yesterday for a courier who never came",
        "не очень",
        "всё хорошо, только вот крышка течёт",
        "хватит списывать деньги",
        "нет крышки",
        "不太好",
        "挺好的，就是有点贵",
        "别再扣费了",
        "三个星期了还没收到",
    ],
)
def test_a_complaint_is_not_lost(text: str) -> None:
    heard = hear(text)

    assert M.COMPLAINT in heard.meanings
    assert M.STOP not in heard.meanings


def test_a_stop_and_a_complaint_are_both_heard() -> None:
    heard = hear("stop writing to me, and my order still has not come")

    assert heard.meanings == {M.STOP, M.COMPLAINT}


def test_a_stop_that_is_denied_is_none() -> None:
    assert M.STOP not in hear("please don't stop sending these").meanings
    assert hear("bus stop").unsure


def test_a_husband_alone_is_not_a_wrong_person() -> None:
    assert M.WRONG_PERSON not in hear("my husband bought it").meanings


@pytest.mark.parametrize(
    "text",
    [
        "I came for the tasting, and it was cancelled",
        "we came and nobody was there",
        "приехал, а закрыто",
        "пришли зря",
        "我来参加品茶会，结果取消了",
        "品茶会没开，我白跑了一趟",
        "茶会取消了",
        "店没开",
    ],
)
def test_what_was_called_off_is_a_complaint_and_no_never_mind(text: str) -> None:
    assert hear(text).meanings == {M.COMPLAINT}


@pytest.mark.parametrize(
    "text", ["cancel that please", "отмените, не надо", "取消了", "盒子还没开"]
)
def test_what_somebody_cancels_or_has_not_opened_is_none(text: str) -> None:
    assert M.COMPLAINT not in hear(text).meanings


@pytest.mark.parametrize("text", ["great, dwimble-doo", "отлично, кракозябра"])
def test_a_word_that_nobody_knows_makes_unsure(text: str) -> None:
    assert hear(text).unsure


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("ask me tomorrow", "tomorrow"),
        ("this evening please", "tonight"),
        ("на следующей неделе", "next_week"),
        ("下周再说", "next_week"),
        ("later", None),
        ("I'm busy today, ask tomorrow", "tomorrow"),
    ],
)
def test_a_time_that_is_named_is_kept(text: str, when: str | None) -> None:
    heard = hear(text)

    assert M.LATER in heard.meanings
    assert heard.later == when


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the lid leaks", "en"),
        ("крышка течёт, всё плохо", "ru"),
        ("盖子漏水", "zh"),
        ("👍", None),
        ("Посилка ще не прийшла, де її шукати?", None),
        ("", None),
        ("zzz qqq xxyy", None),
    ],
)
def test_the_language_is_told_where_it_can_be(text: str, language: str | None) -> None:
    assert hear(text).language == language


def test_a_vacation_is_not_mended_to_an_opt_out() -> None:
    assert M.STOP not in hear("после отпуска").meanings
    assert M.STOP not in hear("starting").meanings


def test_a_long_message_is_a_story_with_an_opt_out_at_its_end_at_most() -> None:
    story = "the parcel came and the box was open and the tea was all over it " * 5

    assert hear(story).meanings == {M.COMPLAINT}
    assert hear(story + "\nPlease stop writing to me.").meanings == {M.COMPLAINT, M.STOP}


def test_nothing_is_heard_in_nothing() -> None:
    assert hear("") == Heard(frozenset(), unsure=True)
    assert hear("...").unsure


def test_a_business_adds_words_of_its_own() -> None:
    own = {M.FINE: ["Kettle's on"], M.NO: ["keine"]}

    assert hear("kettle's ON!", own=own).meanings == {M.FINE}
    assert hear("keine", own=own).meanings == {M.NO}
    assert hear("stop", own=own).meanings == {M.STOP}


def test_a_business_cannot_make_anything_a_stop() -> None:
    with pytest.raises(ValueError, match="cannot mean stop"):
        hear("x", own={M.STOP: ["weiter"]})


def test_own_words_are_checked() -> None:
    with pytest.raises(ValueError, match="is no meaning"):
        hear("x", own={"great": ["x"]})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="list of texts"):
        hear("x", own={M.FINE: "all good"})


def test_the_shipped_languages() -> None:
    assert Ear.load().languages == {"en", "ru", "zh"}
