"""reply_markup, checked as Telegram checks it."""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.markup.links import checked_link
from bot.sandbox.world.model import JSON

CALLBACK_DATA_LIMIT = 64
"""Bytes of callback_data (Bot API, InlineKeyboardButton)."""
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def checked_markup(raw: Any, *, inline_only: bool = False) -> JSON | None:
    """The keyboard of a message, cleaned; None when there is none. Raises ApiError 400."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in raw:
        rows = _rows(raw["inline_keyboard"], "inline keyboard", _inline_button)
        return {"inline_keyboard": rows} if rows else None
    if inline_only:
        return None
    if "keyboard" in raw:
        return raw | {"keyboard": _rows(raw["keyboard"], "reply keyboard", _reply_button)}
    if raw.get("remove_keyboard") or raw.get("force_reply"):
        return raw
    return None


def _rows(raw: Any, what: str, read: Any) -> list[list[JSON]]:
    if not isinstance(raw, list):
        raise bad_request(f'can\'t parse {what}: Field "{what.replace(" ", "_")}" must be an Array')
    rows = []
    for row in raw:
        if not isinstance(row, list):
            raise bad_request(f"can't parse {what}: expected an Array of Arrays of buttons")
        buttons = [read(button) for button in row]
        if buttons:
            rows.append(buttons)
    return rows


def _reply_button(raw: Any) -> JSON:
    if isinstance(raw, str):
        raw = {"text": raw}
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        raise bad_request("can't parse reply keyboard button: expected an Object with text")
    return raw


def _inline_button(raw: Any) -> JSON:
    if not isinstance(raw, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = raw.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    empty = _may_be_empty(raw)
    actions = [name for name in _ACTIONS if raw.get(name) or name in empty]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    action = actions[0]
    if action == "callback_data":
        _check_callback_data(raw["callback_data"])
    button = dict(raw)
    if action == "url":
        button["url"] = checked_link(str(raw["url"]))
        if not button["url"]:
            raise bad_request(
                f"inline keyboard button URL '{raw['url']}' is invalid: Wrong HTTP URL"
            )
    return button


def _may_be_empty(raw: JSON) -> set[str]:
    """Switching to inline mode with an empty query is an action too."""
    return {k for k in ("switch_inline_query", "switch_inline_query_current_chat") if k in raw}


def _check_callback_data(data: Any) -> None:
    if not isinstance(data, str):
        raise bad_request(
            'can\'t parse inline keyboard button: Field "callback_data" must be a String'
        )
    if len(data.encode()) > CALLBACK_DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
