"""Which keyboards Telegram refuses, and what it makes of those that it takes.

Client.cpp of telegram-bot-api 10.0 reads them, td/telegram/ReplyMarkup.cpp of td 1.8.66 checks
them; what the servers say is from core.telegram.org (messages.sendMessage).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MenuButtonWebApp, WebAppInfo

from bot.sandbox.world.model import JSON
from flows.console.signed import Signed, who_signed
from tests.sandbox.conftest import Stage
from tests.sandbox.test_refusals import raw

INLINE = "can't parse inline keyboard button: "
REPLY = "can't parse keyboard button: "


async def answered(stage: Stage, markup: Any, chat: int | None = None) -> tuple[str, JSON]:
    """The refusal, or "", and the message."""
    body = {"chat_id": chat or stage.anna.id, "text": "x", "reply_markup": markup}
    _, answer = await raw(stage, "sendMessage", body)
    return answer.get("description", "").removeprefix("Bad Request: "), answer.get("result", {})


@pytest.mark.parametrize(
    ("button", "error"),
    [
        ("a", f"{INLINE}InlineKeyboardButton must be an Object"),  # Client.cpp:9560
        ({"callback_data": "x"}, f'{INLINE}Can\'t find field "text"'),
        ({"text": [], "url": "a.com"}, f'{INLINE}Field "text" must be of type String'),
        ({"text": "a"}, f"{INLINE}Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "a", "callback_data": ""},
            f"{INLINE}Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "a", "callback_data": {}},
            f'{INLINE}Field "callback_data" must be of type String',
        ),
        ({"text": "a", "callback_data": "ä" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "  ", "callback_data": "a"}, "BUTTON_TEXT_INVALID"),
        (
            {"text": "a", "url": "nowhere"},  # LinkManager.cpp:1926
            "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "a", "callback_data": "1", "style": "pink"},  # Client.cpp:9451
            f"{INLINE}invalid button style specified",
        ),
        ({"text": "a", "web_app": 5}, f'{INLINE}Field "web_app" must be of type Object'),
        ({"text": "a", "web_app": {}}, f'{INLINE}Can\'t find field "url"'),
        (
            {"text": "a", "web_app": {"url": "http://example.org"}},  # LinkManager.cpp:1959
            "inline keyboard button Web App URL 'http://example.org' is invalid: "
            "Only HTTPS links are allowed",
        ),
        (
            {"text": "a", "web_app": {"url": "tg://user?id=1"}},  # ReplyMarkup.cpp:668
            "link to a user can't be used in Web App URL buttons",
        ),
        ({"text": "a", "login_url": {}}, f'{INLINE}Can\'t find field "url"'),
        ({"text": "a", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "a", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "a", "pay": True}, "BUTTON_TYPE_INVALID"),
        ({"text": "a", "callback_game": {}}, "BUTTON_TYPE_INVALID"),
        (
            {"text": "", "icon_custom_emoji_id": "1", "callback_data": "a"},  # ReplyMarkup.cpp:570
            "inline keyboard button text must be non-empty",
        ),
    ],
)
async def test_inline_buttons(stage: Stage, button: Any, error: str) -> None:
    assert (await answered(stage, {"inline_keyboard": [[button]]}))[0] == error


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        ("{nope", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"keyboard": {}}, 'field "keyboard" must be of type Array'),
        ({"keyboard": [5]}, 'field "keyboard" must be an Array of Arrays'),
        (
            {"inline_keyboard": [5]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"keyboard": [[5]]}, f"{REPLY}KeyboardButton must be a String or an Object"),
        ({"keyboard": [[{}]]}, f'{REPLY}Can\'t find field "text"'),
        (
            {"keyboard": [[{"text": "a", "request_contact": 1}]]},
            f'{REPLY}Field "request_contact" must be of type Boolean',
        ),
        (
            {"keyboard": [[{"text": "a", "web_app": {"url": "http://a.com"}}]]},
            "keyboard button Web App URL 'http://a.com' is invalid: Only HTTPS links are allowed",
        ),
        (
            {"keyboard": [[{"text": "a", "request_users": {}}]]},
            f'{REPLY}Can\'t find field "request_id"',
        ),
        ({"force_reply": "yes"}, 'field "force_reply" must be of type Boolean'),
    ],
)
async def test_whole_keyboards(stage: Stage, markup: Any, error: str) -> None:
    """Client.cpp:9711 to 9790."""
    assert (await answered(stage, markup))[0].lower() == error.lower()


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"request_contact": True}, "phone number can be requested in private chats only"),
        ({"request_location": True}, "location can be requested in private chats only"),
        ({"request_poll": {}}, "poll can be requested in private chats only"),
        ({"request_users": {"request_id": 1}}, "users can be requested in private chats only"),
        ({"request_chat": {"request_id": 1}}, "chats can be requested in private chats only"),
        (
            {"web_app": {"url": "https://a.com"}},
            "web App buttons can be used in private chats only",
        ),
    ],
)
async def test_groups_are_asked_for_nothing(stage: Stage, asked: JSON, error: str) -> None:
    """ReplyMarkup.cpp:485 to 550."""
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    markup = {"keyboard": [[{"text": "a"} | asked]]}
    assert (await answered(stage, markup, group.id))[0] == error
    assert (await answered(stage, markup))[0] == ""


async def test_inline_web_apps_are_for_private_chats(stage: Stage) -> None:
    """Bot API, InlineKeyboardButton: web_app is available only in private chats."""
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    markup = {"inline_keyboard": [[{"text": "a", "web_app": {"url": "https://a.com"}}]]}
    assert (await answered(stage, markup, group.id))[0] == "BUTTON_TYPE_INVALID"
    assert (await answered(stage, markup))[0] == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        # The first action counts, in Telegram's order (Client.cpp:9575 to 9700).
        (
            {"text": "a", "callback_data": "1", "url": "a.com"},
            {"text": "a", "url": "http://a.com/"},
        ),
        ({"text": "a", "callback_data": "1", "nonsense": 1}, {"text": "a", "callback_data": "1"}),
        ({"text": "a", "callback_data": 5}, {"text": "a", "callback_data": "5"}),
        (
            {"text": "a", "switch_inline_query": "", "style": "Danger"},
            {"text": "a", "switch_inline_query": "", "style": "danger"},
        ),
    ],
)
async def test_buttons_are_returned_as_telegram_keeps_them(
    stage: Stage, given: JSON, kept: JSON
) -> None:
    error, message = await answered(stage, {"inline_keyboard": [[given]]})
    assert error == ""
    assert message["reply_markup"] == {"inline_keyboard": [[kept]]}


async def test_buttons_without_a_label_are_left_out(stage: Stage) -> None:
    """ReplyMarkup.cpp:754 and 791: they are skipped before they are checked."""
    empty = {"text": "", "callback_data": "a"}
    error, message = await answered(stage, {"inline_keyboard": [[empty]]})
    assert (error, "reply_markup" in message) == ("", False)
    full = {"text": "b", "callback_data": "b"}
    _, message = await answered(stage, {"inline_keyboard": [[empty, full]]})
    assert message["reply_markup"] == {"inline_keyboard": [[full]]}
    await answered(stage, {"keyboard": [["", "Yes"]]})
    keyboard = await stage.anna.keyboard(stage.account)
    assert keyboard is not None
    assert keyboard["keyboard"] == [[{"text": "Yes"}]]


async def test_more_than_twelve_in_a_row_or_300_are_left_out(stage: Stage) -> None:
    """ReplyMarkup.cpp:799."""
    row = [{"text": "a", "callback_data": "1"}] * 13
    _, message = await answered(stage, {"inline_keyboard": [row] * 26})
    kept = message["reply_markup"]["inline_keyboard"]
    assert [len(r) for r in kept] == [12] * 25


async def test_an_edit_takes_inline_keyboards_only(stage: Stage) -> None:
    """ReplyMarkup.cpp:733."""
    sent = await stage.bot.send_message(stage.anna.id, "x")
    body = {"chat_id": stage.anna.id, "message_id": sent.message_id, "text": "y"}
    markup = {"reply_markup": {"keyboard": [["Yes"]]}}
    _, answer = await raw(stage, "editMessageText", body | markup)
    assert answer["description"] == "Bad Request: inline keyboard expected"


async def test_a_mini_app_is_told_who_opens_it(stage: Stage) -> None:
    app = MenuButtonWebApp("Console", WebAppInfo("https://verso.example/console"))
    await stage.bot.set_chat_menu_button(stage.anna.id, app)
    opened = await stage.anna.open_menu(stage.account)
    address, _, told = opened.partition("#")
    assert address == "https://verso.example/console"
    data = parse_qs(told)["tgWebAppData"][0]
    who = who_signed(data, stage.account.token, datetime.now(UTC))
    assert who == Signed(stage.anna.id, "Anna", "ru")
    row = [InlineKeyboardButton("Open", web_app=WebAppInfo(address))]
    sent = await stage.bot.send_message(
        stage.anna.id, "Here", reply_markup=InlineKeyboardMarkup([row])
    )
    here = {"user": stage.anna.id, "chat": stage.account.id, "message": sent.message_id}
    again = await stage.anna.link.call("open_app", **here, text="Open")
    assert again["url"].startswith(f"{address}#")
