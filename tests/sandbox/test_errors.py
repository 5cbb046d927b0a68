"""The usual errors, with code and text as Telegram's open server has them.

Each row names where: C is Client.cpp of telegram-bot-api 10.0, M its ClientManager.cpp, other
names are files of td 1.8.66 (td/telegram/), "server" is what Telegram's servers say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.conftest import PNG, Stage
from tests.sandbox.test_refusals import raw

Row = tuple[str, str, dict[str, Any], int, str]
BAD, NO = "Bad Request: ", "Forbidden: "
ENTITIES = f"{BAD}can't parse entities: "


@dataclass(frozen=True, slots=True)
class Cast:
    """The chats that the rows name."""

    chats: dict[str, int]
    said: int
    sent: int
    topic: int
    closed: int


@pytest.fixture
async def cast(stage: Stage) -> Cast:
    make, anna, bot = stage.sandbox, stage.anna, stage.account
    blocked = await make.create_user(first_name="B")
    gone = await make.create_user(first_name="D")
    for person in (blocked, gone):
        await person.start(bot)
    await blocked.block(bot)
    await gone.deactivate()
    kicked = await make.create_group(anna, bot)
    await kicked.kick(bot)
    left = await make.create_group(anna, bot)
    await stage.bot.leave_chat(left.id)
    forum = await make.create_group(anna, bot, forum=True, admins={bot.id: ["can_manage_topics"]})
    powerless = await make.create_group(anna, bot, forum=True)
    closed = await powerless.create_topic(anna, "closed")
    await powerless.close_topic(anna, closed)
    old = await make.create_group(anna, bot, kind="group")
    await old.migrate()
    chats = {
        "anna": anna.id,
        "blocked": blocked.id,
        "gone": gone.id,
        "bot": (await make.create_bot(username="other_bot")).id,
        "itself": bot.id,
        "kicked": kicked.id,
        "left": left.id,
        "group": (await make.create_group(anna, bot)).id,
        "forum": forum.id,
        "powerless": powerless.id,
        "old": old.id,
    }
    sent = (await stage.bot.send_message(anna.id, "x")).message_id
    said = (await anna.say(bot, "hi")).id
    return Cast(chats, said, sent, await forum.create_topic(anna, "T"), closed)


def text(text: str, **more: Any) -> dict[str, Any]:
    return {"chat_id": "anna", "text": text} | more


ROWS: list[Row] = [
    ("no method, C 12664", "sendFoo", {}, 404, "Not Found: method not found"),
    ("no chat, C 8200", "sendMessage", {"text": "x"}, 400, f"{BAD}chat_id is empty"),
    ("no text, C get_input_message_text", "sendMessage", {"chat_id": "anna"}, 400,
     f"{BAD}message text is empty"),
    ("spaces, MessageEntity 4519", "sendMessage", text(" \n "), 400,
     f"{BAD}text must be non-empty"),
    ("long, MessagesManager 27931", "sendMessage", text("x" * 4097), 400,
     f"{BAD}message is too long"),
    ("unknown chat", "sendMessage", {"chat_id": 999, "text": "x"}, 400, f"{BAD}chat not found"),
    ("no number, C 8210", "sendMessage", {"chat_id": "abc", "text": "x"}, 400,
     f"{BAD}chat not found"),
    ("blocked, C 125", "sendMessage", {"chat_id": "blocked", "text": "x"}, 403,
     f"{NO}bot was blocked by the user"),
    ("deactivated, C 8136", "sendMessage", {"chat_id": "gone", "text": "x"}, 403,
     f"{NO}user is deactivated"),
    ("a bot, MessagesManager 27939", "sendMessage", {"chat_id": "bot", "text": "x"}, 403,
     f"{NO}the bot can't send messages to the bot"),
    ("itself, MessagesManager 27939", "sendMessage", {"chat_id": "itself", "text": "x"}, 403,
     f"{NO}the bot can't send messages to the bot"),
    ("kicked, C 8174", "sendMessage", {"chat_id": "kicked", "text": "x"}, 403,
     f"{NO}bot was kicked from the supergroup chat"),
    ("left, C 8183", "sendMessage", {"chat_id": "left", "text": "x"}, 403,
     f"{NO}bot is not a member of the supergroup chat"),
    ("upgraded, C 8155", "sendMessage", {"chat_id": "old", "text": "x"}, 400,
     f"{BAD}group chat was upgraded to a supergroup chat"),
    ("parse_mode", "sendMessage", text("x", parse_mode="foo"), 400,
     f"{BAD}unsupported parse_mode"),
    ("HTML open, MessageEntity 3559", "sendMessage", text("<b>x", parse_mode="HTML"), 400,
     f'{ENTITIES}Can\'t find end tag corresponding to start tag "b"'),
    ("HTML tag, MessageEntity 3356", "sendMessage", text("<p>x</p>", parse_mode="HTML"), 400,
     f'{ENTITIES}Unsupported start tag "p" at byte offset 0'),
    ("HTML end, MessageEntity 3465", "sendMessage", text("x</b>", parse_mode="HTML"), 400,
     f"{ENTITIES}Unexpected end tag at byte offset 1"),
    ("HTML crossed", "sendMessage", text("<b><i>x</b></i>", parse_mode="HTML"), 400,
     f'{ENTITIES}Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("Markdown dot", "sendMessage", text("a.b", parse_mode="MarkdownV2"), 400,
     f"{ENTITIES}Character '.' is reserved and must be escaped with the preceding '\\'"),
    ("Markdown open", "sendMessage", text("*a", parse_mode="MarkdownV2"), 400,
     f"{ENTITIES}Can't find end of Bold entity at byte offset 0"),
    ("reply gone, C 8520", "sendMessage", text("x", reply_parameters={"message_id": 99_999}), 400,
     f"{BAD}message to be replied not found"),
    ("topic gone, C 6818", "sendMessage",
     {"chat_id": "forum", "text": "x", "message_thread_id": 9_999}, 400,
     f"{BAD}message thread not found"),
    ("General by 1, C 8273", "sendMessage",
     {"chat_id": "forum", "text": "x", "message_thread_id": 1}, 400,
     f"{BAD}message thread not found"),
    ("no forum, C 8256", "sendMessage",
     {"chat_id": "group", "text": "x", "message_thread_id": 9_999}, 200, ""),
    ("closed, server", "sendMessage",
     {"chat_id": "powerless", "text": "x", "message_thread_id": "closed"}, 400,
     f"{BAD}TOPIC_CLOSED"),
    ("edit gone, C 8466", "editMessageText", text("x", message_id=99_999), 400,
     f"{BAD}message to edit not found"),
    ("edit the same, C 109", "editMessageText", text("x", message_id="sent"), 400,
     f"{BAD}message is not modified: specified new message content and reply markup are exactly "
     "the same as a current content and reply markup of the message"),
    ("edit others'", "editMessageText", text("x", message_id="said"), 400,
     f"{BAD}message can't be edited"),
    ("caption of text", "editMessageCaption",
     {"chat_id": "anna", "message_id": "sent", "caption": "x"}, 400,
     f"{BAD}there is no caption in the message to edit"),
    ("delete gone", "deleteMessage", {"chat_id": "anna", "message_id": 99_999}, 400,
     f"{BAD}message to delete not found"),
    ("delete nothing, C 13800", "deleteMessage", {"chat_id": "anna", "message_id": "abc"}, 400,
     f"{BAD}message identifier is not specified"),
    ("forward gone", "forwardMessage",
     {"chat_id": "anna", "from_chat_id": "anna", "message_id": 99_999}, 400,
     f"{BAD}message to forward not found"),
    ("copy gone, C 13254", "copyMessage",
     {"chat_id": "anna", "from_chat_id": "anna", "message_id": 99_999}, 400,
     f"{BAD}message to copy not found"),
    ("pin, DialogManager 2921", "pinChatMessage", {"chat_id": "group", "message_id": 1}, 400,
     f"{BAD}not enough rights to manage pinned messages in the chat"),
    ("topic, ForumTopicManager 523", "createForumTopic", {"chat_id": "powerless", "name": "x"},
     400, f"{BAD}not enough rights to create a topic"),
    ("no forum", "createForumTopic", {"chat_id": "group", "name": "x"}, 400,
     f"{BAD}the chat is not a forum"),
    ("no name, ForumTopicManager 529", "createForumTopic", {"chat_id": "forum"}, 400,
     f"{BAD}name must be non-empty"),
    ("close, ForumTopicManager 968", "closeForumTopic",
     {"chat_id": "powerless", "message_thread_id": "closed"}, 400,
     f"{BAD}not enough rights to close or open the topic"),
    ("copy from where it was kicked, C 8174", "copyMessage",
     {"chat_id": "anna", "from_chat_id": "kicked", "message_id": 1}, 403,
     f"{NO}bot was kicked from the supergroup chat"),
    ("answer there, C 8524", "sendMessage",
     text("x", reply_parameters={"message_id": 1, "chat_id": "@nowhere"}), 400,
     f"{BAD}chat not found"),
    ("react there, C 13493", "setMessageReaction", {"chat_id": "left", "message_id": 1}, 403,
     f"{NO}bot is not a member of the supergroup chat"),
    ("old query, C 148", "answerCallbackQuery", {"callback_query_id": "123"}, 400,
     f"{BAD}query is too old and response timeout expired or query ID is invalid"),
    ("no photo", "sendPhoto", {"chat_id": "anna"}, 400,
     f"{BAD}there is no photo in the request"),
    ("no file", "sendPhoto", {"chat_id": "anna", "photo": "nope"}, 400,
     f"{BAD}wrong remote file identifier specified: Wrong padding in the string"),
    ("getFile", "getFile", {"file_id": "nope"}, 400, f"{BAD}invalid file_id"),
    ("no member", "getChatMember", {"chat_id": "group", "user_id": 4_242}, 400,
     f"{BAD}user not found"),
    ("reaction, server", "setMessageReaction",
     {"chat_id": "anna", "message_id": "said", "reaction": [{"type": "emoji", "emoji": "🥝"}]},
     400, f"{BAD}REACTION_INVALID"),
    ("webhook", "setWebhook", {"url": "http://example.org/x"}, 400,
     f"{BAD}bad webhook: An HTTPS URL must be provided for webhook"),
    ("command", "setMyCommands",
     {"commands": [{"command": "Start", "description": "xxx"}]}, 400,
     f"{BAD}BOT_COMMAND_INVALID"),
    ("old reply, C 9391", "sendMessage", text("x", reply_to_message_id="said"), 200, ""),
    ("old preview, C 11364", "sendMessage", text("x", disable_web_page_preview=True), 200, ""),
    ("old method, C 358", "getChatMembersCount", {"chat_id": "group"}, 200, ""),
    ("no latitude, C 11412", "sendLocation", {"chat_id": "anna", "longitude": 1}, 400,
     f"{BAD}latitude is empty"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[f"{r[0]}-{r[1]}" for r in ROWS])
async def test_errors(stage: Stage, cast: Cast, row: Row) -> None:
    _, method, params, code, wanted = row
    ids = {"sent": cast.sent, "said": cast.said, "closed": cast.closed}
    body = {
        name: cast.chats.get(value, ids.get(value, value)) if isinstance(value, str) else value
        for name, value in params.items()
    }
    status, answer = await raw(stage, method, body)
    assert (status, answer.get("description", "")) == (code, wanted)


@pytest.mark.parametrize(
    ("token", "code", "wanted"),
    [
        ("abc", 401, "Unauthorized: invalid token specified"),  # M 76
        ("0123:x", 401, "Unauthorized: invalid token specified"),
        ("1" * 80 + ":x", 401, "Unauthorized: invalid token specified"),
        ("abc:x", 421, "Misdirected Request: unallowed token specified"),  # M 80
        ("123456:" + "A" * 35, 401, "Unauthorized"),
    ],
)
async def test_tokens(stage: Stage, token: str, code: int, wanted: str) -> None:
    status, answer = await raw(stage, "getMe", {}, token)
    assert (status, answer["description"]) == (code, wanted)


@pytest.mark.parametrize(
    ("given", "read"), [("12abc", 12), ("-3", 1), ("1.9", 1), (True, 1), ("", 100), ("x", 1)]
)
async def test_numbers_are_read_as_far_as_they_go(stage: Stage, given: Any, read: int) -> None:
    """td, tdutils/td/utils/misc.h:157, to_integer, then clamped (Client.cpp:12360)."""
    for number in range(15):
        await stage.anna.say(stage.account, str(number))
    _, answer = await raw(stage, "getUpdates", {"limit": given})
    assert len(answer["result"]) == min(read, 15)


async def test_too_big_a_photo(stage: Stage) -> None:
    """FileLoaderUtils.cpp:327, for photos inferred."""
    size = 10 * 1024 * 1024 + 1
    with pytest.raises(Exception, match="too big for a photo; the maximum size is 10485760 bytes"):
        await stage.bot.send_photo(stage.anna.id, PNG + bytes(size - len(PNG)))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://t.me/tea_bot?start=abc", ""),
        ("t.me/Tea_Bot?start=abc", ""),
        ("https://t.me/other_bot?start=abc", f"{BAD}URL_INVALID"),
        ("https://example.org", f"{BAD}URL_INVALID"),
    ],
)
async def test_a_callback_opens_the_bots_own_links(stage: Stage, url: str, wanted: str) -> None:
    """Bot API, answerCallbackQuery: t.me/your_bot?start=XXXX; others are games' (server)."""
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "1"}]]}
    body = {"chat_id": stage.anna.id, "text": "q", "reply_markup": markup}
    _, sent = await raw(stage, "sendMessage", body)
    shown = await stage.anna.message(stage.account, sent["result"]["message_id"])
    pressed = await stage.anna.press(shown, "a")
    params = {"callback_query_id": pressed.query, "url": url}
    _, answer = await raw(stage, "answerCallbackQuery", params)
    assert answer.get("description", "") == wanted
    if not wanted:
        assert (await stage.anna.wait_for_answer(pressed))["url"] == url
