"""What the columns of a file are called: by us, in three languages, and by other systems."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

_BETWEEN = re.compile(r"[\s_\-./()#№:\"'“”«»\ufeff]+")

Chosen = dict[str, str]
"""Columns by field, as somebody has mapped them; several with `+` between them."""
Columns = tuple[int, ...]
Places = Mapping[str, tuple[Columns, ...]]
"""Where the columns of each field are: those that say something first count, and several are put
together with a space between them."""


def plain(name: str) -> str:
    """A column's name without what people write differently."""
    return _BETWEEN.sub(" ", name.casefold()).strip()


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file, as a system writes it."""

    name: str
    """What it is called to people; empty: columns of our own."""
    kind: str
    needs: frozenset[str]
    """Columns by which it is recognised."""
    fields: Mapping[str, tuple[tuple[str, ...], ...]]
    """Of each field the columns that it is made of, the best first."""
    prefix: str = ""
    """What stands before the other system's number in the ref."""
    country: tuple[str, ...] = ()
    """Columns with the country of a phone number that names none."""


_NAME = (("first name", "last name"), ("name",), ("full name",), ("display name",))

LAYOUTS = (
    Layout(
        "Shopify",
        "customers",
        frozenset({"customer id", "first name", "last name", "total spent"}),
        {
            "ref": (("customer id",), ("email",)),
            "mail": (("email",),),
            "name": _NAME,
            "phone": (("phone",), ("default address phone",)),
            "tags": (("tags",),),
            "value": (("total spent",),),
        },
        "shopify:",
        ("default address country code", "country code"),
    ),
    Layout(
        "Shopify",
        "customers",
        frozenset({"first name", "last name", "email", "total spent", "total orders"}),
        {
            "ref": (("email",),),
            "name": _NAME,
            "phone": (("phone",), ("default address phone",)),
            "tags": (("tags",),),
            "value": (("total spent",),),
        },
        "shopify:",
        ("default address country code", "country code"),
    ),
    Layout(
        "WooCommerce",
        "customers",
        frozenset({"user login", "billing phone"}),
        {
            "ref": (("id",), ("user id",), ("customer id",)),
            "mail": (("user email",), ("billing email",)),
            "name": (("first name", "last name"), ("billing first name", "billing last name")),
            "phone": (("billing phone",),),
            "value": (("total spent",), ("woo total spent",)),
        },
        "woo:",
        ("billing country",),
    ),
    Layout(
        "WooCommerce Analytics",
        "customers",
        frozenset({"username", "last active", "orders", "aov"}),
        {
            "ref": (("username",),),
            "name": (("name",),),
            "value": (("total spend",),),
        },
        "",
        ("country region", "country"),
    ),
    Layout(
        "Stripe",
        "customers",
        frozenset({"id", "created utc", "delinquent"}),
        {
            "ref": (("verso ref metadata",), ("id",)),
            "mail": (("email",),),
            "name": (("name",), ("description",)),
            "phone": (("phone",),),
            "value": (("total spend",),),
        },
        "stripe:",
        ("address country", "card address country"),
    ),
    Layout(
        "Stripe",
        "customers",
        frozenset({"id", "customer id", "plan", "interval", "created utc"}),
        {
            "ref": (("customer id",),),
            "mail": (("customer email",),),
            "name": (("customer name",), ("customer description",)),
        },
        "stripe:",
    ),
    *(
        Layout(
            "HubSpot",
            "customers",
            frozenset({record, "first name", "last name"}),
            {
                "ref": ((record,),),
                "name": (("first name", "last name"),),
                "phone": (("phone number",), ("mobile phone number",)),
                "language": (("preferred language",),),
                "time_zone": (("time zone",),),
            },
            "hubspot:",
            ("country region", "country"),
        )
        for record in ("record id", "record id contact")
    ),
    Layout(
        "Mailchimp",
        "customers",
        frozenset({"member rating", "leid", "euid"}),
        {
            "ref": (("euid",), ("leid",)),
            "name": (("first name", "last name"), ("vorname", "nachname"), ("имя", "фамилия"),
                     ("姓", "名"), ("prénom", "nom"), ("nombre", "apellidos")),
            "phone": (("phone number",), ("phone",), ("sms phone number",), ("telefonnummer",),
                      ("telefon",), ("телефон",), ("номер телефона",), ("电话",), ("电话号码",)),
            "tags": (("tags",),),
        },
        "mailchimp:",
        ("cc", "country"),
    ),
    Layout(
        "Shopify",
        "orders",
        frozenset({"name", "email", "financial status", "lineitem name", "created at"}),
        {
            "id": (("id",), ("name",)),
            "number": (("name",),),
            "mail": (("email",),),
            "name": (("billing name",), ("shipping name",)),
            "phone": (("phone",), ("billing phone",), ("shipping phone",)),
            "at": (("created at",),),
            "off_at": (("cancelled at",),),
            "state": (("financial status",),),
            "product": (("lineitem name",),),
            "code": (("lineitem sku",),),
            "price": (("lineitem price",),),
            "quantity": (("lineitem quantity",),),
        },
        "shopify:",
        ("billing country", "shipping country"),
    ),
    Layout(
        "WooCommerce",
        "orders",
        frozenset({"order id", "order date", "status", "billing email"}),
        {
            "id": (("order id",),),
            "customer": (("customer id",), ("customer user",)),
            "mail": (("customer email",), ("billing email",)),
            "name": (("billing first name", "billing last name"),),
            "phone": (("billing phone",),),
            "at": (("order date",), ("date",)),
            "paid_at": (("paid date",),),
            "done_at": (("completed date",),),
            "state": (("status",),),
            "product": (("item name",), ("product item 1 name",), ("line item 1",),
                        ("order item 1",), ("line items",)),
            "price": (("item total",),),
        },
        "woo:",
        ("billing country",),
    ),
    Layout(
        "WooCommerce",
        "orders",
        frozenset({"order number", "order date", "order status", "email billing"}),
        {
            "id": (("order id",), ("order number",)),
            "number": (("order number",),),
            "customer": (("customer user id",), ("customer id",)),
            "mail": (("email billing",),),
            "name": (("first name billing", "last name billing"), ("full name billing",)),
            "phone": (("phone billing",),),
            "at": (("order date",),),
            "paid_at": (("paid date",),),
            "done_at": (("completed date",),),
            "state": (("order status",),),
            "product": (("item name",), ("product name main",)),
            "code": (("sku",),),
            "price": (("item cost",),),
            "quantity": (("quantity",),),
        },
        "woo:",
        ("country code billing",),
    ),
    Layout(
        "Stripe",
        "orders",
        frozenset({"id", "amount", "amount refunded", "customer email", "status"}),
        {
            "id": (("paymentintent id",), ("id",)),
            "customer": (("customer id",),),
            "mail": (("customer email",),),
            "name": (("card name",),),
            "at": (("created date utc",), ("created utc",), ("created",)),
            "state": (("status",),),
            "product": (("product metadata",), ("description",)),
            "invoice": (("invoice id",),),
        },
        "stripe:",
    ),
)  # fmt: skip
"""Exports that are taken as they come. Who is named by nothing but an e-mail address is found by
its digest (`flows.identity.mails`): addresses are not kept."""

_OWN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "customers": {
        "ref": (
            "ref", "customer id", "customerid", "customer no", "customer number", "client id",
            "user id", "kundennummer", "id", "клиент", "код",
            "id клиента", "код клиента",
            "номер клиента", "идентификатор", "客户编号", "客户id", "客户号", "会员号", "编号",
        ),
        "name": (
            "name", "full name", "fullname", "customer name", "имя", "фио", "имя клиента",
            "姓名", "名字", "客户姓名", "客户名称",
        ),
        "language": ("language", "lang", "locale", "язык", "语言"),
        "time_zone": ("time zone", "timezone", "tz", "часовой пояс", "时区"),
        "phone": (
            "phone", "phone number", "telephone", "tel", "mobile", "telefon",
            "телефон", "номер телефона",
            "мобильный", "电话", "手机", "手机号", "电话号码",
        ),
        "tags": ("tags", "tag", "labels", "метки", "теги", "标签"),
        "stage": ("stage", "этап", "阶段"),
        "value": ("value", "total spent", "ценность", "сумма покупок", "价值", "消费总额"),
    },
    "events": {
        "id": ("id", "event id", "id события", "номер", "事件编号", "编号"),
        "customer": (
            "customer", "customer id", "customer ref", "клиент", "id клиента", "客户", "客户编号",
        ),
        "type": ("type", "event", "event type", "тип", "событие", "тип события", "类型", "事件"),
        "at": ("at", "date", "time", "datetime", "дата", "когда", "время", "时间", "日期"),
        "period": ("period", "период", "срок", "周期"),
        "product": ("product", "товар", "продукт", "产品", "商品"),
        "withdrawn": ("withdrawn", "отозвано", "撤回"),
    },
}  # fmt: skip


_PARTS_OF_NAMES = (
    ("first name", "last name"), ("given name", "family name"), ("given name", "surname"),
    ("forename", "surname"), ("имя", "фамилия"), ("姓", "名"),
)  # fmt: skip
"""Two columns with a name in the order in which it is said; both count before a column of one."""
_TOTALS = frozenset({
    "total", "totals", "grand total", "subtotal", "sum", "gesamt", "summe", "gesamtsumme",
    "итого", "всего", "итог", "合计", "总计", "小计", "总共",
})  # fmt: skip
_FIGURES = re.compile(r"[\d\s.,]+$")
_BRACKETED = re.compile(r"\(.*\)|\[.*\]|<.*>")


def is_of_totals(cells: Sequence[str], key: str) -> bool:
    """Whether a row sums up those above, and is about nobody. `key`: what it is known by."""
    first = next((cell for cell in cells if cell.strip()), "")
    is_total = _FIGURES.sub("", plain(first)) in _TOTALS
    return is_total and (not key or plain(key) == plain(first))


def is_heading(kind: str, told: Mapping[str, str]) -> bool:
    """Whether a row says what its columns are called, once more and otherwise, or of which unit."""
    if len(told) > 1 and all(map(_BRACKETED.fullmatch, told.values())):
        return True
    names = _OWN.get(kind, {})
    return bool(told) and all(plain(cell) in names.get(at, ()) for at, cell in told.items())


@dataclass(frozen=True, slots=True)
class Found:
    """Where the fields of a file are."""

    places: Places
    layout: Layout | None = None
    country: int | None = None
    twice: str = ""
    """A field that two columns of our own name are for."""


def find(
    names: Sequence[str], kind: str, fields: Sequence[str], chosen: Mapping[str, str]
) -> Found:
    """Where a header has the fields of a kind of file.

    `chosen`: columns by field, as somebody has mapped them, several with `+` between them.
    """
    known: dict[str, int] = {}
    for at, name in enumerate(names):
        known.setdefault(plain(name), at)
    if chosen:
        return Found(_chosen(known, chosen))
    own, twice = _own(names, kind, fields) if kind in _OWN else ({}, "")
    layout = next(
        (each for each in LAYOUTS if each.kind == kind and each.needs <= set(known)), None
    )
    refs = {names[at].strip().casefold() for columns in own.get("ref", ()) for at in columns}
    if layout is None or "ref" in refs:
        return Found(own, twice=twice)
    country = next((known[name] for name in layout.country if name in known), None)
    return Found(_of_layout(known, layout), layout, country)


def _own(
    names: Sequence[str], kind: str, fields: Sequence[str]
) -> tuple[dict[str, tuple[Columns, ...]], str]:
    places: dict[str, tuple[Columns, ...]] = {}
    twice = ""
    shown = [plain(name) for name in names]
    for each in fields:
        for synonym in (plain(each), *_OWN[kind].get(each, ())):
            found = [at for at, name in enumerate(shown) if name == synonym]
            if found and each not in places:
                places[each] = ((found[0],),)
            if len(found) > 1 and synonym == plain(each):
                twice = twice or each
    if kind == "customers":
        for parts in _PARTS_OF_NAMES:
            if set(parts) <= set(shown) and "name" not in shown:
                places["name"] = (tuple(map(shown.index, parts)),)
                break
        else:
            if "name" not in places and "first name" in shown:
                places["name"] = ((shown.index("first name"),),)
    return places, twice


def _of_layout(known: Mapping[str, int], layout: Layout) -> dict[str, tuple[Columns, ...]]:
    places: dict[str, tuple[Columns, ...]] = {}
    for name, choices in layout.fields.items():
        there = [[known[each] for each in columns if each in known] for columns in choices]
        if any(there):
            places[name] = tuple(tuple(columns) for columns in there if columns)
    return places


def parts(columns: str, known: Container[str]) -> list[str]:
    """The columns that are put together; one whose own name has a `+` in it is one."""
    return [columns] if plain(columns) in known else columns.split("+")


def fingerprint(names: Sequence[str]) -> str:
    """The shape of a file: the names of its columns, wherever they stand. A file of rejected rows
    has that of the file whose rows they are."""
    begins = 2 if [plain(name) for name in names[:2]] == ["line", "reason"] else 0
    shape = sorted({plain(name) for name in names[begins:]} - {""})
    return sha256("\x1f".join(shape).encode("utf-8", "replace")).hexdigest()[:24]


def _chosen(known: Mapping[str, int], chosen: Mapping[str, str]) -> dict[str, tuple[Columns, ...]]:
    places: dict[str, tuple[Columns, ...]] = {}
    for name, columns in chosen.items():
        found = [known[plain(each)] for each in parts(columns, known) if plain(each) in known]
        if found:
            places[name] = (tuple(found),)
    return places
