"""Methods that send files, alone and in albums; getFile."""

from __future__ import annotations

from typing import Any

from bot.sandbox.api.params import whole
from bot.sandbox.api.placing import placed, spend, target_chat, with_people
from bot.sandbox.api.registry import Call, method
from bot.sandbox.api.sending import post_draft, send
from bot.sandbox.errors import bad_request
from bot.sandbox.markup.formatted import caption_text
from bot.sandbox.world.files import (
    DOWNLOAD_LIMIT,
    PHOTO_LIMIT,
    UPLOAD_LIMIT,
    StoredFile,
    picture_size,
)
from bot.sandbox.world.media import media_content
from bot.sandbox.world.model import JSON
from bot.sandbox.world.posting import Draft

ALBUM_SIZES = range(2, 11)
"""How many items an album has (Bot API, sendMediaGroup)."""
_NUMBERS = frozenset({"duration", "width", "height", "length"})
_TYPE_NAMES = {
    "photo": "Photo",
    "audio": "Audio",
    "document": "Document",
    "video": "Video",
    "animation": "Animation",
    "voice": "VoiceNote",
    "video_note": "VideoNote",
    "sticker": "Sticker",
    "thumbnail": "Thumbnail",
}


def stored_file(call: Call, kind: str, value: Any) -> StoredFile:
    """The file that a parameter names: an upload, or one already sent; raises ApiError 400."""
    if not isinstance(value, str) or not value:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if value.startswith("attach://"):
        return _uploaded(call, kind, value.removeprefix("attach://"))
    if value.startswith(("http://", "https://")):
        raise bad_request("sandbox does not imitate sending a file by URL")
    known = call.world.files.get(value)
    if known is None:
        raise bad_request("wrong remote file identifier specified: Wrong padding in the string")
    if known.kind != kind:
        raise bad_request(
            f"can't use file of type {_TYPE_NAMES[known.kind]} as {_TYPE_NAMES[kind]}"
        )
    return known


def _uploaded(call: Call, kind: str, name: str) -> StoredFile:
    upload = call.params.files.get(name)
    if upload is None:
        raise bad_request(f'there is no file with the name "{name}" in the request')
    size, most = len(upload.data), PHOTO_LIMIT if kind == "photo" else UPLOAD_LIMIT
    if size > most:  # td, FileLoaderUtils.cpp:327
        whose = " for a photo" if kind == "photo" else ""
        raise bad_request(
            f"file of size {size} bytes is too big{whose}; the maximum size is {most} bytes"
        )
    if kind == "photo" and picture_size(upload.data) is None and upload.data:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return call.world.files.add(kind, upload.data, upload.name, upload.mime_type)


def caption_fields(call: Call, source: JSON) -> JSON:
    """caption and caption_entities of a message; `source` holds the raw parameters."""
    text = caption_text(
        str(source.get("caption") or ""),
        str(source.get("parse_mode") or ""),
        source.get("caption_entities"),
    )
    fields: JSON = {"caption": text.text} if text.text else {}
    entities = with_people(call.world, text)
    if entities:
        fields["caption_entities"] = entities
    return fields


def media_fields(call: Call, kind: str, value: Any, source: JSON) -> JSON:
    """The fields of a message with a file; `source` holds its raw parameters."""
    stored = stored_file(call, kind, value)
    details = {k: v for k, v in source.items() if k not in _NUMBERS}
    details |= {name: whole(source[name]) for name in _NUMBERS & source.keys()}
    if source.get("thumbnail"):
        details["thumbnail"] = stored_file(call, "thumbnail", source["thumbnail"])
    content = media_content(call.world.files, stored, details)
    content |= caption_fields(call, source)
    if source.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    if source.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return content


def _sender(kind: str) -> Any:
    def handler(call: Call) -> JSON:
        chat = target_chat(call)
        return send(call, chat, media_fields(call, kind, call.params.get(kind), call.params.values))

    return handler


for _kind, _name in {
    "photo": "sendPhoto",
    "audio": "sendAudio",
    "document": "sendDocument",
    "video": "sendVideo",
    "animation": "sendAnimation",
    "voice": "sendVoice",
    "video_note": "sendVideoNote",
}.items():
    method(_name)(_sender(_kind))


@method("sendMediaGroup")
def send_media_group(call: Call) -> list[JSON]:
    """An album: one message per item, one media_group_id."""
    chat = target_chat(call)
    items = call.params.get("media")
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        raise bad_request("can't parse media JSON object")
    _check_album(items)
    contents = [media_fields(call, item["type"], item.get("media"), item) for item in items]
    draft = placed(call, chat, contents[0])
    for content in contents[1:]:
        placed(call, chat, content)
    spend(call, chat, len(contents))
    group = str(call.world.chance.randrange(10**16, 10**17))
    return [
        post_draft(call, chat, _item(draft, content | {"media_group_id": group})).body
        for content in contents
    ]


def _item(draft: Draft, content: JSON) -> Draft:
    return Draft(
        content,
        thread_id=draft.thread_id,
        reply_to=draft.reply_to,
        elsewhere=draft.elsewhere,
        quote=draft.quote,
        protected=draft.protected,
        silent=draft.silent,
    )


def _check_album(items: list[JSON]) -> None:
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > ALBUM_SIZES[-1]:
        raise bad_request("too many messages to send as an album")
    if len(items) < ALBUM_SIZES[0]:
        raise bad_request("an album has 2-10 items (sandbox is stricter than Telegram)")
    kinds = {str(item.get("type")) for item in items}
    if not kinds <= {"photo", "video", "audio", "document"}:
        raise bad_request("can't parse InputMedia: type must be photo, video, audio or document")
    for lonely in ("audio", "document"):
        if lonely in kinds and len(kinds) > 1:
            raise bad_request(f"{lonely} can't be mixed with other media types")


@method("getFile")
def get_file(call: Call) -> JSON:
    """Where a file can be downloaded from."""
    file_id = call.params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.world.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return stored.shape() | {"file_path": stored.path}
