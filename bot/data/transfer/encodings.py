"""In which encoding a file is: by its first bytes, by whether it can be read, by how it looks."""

import codecs
from collections.abc import Callable
from itertools import pairwise
from typing import BinaryIO

from bot.data.transfer.errors import NotATable

_PIECE = 1 << 16
_LOOKED_AT = 1 << 18
"""Bytes that are not ASCII, with what stands around them, by which an old encoding is told."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GUESSED = {"cp1251": "Windows-1251", "cp1252": "Windows-1252", "gb18030": "GB 18030"}
"""What nothing in a file says, and only the look of its letters; as people call it."""
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, and some other files."""
_OTHERS = (
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "packed"),
)
"""How files begin that are no tables of text."""

Open = Callable[[], BinaryIO]


def encoding_of(opened: Open) -> str:
    """The name of a file's encoding, as Python knows it. Raises NotATable."""
    with opened() as file:
        start = file.read(4096)
    for beginning, what in _OTHERS:
        if start.startswith(beginning):
            raise NotATable(what)
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    if b"\x00" in start:
        return _wide(start)
    sample = _not_utf8(opened)
    return "utf-8-sig" if sample is None else _old(sample)


def _wide(start: bytes) -> str:
    """UTF-16 without a mark: every other byte of plain text is nothing."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 5 < len(start):
        return "utf-8-sig"  # single NULs, in text
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
    """Of the encodings of before Unicode: Chinese, Cyrillic, or Western.

    Chinese and Cyrillic words are all bytes beyond ASCII; Western ones have single such letters.
    A file of UTF-8 in which something is broken stays one.
    """
    read = sample.decode("utf-8", "replace")
    broken = read.count("\ufffd")
    if sum(letter > "\x7f" for letter in read) >= 2 * broken:
        return "utf-8-sig"
    high = [at for at, byte in enumerate(sample) if byte >= 0x80]
    beside = sum(later - earlier == 1 for earlier, later in pairwise(high))
    if beside * 2 < len(high):
        return "cp1252"
    return "cp1251" if _is_cyrillic(bytes(sample[at] for at in high)) else "gb18030"


def _is_cyrillic(letters: bytes) -> bool:
    """In windows-1251 small letters are 0xE0 and up, capitals from 0xC0; of the bytes of Chinese
    characters less than a fifth are the former, and many are below both."""
    small = sum(byte >= 0xE0 for byte in letters)
    capital = sum(0xC0 <= byte < 0xE0 for byte in letters)
    return small > 0.35 * len(letters) or capital > 0.85 * len(letters)
