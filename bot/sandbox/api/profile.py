"""What a bot says of itself: commands, name, descriptions, menu button."""

from __future__ import annotations

import re
from typing import Any

import orjson

from bot.sandbox.api.params import checked_chat_id
from bot.sandbox.api.registry import Call, Handler, method
from bot.sandbox.errors import bad_request
from bot.sandbox.world.model import JSON

COMMANDS_LIMIT = 100
"""Commands a bot may set (Bot API, setMyCommands)."""
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SCOPES: dict[str, tuple[str, ...]] = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_MENU_TYPES = frozenset({"default", "commands", "web_app"})
_TEXTS = {
    "name": ("Name", 64),
    "description": ("Description", 512),
    "short_description": ("ShortDescription", 120),
}


def _language(call: Call) -> str:
    code = call.params.text("language_code")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _scope_key(call: Call) -> str:
    scope = call.params.get("scope") or {"type": "default"}
    if not isinstance(scope, dict) or str(scope.get("type")) not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    for name in _SCOPES[scope["type"]]:
        if not scope.get(name):
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
    if "chat_id" in scope:
        call.world.chat_for(call.bot, checked_chat_id(scope["chat_id"]))
    sorted_scope = orjson.dumps(scope, option=orjson.OPT_SORT_KEYS).decode()
    return f"{sorted_scope}:{_language(call)}"


@method("setMyCommands")
def set_my_commands(call: Call) -> bool:
    """Commands of one scope and language."""
    commands = call.params.get("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > COMMANDS_LIMIT:
        raise bad_request("too many commands specified")
    call.bot.commands[_scope_key(call)] = [_checked_command(c) for c in commands]
    return True


def _checked_command(raw: Any) -> JSON:
    if not isinstance(raw, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command = str(raw.get("command", "")).removeprefix("/")
    description = str(raw.get("description", "")).strip()
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


@method("getMyCommands")
def get_my_commands(call: Call) -> list[JSON]:
    """Commands of exactly this scope and language."""
    return call.bot.commands.get(_scope_key(call), [])


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> bool:
    """Forget the commands of this scope and language."""
    call.bot.commands.pop(_scope_key(call), None)
    return True


def _setter(field: str, limit: int) -> Handler:
    def handler(call: Call) -> bool:
        text = call.params.text(field).strip()
        if len(text) > limit:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        call.bot.texts[field, _language(call)] = text
        return True

    return handler


def _getter(field: str) -> Handler:
    def handler(call: Call) -> JSON:
        default = call.bot.user.first_name if field == "name" else ""
        texts = call.bot.texts
        text = texts.get((field, _language(call))) or texts.get((field, "")) or default
        return {field: text}

    return handler


for _field, (_suffix, _limit) in _TEXTS.items():
    method(f"setMy{_suffix}")(_setter(_field, _limit))
    method(f"getMy{_suffix}")(_getter(_field))


def _menu_chat(call: Call) -> int | None:
    chat_id = call.params.get("chat_id")
    if chat_id is None:
        return None
    chat = call.world.chat_for(call.bot, chat_id)
    if not chat.is_private:
        raise bad_request("chat not found")
    return chat.id


@method("setChatMenuButton")
def set_chat_menu_button(call: Call) -> bool:
    """The button beside the message field, in one chat or by default."""
    button = call.params.get("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or str(button.get("type")) not in _MENU_TYPES:
        raise bad_request("can't parse menu button: Unsupported type specified")
    if button["type"] == "web_app" and not (button.get("text") and button.get("web_app")):
        raise bad_request("can't parse menu button: Can't find field \"text\"")
    call.bot.menu_buttons[_menu_chat(call)] = button
    return True


@method("getChatMenuButton")
def get_chat_menu_button(call: Call) -> JSON:
    """What setChatMenuButton left."""
    buttons = call.bot.menu_buttons
    return buttons.get(_menu_chat(call)) or buttons.get(None) or {"type": "commands"}
