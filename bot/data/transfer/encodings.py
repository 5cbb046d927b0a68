"""In which encoding a file is: by its first bytes, by whether it can be read, by how it looks."""

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO

from bot.data.transfer.errors import NotATable, TransferError
from bot.data.transfer.likeness import CANDIDATES, likeness

_PIECE = 1 << 16
_LOOKED_AT = 1 << 18
"""Bytes that are not ASCII, with what stands around them, by which an old encoding is told."""
_SCORED = 1 << 14
"""Of them those whose look counts."""
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GUESSED = {
    "cp1251": "Windows-1251",
    "koi8-r": "KOI8-R",
    "cp866": "DOS 866",
    "mac-cyrillic": "Mac Cyrillic",
    "iso8859-5": "ISO 8859-5",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "iso8859-2": "ISO 8859-2",
    "cp1254": "Windows-1254",
    "mac-roman": "Mac Roman",
    "cp850": "DOS 850",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "cp932": "Shift JIS",
}
"""What nothing in a file says, and only the look of its letters; as people call it."""
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, and some other files."""
_OTHERS = (
    (rb"%PDF", "pdf"),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!", "packed"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|SQLite format|\0*$", "binary"),
    (rb"(?:\xef\xbb\xbf)?\s*\[?\s*\{\s*\"", "json"),
    (rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|head|table|meta)\b", "markup"),
    (rb"(?:\xef\xbb\xbf)?BEGIN:VCARD", "vcard"),
)
"""How files begin that are no tables of text."""
_CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1a\x1b"})
_TOO_MANY = 20
"""One in so many bytes that no text has makes it none."""

Open = Callable[[], BinaryIO]


def encoding_of(opened: Open) -> str:
    """The name of a file's encoding, as Python knows it. Raises NotATable."""
    with opened() as file:
        start = file.read(4096)
    for beginning, what in _OTHERS:
        if start and re.match(beginning, start):
            raise NotATable(what)
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    if b"\x00" in start and (wide := _wide(start)):
        return wide
    if len(start) > _TOO_MANY * 5 and _TOO_MANY * (
        len(start) - len(start.translate(None, _CONTROLS))
    ) > len(start):
        raise NotATable("binary")
    sample = _not_utf8(opened)
    return "utf-8-sig" if sample is None else _old(sample)


def _wide(start: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: every other byte of plain text is nothing, or three of
    four."""
    if 2 * start.count(0) > len(start):
        return "utf-32-be" if start[:1] == b"\0" else "utf-32-le"
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 5 < len(start):
        return None  # single NULs, in text
    return "utf-16-be" if even > odd else "utf-16-le"


def _not_utf8(opened: Open) -> bytes | None:
    """Bytes from where a file stops being UTF-8; None: it is, from the first byte to the last."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened() as file:
        while True:
            piece = file.read(_PIECE)
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError:
                return piece + file.read(_LOOKED_AT)
            if not piece:
                return None


def _old(sample: bytes) -> str:
    """Of the encodings of before Unicode the one that it looks like most.

    A file of UTF-8 in which something is broken stays one.
    """
    read = sample.decode("utf-8", "replace")
    broken = read.count("\ufffd")
    if sum(letter > "\x7f" for letter in read) >= 2 * broken:
        return "utf-8-sig"
    first = next(at for at, byte in enumerate(sample) if byte >= 0x80)
    begin = sample.rfind(b"\n", 0, first) + 1  # no half of a character
    scored = sample[begin : begin + _SCORED]
    return max(CANDIDATES, key=lambda name: likeness(name, scored))


def named(encoding: str) -> str:
    """An encoding that somebody names, as Python knows it. Raises TransferError."""
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)  # what is no encoding of texts is refused here
    except (LookupError, ValueError):
        raise TransferError(
            f"--encoding: {encoding!r} is no encoding such as windows-1250, koi8-r or big5."
        ) from None
    return "utf-8-sig" if found.name == "utf-8" else found.name
