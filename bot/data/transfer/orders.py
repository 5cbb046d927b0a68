"""Rows of a list of orders as one order each: shops write a row per thing that was bought."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.data.hooks import reading as hooks
from bot.data.items import is_shortened
from bot.data.transfer import cells
from bot.data.transfer.cells import Reading
from bot.data.transfer.reading import Header, Row
from flows.identity.mails import mail_name

_STATES = {
    "shopify:": {
        "paid": {"paid", "authorized", "partially_paid", "partially_refunded"},
        "refunded": {"refunded", "voided"},
    },
    "woo:": {
        "paid": {"processing"},
        "done": {"completed"},
        "refunded": {"refunded"},
        "off": {"cancelled", "failed", "trash"},
        "open": {"", "pending", "pending-payment", "checkout-draft", "draft", "on-hold"},
    },
    "stripe:": {
        "paid": {"paid", "succeeded", "partial-refund", "partially-refunded"},
        "refunded": {"refunded"},
    },
}
_NOT_YET = frozenset({"", "pending", "pending-payment", "checkout-draft", "draft"})
_OF_SUBSCRIPTION = re.compile(r"subscription (creation|update|cycle)", re.IGNORECASE)
_ITEM = re.compile(r"^(?:name|item_name):(?P<name>[^|]+)", re.IGNORECASE)
"""How lists that have all lines of an order in one cell write each."""


def grouped(rows: Iterator[Row], header: Header) -> Iterator[Row]:
    """One row for each order, with the further rows of it beside."""
    held: Row | None = None
    for row in rows:
        if held is not None and not row.fault and _continues(held, row, header):
            held = held._replace(also=(*held.also, row.cells))
            continue
        if held is not None:
            yield held
        held = row
    if held is not None:
        yield held


def _continues(first: Row, row: Row, header: Header) -> bool:
    key = "number" if "number" in header.places else "id"
    name = header.cell_of(row, key)
    same = name == header.cell_of(first, key) if name else not header.cell_of(row, "at")
    return bool(same and not first.fault and header.cell_of(row, "product"))


def order_told(row: Row, header: Header, reading: Reading) -> dict[str, Any]:
    """What a row and those that belong to it tell of an order, as `OrderItem` takes it."""
    found, layout = header.cells_of(row), header.layout
    prefix = layout.prefix if layout is not None else ""
    lines = [found, *(header.cells_of(Row(row.line, more)) for more in row.also)]
    state = _state(prefix, found)
    told: dict[str, Any] = {
        "id": _id(prefix, found),
        **_buyer(prefix, found),
        "state": state,
        "placed": prefix != "stripe:" and not (prefix == "woo:" and _said(found) in _NOT_YET),
        "lines": _lines(lines),
    }
    for name in ("at", "paid_at", "done_at"):
        if name in found:
            told[name] = cells.moment(found[name], reading)
    if "name" in found:
        told["name"] = hooks.text(found["name"])
    if "phone" in found:
        country = header.country_of(row) or reading.country
        told["phone"] = cells.phone(found["phone"], country if len(country) == 2 else "")
    return {name: value for name, value in told.items() if value not in ("", None)}


def is_of_subscription(row: Row, header: Header) -> bool:
    """Whether a payment is for a subscription, of which the system itself tells more."""
    description = header.cell_of(row, "product")
    is_stripe = header.layout is not None and header.layout.prefix == "stripe:"
    return is_stripe and _OF_SUBSCRIPTION.match(description) is not None


def _id(prefix: str, found: Mapping[str, str]) -> str:
    name = cells.without_point(cells.bare(found.get("invoice") or found.get("id", "")))
    between = "" if prefix == "stripe:" else "order:"
    return name if not name or is_shortened(name) else f"{prefix}{between}{name}"


def _buyer(prefix: str, found: Mapping[str, str]) -> dict[str, Any]:
    number = cells.without_point(cells.bare(found.get("customer", "")))
    mail = mail_name(prefix, cells.mail(found.get("mail", "")))
    is_number = number.startswith("cus_") if prefix == "stripe:" else number.strip("0").isdigit()
    names = [f"{prefix}{number}"] if is_number and not is_shortened(number) else []
    names += [mail] if mail else []
    names = names or ([number] if is_shortened(number) else [])
    return {"customer": names[0], "also": tuple(names[1:])} if names else {}


def _said(found: Mapping[str, str]) -> str:
    said = found.get("state", "").casefold().removeprefix("wc-")
    return re.sub(r"\s+", "-", said.strip())


def _state(prefix: str, found: Mapping[str, str]) -> str:
    if found.get("off_at"):
        return "off"
    said = _said(found)
    states: Mapping[str, set[str]] = _STATES.get(prefix, {})
    for state, words in states.items():
        if said in words:
            return state
    return "paid" if prefix == "woo:" and found.get("paid_at") else "open"


def _lines(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[str, ...], ...]:
    return hooks.bought(
        (hooks.line(_title(each.get("product", "")), each.get("code", "")), _worth(each))
        for each in rows
    )


def _title(written: str) -> str:
    item = _ITEM.match(written)
    return item["name"] if item else written


def _worth(each: Mapping[str, str]) -> float:
    return _number(each.get("price", "")) * max(_number(each.get("quantity", "1")), 1.0)


def _number(text: str) -> float:
    units = cells.whole(text)
    return float(units) if units.lstrip("-").isdigit() else 0.0
