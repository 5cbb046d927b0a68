"""Files as messages carry them, and what a copy or forward takes along."""

from __future__ import annotations

from bot.sandbox.world.files import FileStore, StoredFile, picture_size
from bot.sandbox.world.model import JSON

_DEFAULT_MIME = {
    "voice": "audio/ogg",
    "video": "video/mp4",
    "animation": "video/mp4",
    "audio": "audio/mpeg",
}
_NUMBERS = {
    "voice": ("duration",),
    "audio": ("duration",),
    "video": ("width", "height", "duration"),
    "animation": ("width", "height", "duration"),
    "video_note": ("length", "duration"),
    "document": (),
}
_DEFAULT_NUMBERS = {"length": 240, "width": 640, "height": 480, "duration": 1}
_NAMED = frozenset({"document", "audio", "video", "animation"})

CONTENT_KEYS = (
    "text",
    "entities",
    "link_preview_options",
    "animation",
    "audio",
    "document",
    "photo",
    "video",
    "video_note",
    "voice",
    "caption",
    "caption_entities",
    "show_caption_above_media",
    "has_media_spoiler",
    "contact",
    "dice",
    "location",
    "poll",
    "sticker",
    "venue",
)
"""The fields of a message that are its content: what a copy keeps."""


def media_content(files: FileStore, stored: StoredFile, details: JSON) -> JSON:
    """The message fields of a file, e.g. {"voice": {…}}; `details` as the sender gave them."""
    kind = stored.kind
    if kind == "sticker":
        return {"sticker": _sticker(stored, details)}
    if kind == "photo":
        width, height = picture_size(stored.data) or (800, 600)
        return {"photo": [stored.shape() | {"width": width, "height": height}]}
    media = stored.shape()
    for name in _NUMBERS[kind]:
        media[name] = int(details.get(name) or _DEFAULT_NUMBERS[name])
    if kind != "video_note":
        media["mime_type"] = _mime(stored)
    if stored.name and kind in _NAMED:
        media["file_name"] = stored.name
    for name in ("performer", "title"):
        if kind == "audio" and details.get(name):
            media[name] = details[name]
    thumbnail = details.get("thumbnail")
    if isinstance(thumbnail, StoredFile):
        media["thumbnail"] = thumbnail.shape() | {"width": 90, "height": 90}
    if kind == "animation":
        return {
            "animation": media,
            "document": {k: v for k, v in media.items() if k not in _NUMBERS[kind]},
        }
    return {kind: media}


def _sticker(stored: StoredFile, details: JSON) -> JSON:
    """A Sticker of the regular kind (Client.cpp:700); details: emoji, set_name, is_animated,
    is_video."""
    shape = stored.shape() | {"type": "regular", "width": 512, "height": 512}
    shape |= {name: bool(details.get(name)) for name in ("is_animated", "is_video")}
    return shape | {n: details[n] for n in ("emoji", "set_name") if details.get(n)}


def _mime(stored: StoredFile) -> str:
    if stored.mime_type != "application/octet-stream":
        return stored.mime_type
    return _DEFAULT_MIME.get(stored.kind, stored.mime_type)


def content_of(body: JSON) -> JSON:
    """A message's content, to be copied or forwarded. A live location goes on as a plain one
    (td, MessageContent.cpp:10129)."""
    content = {key: body[key] for key in CONTENT_KEYS if key in body}
    if "live_period" in content.get("location", ()):
        point = ("latitude", "longitude", "horizontal_accuracy")
        content["location"] = {k: v for k, v in content["location"].items() if k in point}
    return content


def has_caption(body: JSON) -> bool:
    """Whether a message is of a kind that may have a caption."""
    return media_kind(body) not in {None, "video_note"}


def media_kind(body: JSON) -> str | None:
    """Which media a message carries, or None."""
    kinds = ("animation", "photo", "video", "audio", "document", "voice", "video_note")
    return next((kind for kind in kinds if kind in body), None)
