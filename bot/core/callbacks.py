"""What buttons carry: an area, an action and arguments, in at most 64 bytes.

Areas: `c` conversations, `t` tickets, `p` plain words of staff, `g` changes, `h` themes, `b`
binding a group, `u` the customer's menu, `a` admins, `o` who they are, `s` schedules, `i` imports,
`r` remarks that were not understood, `n` stories, `k` the channel, `m` remedies, `w` what else is
done to a ticket: tags, notes, parting, `y` second failures, `d` the times that a customer chooses,
`f` what staff do with them, `v` recalls, `e` lost sales and praise, `q` figures as pictures and
letters, `x` hypotheses, `l` the audit log. Whole numbers are written in base 36.
What comes back is hostile: `unpack` accepts any text and `number` any part.
"""

from functools import lru_cache
from string import ascii_lowercase, digits

DATA_LIMIT = 64
"""Bytes of callback data (Bot API: InlineKeyboardButton)."""

_DIGITS = digits + ascii_lowercase
_LONGEST_NUMBER = 13
"""Digits of 2^63 in base 36."""


def pack(area: str, action: str, *arguments: int | str) -> str:
    """The data of a button.

    Raises ValueError when it does not fit, or when a part holds the separator.
    """
    texts = [_in_base_36(part) if isinstance(part, int) else part for part in arguments]
    parts = [area, action, *texts]
    data = ":".join(parts)
    length = len(data) if data.isascii() else len(data.encode())
    if length > DATA_LIMIT or data.count(":") != len(parts) - 1:
        raise ValueError(f"this cannot be the data of a button: {data!r}")
    return data


def unpack(data: str | None) -> list[str] | None:
    """The parts of a button's data, or None when it has fewer than area and action."""
    parts = (data or "").split(":")
    return parts if len(parts) >= 2 and all(parts[:2]) else None


def number(part: str) -> int | None:
    """Read a whole number of a button's data; None when it is none."""
    sign, figures = (-1, part[1:]) if part.startswith("-") else (1, part)
    if not 0 < len(figures) <= _LONGEST_NUMBER or any(each not in _DIGITS for each in figures):
        return None
    value = sign * int(figures, 36)
    return value if abs(value) < 1 << 63 else None


@lru_cache(maxsize=1024)
def _in_base_36(value: int) -> str:
    if value < 0:
        return "-" + _in_base_36(-value)
    text = ""
    while True:
        value, rest = divmod(value, 36)
        text = _DIGITS[rest] + text
        if not value:
            return text
