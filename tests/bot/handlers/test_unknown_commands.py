"""A command that nobody knows begins nothing, wherever it is typed."""

import pytest

from bot import wiring
from flows.entities import Conversation, Entry, Remark, Ticket
from flows.languages import SHIPPED
from storage.database import Database
from tests.bot.desk.world import FORUM, PLAIN, World, card_of, make_world, said
from tests.bot.stage import Somebody, Stage, complaint_of, make_stage


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.services.admins = {900}
    return made


@pytest.fixture
async def desk(database: Database) -> World:
    made = await make_world(database)
    made.services.bot_username = "verso_test_bot"
    return made


def command_in(text: str) -> str:
    return text.split(maxsplit=1)[0].split("@", maxsplit=1)[0]


async def kept(stage: Stage) -> list[object]:
    return [each for cls in (Conversation, Remark, Ticket) for each in await stage.all(cls)]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("/refund now", ""),
        ("/langage", "/language"),
        ("/privcy", "/privacy"),
        ("/forgetme", "/forget_me"),
        ("/helpp@verso_bot", "/help"),
        ("/stats", None),
    ],
)
async def test_an_unknown_command_keeps_nothing_and_names_the_nearest(
    stage: Stage, anna: Somebody, text: str, near: str | None
) -> None:
    [told] = anna.told(await anna.says(text))
    assert await kept(stage) == []
    if near is None:
        return  # an admin's command has an answer of its own
    assert told.startswith(f"I do not know {command_in(text)}.")
    assert told.endswith("Nothing was kept.")
    assert (f"Did you mean {near}?" in told) if near else ("Did you mean" not in told)


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "Ничего не сохранено."), ("zh", "什么都没有保存。")]
)
async def test_the_hint_is_in_the_language_of_its_reader(
    stage: Stage, language: str, words: str
) -> None:
    person = Somebody(stage, 705, "Li", language)
    assert person.told(await person.says("/langage"))[0].endswith(words)


async def test_in_the_middle_of_a_complaint_it_adds_nothing(stage: Stage, anna: Somebody) -> None:
    await anna.says("The tin was open and the tea is stale")
    before = await stage.one(Conversation)
    [told] = anna.told(await anna.says("/refund please"))
    assert "I do not know /refund" in told
    assert await stage.one(Conversation) == before


async def test_beside_a_fresh_ticket_it_adds_nothing(stage: Stage, anna: Somebody) -> None:
    await complaint_of(stage, anna, "The tin was open and the tea is stale")
    before = await stage.all(Entry)
    [told] = anna.told(await anna.says("/status"))
    assert "I do not know /status" in told
    assert await stage.all(Entry) == before


@pytest.mark.parametrize("text", ["/unsubscribe", "/Unsubscribe@verso_bot please", "/отписаться"])
async def test_a_command_that_says_stop_stops(stage: Stage, anna: Somebody, text: str) -> None:
    await anna.says("/start")
    rows = await anna.says(text)
    assert (await stage.customer_of(anna)).stopped == ("*",)
    assert "I do not know" not in str(anna.told(rows))


@pytest.mark.parametrize("text", ["/cancel", "/отмена", "/取消", "/never_mind"])
async def test_a_command_that_says_never_mind_takes_back(
    stage: Stage, anna: Somebody, text: str
) -> None:
    await anna.says("/complain")
    await anna.says(text)
    assert (await stage.one(Conversation)).status == "finished"
    assert await stage.all(Ticket) == []


async def test_a_command_that_asks_who_is_answered(stage: Stage, anna: Somebody) -> None:
    assert "Lumen Tea" in anna.told(await anna.says("/who_are_you"))[0]
    assert await kept(stage) == []


async def test_a_slash_alone_is_no_command(stage: Stage, anna: Somebody) -> None:
    await anna.says("/ the tin was open and the tea is stale")
    words = (await stage.one(Conversation)).state["words"]
    assert [piece["text"] for piece in words] == ["/ the tin was open and the tea is stale"]


async def test_admins_hear_of_their_own_commands_too(stage: Stage, anna: Somebody) -> None:
    admin = Somebody(stage, 900, "Ada")
    [told] = admin.told(await admin.says("/shedules"))
    assert "Did you mean /schedules?" in told
    assert "/schedules" not in anna.told(await anna.says("/shedules"))[0]
    assert await kept(stage) == []


@pytest.mark.parametrize("text", ["/cancel", "/отмена", "/abort"])
async def test_what_an_admin_was_asked_to_type_is_cancelled_in_any_words(
    stage: Stage, text: str
) -> None:
    admin = Somebody(stage, 900, "Ada")
    await admin.says("/schedules")
    await admin.presses("s:t:after-delivery:name:0")
    [told] = admin.told(await admin.says(text))
    assert told == "Cancelled. Nothing was changed."


# -- in staff's groups ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("/resolv It is mended", "/resolve"),
        ("/tiket@verso_test_bot", "/tickets"),
        ("/refund", ""),
        ("/закрыть", ""),
        ("/my", ""),
    ],
)
@pytest.mark.parametrize("replying", [False, True])
async def test_staff_learn_that_nothing_reached_the_customer(
    desk: World, text: str, near: str, replying: bool
) -> None:
    await desk.group()
    ticket = await desk.complain(await desk.customer())
    await desk.add(ticket.number, said("It is still late", message_id=12))
    entries = await desk.read(lambda unit: unit.tickets.entries(ticket.id))
    before = len(desk.sent)
    to = card_of(ticket) if replying else None
    number = await desk.write(text, to=to, topic=ticket.topic_id)
    [sent] = await desk.deliver()
    assert sent.row.chat_id == FORUM
    assert sent.params["reply_parameters"]["message_id"] == number
    assert sent.text.startswith(f"I do not know {command_in(text)}.")
    assert "Nothing of it reached the customer." in sent.text
    assert f"Did you mean {near}?" in sent.text if near else "/help" in sent.text
    assert desk.to(ticket.chat_id, before) == []
    assert await desk.read(lambda unit: unit.tickets.entries(ticket.id)) == entries


async def test_other_bots_commands_and_strange_groups_are_left_alone(desk: World) -> None:
    await desk.group()
    await desk.write("/poll@other_bot", chat=FORUM)
    await desk.write("/poll", chat=PLAIN)
    assert await desk.deliver() == []


def test_the_hints_are_there_in_every_language(stage: Stage) -> None:
    for language in SHIPPED:
        for key in ("customer.unknown_command", "desk.unknown_command"):
            for each in (key, f"{key}_near"):
                text = stage.services.words.say(language, each, command="/x", near="/y")
                assert "/x" in text
