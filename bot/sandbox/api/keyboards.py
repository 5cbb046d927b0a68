"""reply_markup, checked as Telegram checks it.

What is no button at all is refused by the Bot API server (Client.cpp:9436 to 9790), what no
button may be by td (td/telegram/ReplyMarkup.cpp:464 to 830), the rest by Telegram's servers,
with the errors that core.telegram.org documents for messages.sendMessage.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.api.jsonfields import flag, inner, text_field
from bot.sandbox.errors import bad_request
from bot.sandbox.markup.links import checked_link, linked_user
from bot.sandbox.world.model import JSON

CALLBACK_DATA_LIMIT = 64
"""Bytes of callback_data (Bot API, InlineKeyboardButton)."""
COPY_TEXT_LIMIT = 256
"""Characters of a text to copy (Bot API, CopyTextButton)."""
PLACEHOLDER_LIMIT = 64
"""Characters of input_field_placeholder (Bot API, ReplyKeyboardMarkup)."""
ROW_LIMIT, BUTTON_LIMIT = 12, 300
"""Buttons in a row and in a keyboard; td leaves out the rest (ReplyMarkup.cpp:763)."""
_FLAGS = (
    "remove_keyboard",
    "force_reply",
    "selective",
    "resize_keyboard",
    "one_time_keyboard",
    "is_persistent",
)
_STYLES = frozenset({"primary", "danger", "success"})
_INLINE = "can't parse inline keyboard button: "
_REPLY = "can't parse keyboard button: "
_REQUESTS = {
    "request_contact": "Phone number can be requested in private chats only",
    "request_location": "Location can be requested in private chats only",
    "request_poll": "Poll can be requested in private chats only",
    "web_app": "Web App buttons can be used in private chats only",
    "request_users": "Users can be requested in private chats only",
    "request_chat": "Chats can be requested in private chats only",
    "request_managed_bot": "Managed bots can be requested in private chats only",
}


def checked_markup(raw: Any, *, private: bool = True, inline_only: bool = False) -> JSON | None:
    """The keyboard of a message, cleaned; None when there is none. Raises ApiError 400.

    `private`: it goes to a person's chat, where a contact or a place may be asked for.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    keyboard = _rows(raw, "keyboard", _reply_button)
    inline = _rows(raw, "inline_keyboard", _inline_button)
    markup = _chosen(raw, keyboard, inline)
    if markup is None:
        return None
    if inline_only and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    if not private:
        _refuse_requests(markup.get("keyboard", []))
        if any("web_app" in button for row in markup.get("inline_keyboard", []) for button in row):
            raise bad_request("BUTTON_TYPE_INVALID")
    if len(markup.get("input_field_placeholder") or "") > PLACEHOLDER_LIMIT:
        raise bad_request("input field placeholder is longer than 64 (sandbox is stricter)")
    return markup if markup.get("keyboard") != [] and markup.get("inline_keyboard") != [] else None


def _chosen(raw: JSON, keyboard: list[list[JSON]], inline: list[list[JSON]]) -> JSON | None:
    """The one kind of keyboard that counts (Client.cpp:9766)."""
    settings: JSON = {name: flag(raw, name) for name in _FLAGS if name in raw}
    placeholder = text_field(raw, "input_field_placeholder")
    if placeholder:
        settings["input_field_placeholder"] = placeholder
    if raw.get("keyboard"):
        return settings | {"keyboard": keyboard}
    if raw.get("inline_keyboard"):
        return {"inline_keyboard": inline}
    if settings.get("remove_keyboard") or settings.get("force_reply"):
        return settings
    return None


def _rows(raw: JSON, name: str, read: Callable[[Any], JSON | None]) -> list[list[JSON]]:
    rows = raw.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise bad_request(f'field "{name}" must be of type Array')
    read_rows = []
    left = BUTTON_LIMIT
    for row in rows:
        if not isinstance(row, list):
            of = " of the InlineKeyboardMarkup" if name == "inline_keyboard" else ""
            raise bad_request(f'field "{name}"{of} must be an Array of Arrays')
        buttons = [button for button in map(read, row) if button is not None]
        buttons = buttons[: min(ROW_LIMIT, left)]
        left -= len(buttons)
        if buttons:
            read_rows.append(buttons)
    return read_rows


def _look(raw: JSON, what: str) -> JSON | None:
    """Text, icon and style of a button; None when it has no label and is left out
    (ReplyMarkup.cpp:754)."""
    text = text_field(raw, "text", what=what, required=True) or ""
    icon = text_field(raw, "icon_custom_emoji_id", what=what)
    style = (text_field(raw, "style", what=what) or "").lower()
    if style and style != "default" and style not in _STYLES:
        raise bad_request(f"{what}invalid button style specified")
    if not text and not icon:
        return None
    if not text:
        kind = "inline keyboard" if what == _INLINE else "keyboard"
        raise bad_request(f"{kind} button text must be non-empty")
    look = {"text": text}
    if icon:
        look["icon_custom_emoji_id"] = icon
    return look | ({"style": style} if style in _STYLES else {})


def _reply_button(raw: Any) -> JSON | None:
    if isinstance(raw, str):
        return {"text": raw} if raw else None
    if not isinstance(raw, dict):
        raise bad_request(f"{_REPLY}KeyboardButton must be a String or an Object")
    look = _look(raw, _REPLY)
    action = _request(raw)
    return None if look is None else look | action


def _request(raw: JSON) -> JSON:
    """The first thing that a reply button asks for (Client.cpp:9455)."""
    if flag(raw, "request_contact", what=_REPLY):
        return {"request_contact": True}
    if flag(raw, "request_location", what=_REPLY):
        return {"request_location": True}
    for name in ("request_poll", "web_app", "request_users", "request_chat"):
        if name in raw:
            asked = inner(raw, name, _REPLY)
            if name == "web_app":
                _check_web_app(asked, "keyboard button Web App", _REPLY)
            elif name != "request_poll" and "request_id" not in asked:
                raise bad_request(f'{_REPLY}Can\'t find field "request_id"')
            return {name: asked}
    return {}


def _refuse_requests(rows: list[list[JSON]]) -> None:
    for button in (b for row in rows for b in row):
        for name, refusal in _REQUESTS.items():
            if name in button:
                raise bad_request(refusal[0].lower() + refusal[1:])


def _inline_button(raw: Any) -> JSON | None:
    if not isinstance(raw, dict):
        raise bad_request(f"{_INLINE}InlineKeyboardButton must be an Object")
    look = _look(raw, _INLINE)
    action = _action(raw)
    if look is None:
        return None
    if not look["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    return look | action


def _action(raw: JSON) -> JSON:
    """The first action that a button names, in Telegram's order (Client.cpp:9575)."""
    url = text_field(raw, "url", what=_INLINE)
    if url:
        return {"url": _button_link(url)}
    data = text_field(raw, "callback_data", what=_INLINE)
    if data:
        if len(data.encode("utf-8", "surrogatepass")) > CALLBACK_DATA_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID")
        return {"callback_data": data}
    if "callback_game" in raw or "pay" in raw:
        raise bad_request("BUTTON_TYPE_INVALID")  # of games and invoices alone
    return _further_action(raw)


def _further_action(raw: JSON) -> JSON:
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if name in raw:
            return {name: text_field(raw, name, what=_INLINE)}
    if "switch_inline_query_chosen_chat" in raw:
        return {
            "switch_inline_query_chosen_chat": inner(
                raw, "switch_inline_query_chosen_chat", _INLINE
            )
        }
    if "login_url" in raw:
        login = inner(raw, "login_url", _INLINE)
        _check_web_app(login, "inline keyboard button login", _INLINE)
        return {"login_url": login}
    if "web_app" in raw:
        app = inner(raw, "web_app", _INLINE)
        _check_web_app(app, "inline keyboard button Web App", _INLINE)
        return {"web_app": app}
    if "copy_text" in raw:
        return {"copy_text": {"text": _copied_text(inner(raw, "copy_text", _INLINE))}}
    raise bad_request(f"{_INLINE}Text buttons are unallowed in the inline keyboard")


def _copied_text(raw: JSON) -> str:
    text = text_field(raw, "text", what=_INLINE, required=True) or ""
    if not 1 <= len(text) <= COPY_TEXT_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return text


def _button_link(url: str) -> str:
    link = checked_link(url)
    if not link:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return link


def _check_web_app(raw: JSON, whose: str, what: str) -> None:
    """Only https (td, LinkManager.cpp:1959), and no person's link (ReplyMarkup.cpp:668)."""
    url = text_field(raw, "url", what=what, required=True) or ""
    if linked_user(url) is not None:
        where = "login URL" if whose.endswith("login") else "Web App URL"
        raise bad_request(f"link to a user can't be used in {where} buttons")
    link = checked_link(url)
    if not link.lower().startswith("https://"):
        secure = url.lower().startswith("https://")
        reason = "Wrong HTTP URL" if secure else "Only HTTPS links are allowed"
        raise bad_request(f"{whose} URL '{url}' is invalid: {reason}")
