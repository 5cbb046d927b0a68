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
    "location",
)
"""The fields of a message that are its content: what a copy keeps."""


def media_content(files: FileStore, stored: StoredFile, details: JSON) -> JSON:
    """The message fields of a file, e.g. {"voice": {…}}; `details` as the sender gave them."""
    kind = stored.kind
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


def _mime(stored: StoredFile) -> str:
    if stored.mime_type != "application/octet-stream":
        return stored.mime_type
    return _DEFAULT_MIME.get(stored.kind, stored.mime_type)


def content_of(body: JSON) -> JSON:
    """A message's content, to be copied or forwarded."""
    return {key: body[key] for key in CONTENT_KEYS if key in body}


def media_kind(body: JSON) -> str | None:
    """Which media a message carries, or None."""
    kinds = ("animation", "photo", "video", "audio", "document", "voice", "video_note")
    return next((kind for kind in kinds if kind in body), None)
