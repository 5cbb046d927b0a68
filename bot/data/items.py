"""What the business's systems tell about customers and events, checked; for HTTP and CSV alike.

Every field's description completes the sentence "expected ...", in errors and in the API's
documentation.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, TypeVar

import orjson
from babel import Locale
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from flows.time.durations import PERIOD_EXPECTED, Period
from flows.time.opening import known_zones
from flows.time.phones import e164

DATA_LIMIT = 4096
"""Bytes of an event's `data` as compact JSON (docs/http-api.md)."""
TAG_LIMIT = 50
"""Tags of one customer (docs/http-api.md)."""
MOST_WORTH = 10**15
"""Either way from nothing (docs/http-api.md)."""
_DEPTH_LIMIT = 20
_PERIOD_LIMIT = 40
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
COUNTRIES = {"ua": "uk", "cn": "zh", "jp": "ja", "kr": "ko", "cz": "cs", "gr": "el", "dk": "da"}
"""Codes of countries that are taken for languages."""
_TYPE = re.compile(r"[a-z0-9_.-]{1,100}")
_STAGE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d{1,3}|\d[.,]\d+[Ee]\+?\d{1,3}", re.ASCII)
"""What spreadsheets make of long numbers when they show them: `9.01381E+12`, `9,01381e12`."""
_LOST = re.compile(r"#{3,}|#(N/A|NV|Н/Д|[A-ZА-Я/0]+[!?])")
"""What they show where a column is too narrow, or a formula has failed."""
_AFTER_ONE_DIGIT = frozenset(".,E")
_ROUNDED = re.compile(r"[1-9]\d{14}0{3,}")
"""What they make of longer ones when they save them: fifteen digits are kept, the rest is 0. With
one or two that may be a real number's end."""
_MOMENT = re.compile(r"\d{4}-?\d{2}-?\d{2}[Tt ]\d{2}.*", re.ASCII | re.DOTALL)
_HIDDEN = {"Cc", "Cs", "Zl", "Zp"}

T = TypeVar("T", bound="Item")


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in what was told: the field (empty: the whole) and what is expected."""

    field: str
    detail: str
    missing: bool = False
    meant: str = ""
    """The known word that was probably meant, where there is one."""
    shortened: bool = False
    """Whether it is what a spreadsheet has made of a long number."""

    def __str__(self) -> str:
        return f"{self.field}: {self.detail}" if self.field else self.detail


class Faulty(ValueError):
    """What was told cannot be taken. `faults` holds every mistake."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(str(fault) for fault in faults))


def _refuse(sentence: str, meant: str = "", *, shortened: bool = False) -> PydanticCustomError:
    context = {"sentence": sentence, "meant": meant, "shortened": shortened}
    return PydanticCustomError("expected", "{sentence}", context)


def _ref(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise _refuse("expected printable characters without spaces around them")
    if is_shortened(text):
        sentence = "expected the id itself; a spreadsheet has shortened this one"
        raise _refuse(sentence, shortened=True)
    return text


def is_shortened(text: str) -> bool:
    """Whether a number is what a spreadsheet has made of a long one: nobody knows it any more."""
    if text.startswith("#"):
        return _LOST.fullmatch(text) is not None
    if text[:1].isdigit() and text[1:2] in _AFTER_ONE_DIGIT:
        return _SHORTENED.fullmatch(text) is not None
    return text.endswith("000") and _ROUNDED.fullmatch(text) is not None


def _visible(text: str) -> str:
    text = text.strip()
    if not text.isprintable() and any(unicodedata.category(each) in _HIDDEN for each in text):
        raise _refuse("expected text without line breaks and control characters")
    return text


@lru_cache(maxsize=1024)
def _language(text: str) -> str:
    tag = text.strip().replace("_", "-")
    code = tag.partition("-")[0].lower()
    if tag and not (_LANGUAGE.fullmatch(tag) and code in _languages()):
        meant = COUNTRIES.get(code, "")
        hint = f"; did you mean {meant}?" if meant else ""
        raise _refuse(f"expected a language tag such as en, ru or zh-Hans{hint}", meant)
    return tag


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(Locale("en").languages)


def _zone(text: str) -> str:
    name = text.strip()
    if not name or name in known_zones():
        return name
    close = get_close_matches(name, known_zones(), n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    meant = close[0] if close else ""
    raise _refuse(f"expected an IANA time zone such as Europe/Berlin{hint}", meant)


def _phone(text: str) -> str:
    if not text.strip():
        return ""
    number = e164(text)
    if not number:
        raise _refuse("expected an international number such as +49 30 1234567, with its +")
    return number


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _stage(text: str) -> str:
    if text and not _STAGE.fullmatch(text):
        raise _refuse("expected an id of 1 to 32 small letters, digits, - and _")
    return text


def _worth(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_WORTH:
        return value
    raise _refuse("expected a whole number from -10^15 to 10^15, such as 120")


def _type(text: str) -> str:
    if not _TYPE.fullmatch(text):
        raise _refuse("expected 1 to 100 of a-z 0-9 _ . - , such as trial_started")
    return text


def _moment(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else _parsed(value)
    if moment.tzinfo is None:
        raise _refuse("expected a time zone at the end, such as 2026-05-04T09:30:00+02:00 or Z")
    if not _EARLIEST <= moment < _LATEST:
        raise _refuse("expected a moment between the years 1970 and 2199")
    return moment.astimezone(UTC)


def _parsed(value: object) -> datetime:
    sentence = "expected an ISO 8601 moment such as 2026-05-04T09:30:00+02:00"
    if not isinstance(value, str) or not _MOMENT.fullmatch(value.strip()):
        raise _refuse(sentence)
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        raise _refuse(sentence) from None


@lru_cache(maxsize=1024)
def _period(text: str) -> str:
    try:
        period = str(Period.parse(text.strip())) if text.strip() else ""
    except ValueError:
        raise _refuse(f"expected {PERIOD_EXPECTED}") from None
    if len(period) > _PERIOD_LIMIT:
        raise _refuse(f"expected {PERIOD_EXPECTED}, in fewer units")
    return period


def _data(data: dict[str, Any]) -> dict[str, Any]:
    if not _storable(data, _DEPTH_LIMIT):
        raise _refuse("expected JSON without NUL characters, at most 20 levels deep")
    try:
        size = len(orjson.dumps(data))
    except TypeError:
        raise _refuse("expected JSON") from None
    if size > DATA_LIMIT:
        raise _refuse(f"expected at most {DATA_LIMIT} bytes of JSON; these are {size}")
    return data


def _storable(value: object, depth: int) -> bool:
    """PostgreSQL keeps no NUL in a text, and endless nesting is never meant."""
    if isinstance(value, str):
        return "\x00" not in value
    if isinstance(value, Mapping):
        return depth > 0 and all(
            _storable(key, depth) and _storable(each, depth - 1) for key, each in value.items()
        )
    if isinstance(value, list):
        return depth > 0 and all(_storable(each, depth - 1) for each in value)
    return True


Ref = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_ref)]
Words = Annotated[str, Field(max_length=200), AfterValidator(_visible)]
Tag = Annotated[str, Field(max_length=64), AfterValidator(_visible)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class Item(BaseModel):
    """What is told about one customer or event; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CustomerFields(Item):
    """What may be told about a customer. A field left out stays as it is; null empties it."""

    name: Words | None = Field(default=None, description="a name of at most 200 characters")
    language: Annotated[str, Field(max_length=16), AfterValidator(_language)] | None = Field(
        default=None, description="a language tag such as en, ru or zh-Hans"
    )
    time_zone: Annotated[str, Field(max_length=64), AfterValidator(_zone)] | None = Field(
        default=None, description="an IANA time zone such as Europe/Berlin"
    )
    phone: Phone | None = Field(
        default=None,
        description="an international number with its + or 00, as people write it: "
        "+49 (0)30 1234567 is stored as +49301234567 (E.164)",
        examples=["+49 (0)30 1234567", "+49301234567"],
    )
    tags: Annotated[tuple[Tag, ...], Field(max_length=TAG_LIMIT), AfterValidator(_tags)] | None = (
        Field(default=None, description="a list of at most 50 tags of at most 64 characters")
    )

    stage: Annotated[str, AfterValidator(_stage)] | None = Field(
        default=None,
        description="the id of a stage of the journey: 1 to 32 small letters, digits, - and _",
    )
    value: Annotated[int, BeforeValidator(_worth)] | None = Field(
        default=None, description="a whole number: what the customer is worth, in your own unit"
    )


class CustomerItem(CustomerFields):
    """A customer as the business knows them."""

    ref: Ref = Field(description="the business's own id of the customer, 1 to 200 characters")

    def given(self) -> dict[str, Any]:
        """The fields that were told, ready to be put into a `Customer`."""
        told = self.model_fields_set
        return {
            name: _EMPTY_CUSTOMER.get(name, "") if value is None else value
            for name, value in self.__dict__.items()  # quicker than the model's own iterator
            if name in told and name not in _NAMING
        }


_NAMING = ("ref", "also")
"""Fields of customers that say who it is, and nothing about them."""
_EMPTY_CUSTOMER: Mapping[str, Any] = {"tags": (), "value": None}
"""What is kept of a field that was emptied, where it is no text."""


class EventItem(Item):
    """Something that happened to a customer."""

    id: Ref = Field(description="the business's own id of the event, 1 to 200 characters")
    customer: Ref = Field(description="the ref of a customer, 1 to 200 characters")
    type: Annotated[str, AfterValidator(_type)] = Field(
        description="1 to 100 of a-z 0-9 _ . - , such as trial_started"
    )
    at: Moment = Field(
        description="an ISO 8601 moment with its time zone, such as 2026-05-04T09:30:00+02:00"
    )
    period: Annotated[str, Field(max_length=80), AfterValidator(_period)] | None = Field(
        default=None, description="an ISO 8601 duration of what began, such as P14D"
    )
    product: Words | None = Field(default=None, description="a product of at most 200 characters")
    data: Annotated[dict[str, Any], AfterValidator(_data)] | None = Field(
        default=None, description="a JSON object of at most 4096 bytes"
    )
    withdrawn: StrictBool | None = Field(
        default=None, description="true or false: whether the event is taken back"
    )

    def given(self) -> dict[str, Any]:
        """What was told about the event itself, ready to be put into an `Event`."""
        empty: dict[str, Any] = {"period": "", "product": "", "data": {}}
        return {
            name: empty.get(name) if value is None else value
            for name in self.model_fields_set - {"id", "customer", "withdrawn"}
            for value in [getattr(self, name)]
        }


_NAMES = ("ref", "id", "customer")


class RemedyFailure(Item):
    """Why something that was granted could not be done."""

    why: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_visible)] = Field(
        description="why it could not be done, in 1 to 500 characters; staff read it"
    )


def read_item(cls: type[T], given: object) -> T:
    """Check what was told about one customer or event. Raises Faulty with every mistake."""
    try:
        return cls.model_validate(given)
    except ValidationError as error:
        faults = tuple(_fault(cls, details) for details in error.errors(include_url=False))
        raise Faulty(faults) from None


def did_you_mean(word: str, known: list[str]) -> str:
    """Name the known word that was probably meant, else all known ones."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"


def _fault(cls: type[Item], details: ErrorDetails) -> Fault:
    place = [str(part) for part in details["loc"]]
    if not place:
        return Fault("", "expected an object with fields")
    name, field = place[0], cls.model_fields.get(place[0])
    if details["type"] == "extra_forbidden" or field is None:
        return Fault(_shown(name), f"unknown field; {did_you_mean(name, list(cls.model_fields))}")
    if details["type"] == "missing":
        return Fault(name, f"missing; expected {field.description}", missing=True)
    if details["type"] == "expected":
        context = details.get("ctx", {})
        meant, shortened = str(context.get("meant", "")), bool(context.get("shortened"))
        return Fault(".".join(place), details["msg"], meant=meant, shortened=shortened)
    written = details.get("input")
    is_number = isinstance(written, int | float) and not isinstance(written, bool)
    if name in _NAMES and details["type"] == "string_type" and is_number:
        # The number is the name that was meant; only JSON makes a difference between the two.
        return Fault(name, f'expected text: put it in double quotes, "{written}"')
    return Fault(".".join(place), f"expected {field.description}")


def _shown(name: str) -> str:
    """A hostile name, short and on one line."""
    return name[:60] if name.isprintable() else ascii(name)[1:-1][:60]
