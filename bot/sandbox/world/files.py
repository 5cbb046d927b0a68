"""Files that bots and people sent, and what Telegram makes of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.sandbox.errors import bad_request
from bot.sandbox.world.model import JSON

DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes a bot may download (Bot API, getFile)."""
UPLOAD_LIMIT = 50 * 1024 * 1024
"""Bytes a bot may upload (Bot API, "Sending files")."""
PHOTO_LIMIT = 10 * 1024 * 1024
"""Bytes of a photo that a bot may upload (Bot API, sendPhoto)."""

FOLDERS = {
    "photo": "photos",
    "audio": "music",
    "document": "documents",
    "video": "videos",
    "animation": "animations",
    "voice": "voice",
    "video_note": "video_notes",
    "sticker": "stickers",
    "thumbnail": "thumbnails",
}
_SUFFIXES = {
    "photo": ".jpg",
    "voice": ".oga",
    "video": ".mp4",
    "video_note": ".mp4",
    "animation": ".mp4",
    "audio": ".mp3",
    "sticker": ".webp",
    "thumbnail": ".jpg",
}
_PREFIXES = {
    "photo": "AgAC",
    "audio": "CQAC",
    "document": "BQAC",
    "video": "BAAC",
    "animation": "CgAC",
    "voice": "AwAC",
    "video_note": "DQAC",
    "sticker": "CAAC",
    "thumbnail": "AAMC",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's bytes and what messages say about it."""

    id: str
    unique_id: str
    kind: str
    data: bytes
    name: str
    mime_type: str
    path: str

    def shape(self) -> JSON:
        """The fields that every Bot API file object has."""
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }


class FileStore:
    """All files by id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, kind: str, data: bytes, name: str = "", mime_type: str = "") -> StoredFile:
        """Keep a file; it gets ids and a path as Telegram would give."""
        if not data:
            raise bad_request("file must be non-empty")
        suffix = PurePosixPath(name).suffix or _SUFFIXES.get(kind, "")
        number = len(self._by_id)
        stored = StoredFile(
            id=f"{_PREFIXES[kind]}AgIAAx0{secrets.token_urlsafe(33)}",
            unique_id=f"AQAD{secrets.token_urlsafe(8)}",
            kind=kind,
            data=data,
            name=name,
            mime_type=mime_type or "application/octet-stream",
            path=f"{FOLDERS[kind]}/file_{number}{suffix}",
        )
        self._by_id[stored.id] = stored
        self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file with this download path."""
        return self._by_path.get(path)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG in pixels; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        at += 2 + size
    return None
