"""Methods that send: texts, places, contacts, chat actions."""

from __future__ import annotations

from bot.sandbox.api.placing import placed, spend, target_chat, with_people
from bot.sandbox.api.registry import Call, method
from bot.sandbox.errors import bad_request
from bot.sandbox.markup.formatted import message_text
from bot.sandbox.world.model import JSON, Chat, Message
from bot.sandbox.world.posting import Draft, post

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send(call: Call, chat: Chat, content: JSON) -> JSON:
    """Place, pay for and post one message."""
    draft = placed(call, chat, content)
    spend(call, chat)
    return post_draft(call, chat, draft).body


def post_draft(call: Call, chat: Chat, draft: Draft) -> Message:
    """Post, and put a reply keyboard on the person's screen or take it away."""
    message = post(call.world, chat, call.bot.id, draft)
    keyboard = draft.keyboard
    if keyboard is not None and "inline_keyboard" not in keyboard:
        chat.keyboard = None if keyboard.get("remove_keyboard") else keyboard
    return message


@method("sendMessage")
def send_message(call: Call) -> JSON:
    """Text with markup, trimmed and limited."""
    params = call.params
    parse_mode = params.get("parse_mode")
    # Telegram reads markup before it looks at the chat, and entities after.
    text = message_text(params.text("text"), parse_mode) if parse_mode else None
    chat = target_chat(call)
    text = text or message_text(params.text("text"), None, params.get("entities"))
    content: JSON = {"text": text.text}
    entities = with_people(call.world, text)
    if entities:
        content["entities"] = entities
    preview = preview_options(call)
    if preview is not None:
        content["link_preview_options"] = preview
    return send(call, chat, content)


def preview_options(call: Call) -> JSON | None:
    """link_preview_options, or what their old name says (Client.cpp:11361)."""
    preview = call.params.get("link_preview_options")
    if isinstance(preview, dict):
        return preview
    return {"is_disabled": True} if call.params.get("disable_web_page_preview") else None


@method("sendLocation")
def send_location(call: Call) -> JSON:
    """A point on the map."""
    params = call.params
    latitude, longitude = params.get("latitude"), params.get("longitude")
    for name, value in (("latitude", latitude), ("longitude", longitude)):
        if value is None:
            raise bad_request(f"{name} is empty")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong location specified")
    location: JSON = {"latitude": latitude, "longitude": longitude}
    if params.get("horizontal_accuracy"):
        location["horizontal_accuracy"] = params.get("horizontal_accuracy")
    return send(call, target_chat(call), {"location": location})


@method("sendContact")
def send_contact(call: Call) -> JSON:
    """A phone contact; user_id is added when the number is somebody's."""
    params = call.params
    phone, first_name = params.text("phone_number"), params.text("first_name")
    if not phone:
        raise bad_request("phone number is empty")
    if not first_name:
        raise bad_request("first name is empty")
    contact: JSON = {"phone_number": phone, "first_name": first_name}
    for name in ("last_name", "vcard"):
        if params.get(name):
            contact[name] = params.get(name)
    owner = next((u for u in call.world.users.values() if u.phone and u.phone == phone), None)
    if owner is not None:
        contact["user_id"] = owner.id
    return send(call, target_chat(call), {"contact": contact})


@method("sendChatAction")
def send_chat_action(call: Call) -> bool:
    """ "typing…" and its like; listeners are told, nothing is kept."""
    chat = target_chat(call)
    action = call.params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    bot_id = call.bot.id
    call.world.hub.publish(
        "chat_action", lambda: {"chat": chat.key, "from": bot_id, "action": action}
    )
    return True
