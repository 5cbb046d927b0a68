"""From an HTTP request to a method's parameters, whatever form they came in."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from bot.sandbox.api.spec import EMPTIED, KINDS, LEFT_OUT, METHODS, OBEYED
from bot.sandbox.errors import bad_request

_DIGITS = re.compile(r"-?\d*", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_BITS = {"int": 32, "long": 64}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    data: bytes
    name: str
    mime_type: str


@dataclass(slots=True)
class Params:
    """A call's parameters: `values` checked and typed, `files` under their part names."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or the default when it was not given."""
        return self.values.get(name, default)

    def text(self, name: str) -> str:
        """A string parameter, empty when it was not given."""
        value = self.values.get(name)
        return "" if value is None else str(value)


async def read_request(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Raw values and files of a request: query string, JSON, form or multipart."""
    raw: dict[str, Any] = dict(request.query) if request.query_string else {}
    if request.method == "GET" or not request.can_read_body:
        return raw, {}
    kind = request.content_type
    if kind == "multipart/form-data":
        files = await _read_multipart(request, raw)
        return raw, files
    body = await request.read()
    if kind == "application/json":
        raw.update(_json_object(body))
    else:
        raw.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return raw, {}


async def _read_multipart(request: web.Request, raw: dict[str, Any]) -> dict[str, Upload]:
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.file.read(), value.filename, value.content_type)
        elif isinstance(value, bytes | bytearray):
            raw[name] = bytes(value).decode("utf-8", "replace")
        else:
            raw[name] = value
    return files


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return value


def typed(method: str, raw: dict[str, Any], files: dict[str, Upload]) -> Params:
    """Check that every parameter belongs to `method` and read it; raises ApiError 400."""
    imitated = METHODS[method] | OBEYED[method]
    params = Params(files=files)
    for name, value in raw.items():
        if name not in imitated:
            _refuse(method, name)
        if value is not None and (value != "" or name in EMPTIED):
            params.values[name] = _read(name, KINDS.get(name, "str"), value)
    for name in files:
        if KINDS.get(name) == "file":
            if name not in imitated:
                _refuse(method, name)
            params.values.setdefault(name, f"attach://{name}")
    return params


def _refuse(method: str, name: str) -> None:
    if name in LEFT_OUT[method]:
        raise bad_request(f'sandbox does not imitate parameter "{name}" of {method}')
    raise bad_request(f'{method} has no parameter "{name}" (sandbox is stricter than Telegram)')


def _read(name: str, kind: str, value: Any) -> Any:
    if kind in {"str", "file"}:
        return value if isinstance(value, str) else orjson.dumps(value).decode()
    if kind == "json":
        return _parse_json(name, value) if isinstance(value, str) else value
    if kind == "bool":
        return value is True or str(value).lower() in {"true", "yes", "1"}
    if kind == "chat":
        return checked_chat_id(value)
    return decimal(value) if kind == "float" else whole(value)


def whole(value: Any, kind: str = "int") -> int:
    """An integer as Telegram reads one: the digits at the beginning, 0 when there are none, and
    what is too large wraps around (td, tdutils/td/utils/misc.h:157, to_integer)."""
    found = _DIGITS.match(str(value))
    digits = found.group()[:80] if found else ""
    size = 1 << _BITS[kind]
    number = int(digits) if digits.strip("-") else 0
    number %= size
    return number - size if number >= size // 2 else number


def decimal(value: Any) -> float:
    """A float as Telegram reads one: 0 when it is none (td, to_double)."""
    found = _DECIMAL.match(str(value).strip())
    number = float(found.group()) if found else 0.0
    return number if math.isfinite(number) else 0.0


def _parse_json(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        what = {
            "reply_markup": "can't parse reply keyboard markup JSON object",
            "media": "can't parse media JSON object",
            "entities": "can't parse entities JSON object",
            "permissions": "can't parse permissions JSON object",
        }.get(name, f'can\'t parse "{name}" JSON object')
        raise bad_request(what) from None


def checked_chat_id(value: Any) -> int | str:
    """An id, or a username with its @."""
    text = str(value)
    return text if text.startswith("@") else whole(text, "long")
