"""The words of an ask as a business writes them: checked when saved, filled in when said.

A text may hold the placeholders `{first_name}`, `{name}`, `{product}`, `{brand}` and
`{recent_change}`. What is not known never leaves a hole:

- `{product}` becomes the brand's name;
- `{first_name}` and `{name}` go where they only address somebody ("Hi {first_name},",
  ", {first_name}?", "{first_name}，你好"), together with their comma; elsewhere the sentence that
  holds them is left out;
- `{recent_change}` takes its whole sentence along.

A text of a schedule that informs may also hold what the event's data says, as `{event.carrier}`;
a sentence without its value is left out.

A text that would then say nothing is refused when it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import bidirectional, category

from flows.languages import Languages, in_use
from flows.utf16 import shortened, utf16_length

PLACEHOLDERS: Mapping[str, int] = {
    "first_name": 48,
    "name": 400,
    "product": 400,
    "brand": 128,
    "recent_change": 600,
}
"""What a text may ask for, and the most UTF-16 units that stand for it; more is shortened. Names
and products have at most 200 characters (docs/http-api.md), brands 64; some characters count two.
"""

EVENT_VALUE = re.compile(r"event\.([A-Za-z0-9_.-]{1,64})")
"""A placeholder for what an event's data says; its name there is the group."""
EVENT_VALUE_LIMIT = 200
"""UTF-16 units of such a value."""
_OF_SYSTEMS = re.compile(r"event\.(?:.*[_.-])?u?u?id", re.IGNORECASE)
"""Values that are there for systems: nobody is to read an id."""

MESSAGE_LIMIT = 4096
"""UTF-16 units in a message (Bot API: sendMessage)."""
RESERVED = 496
"""Of those, for what is said around the text: the reminder's line, the ends of a scale."""
TEXT_LIMIT = MESSAGE_LIMIT - RESERVED
"""UTF-16 units of a text with the longest values in it."""

NAMES = frozenset({"first_name", "name"})
"""Placeholders that go with their comma where they only address somebody."""
_MARK = re.compile(r"\{([^{}]*)\}")
_CHANGE = "{recent_change}"
_CHANGE_AND_STOP = re.compile(r"(?<=\{recent_change\})[.。…]+")
_ISOLATE, _POP = "\u2068", "\u2069"
_DIRECTIONS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_STOPS = frozenset(".!?…")
_WIDE_STOPS = frozenset("。！？")
_CLOSING = frozenset("\"'»”’)]」』）")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a text: which (`empty`, `control`, `brace`, `unknown`, `raw_id`,
    `too_long`, `silent`, `missing`), and the details that a sentence about it needs."""

    kind: str
    args: Mapping[str, str | int] = field(default_factory=dict)


# -- checking -------------------------------------------------------------------------------------


def faults_of(text: str, *, informs: bool = False) -> list[Fault]:
    """Everything wrong with one text; one that has none can be said to every customer.

    `informs`: what the data of an event says may be in it, too.
    """
    odd = next((each for each in text if _is_odd(each)), None)
    if odd is not None:
        return [Fault("control", {"character": f"U+{ord(odd):04X}"})]
    if re.search("[{}]", _MARK.sub("", text)):
        return [Fault("brace")]
    of_events = _of_events(text) if informs else ()
    ids = [name for name in of_events if _OF_SYSTEMS.fullmatch(name)]
    if ids:
        return [Fault("raw_id", {"found": ids[0][:40]})]
    known = {*PLACEHOLDERS, *of_events}
    unknown = [name for name in _MARK.findall(text) if name not in known]
    if unknown:
        close = get_close_matches(unknown[0], PLACEHOLDERS, n=1)
        meant = close[0] if close else ""
        return [Fault("unknown", {"found": unknown[0][:40], "meant": meant})]
    if not _is_visible(_MARK.sub("", text)):
        return [Fault("empty")]
    return list(_faults_when_filled(text))


def _faults_when_filled(text: str) -> Iterator[Fault]:
    longest = utf16_length(_MARK.sub(lambda mark: "x" * (_most(mark[1]) + 2), text))
    if longest > TEXT_LIMIT:
        yield Fault("too_long", {"length": longest, "most": TEXT_LIMIT})
    unsure = {*NAMES, "recent_change", *_of_events(text)}
    if not _is_visible(_MARK.sub("", without(text, unsure))):
        yield Fault("silent")


def _of_events(text: str) -> tuple[str, ...]:
    """The placeholders of a text that stand for what an event's data says."""
    return tuple(name for name in _MARK.findall(text) if EVENT_VALUE.fullmatch(name))


def values_named(text: str) -> tuple[str, ...]:
    """What a text would say of an event's data, by the names there."""
    return tuple(name.removeprefix("event.") for name in _of_events(text))


def _most(name: str) -> int:
    """The most UTF-16 units that stand for a placeholder."""
    return PLACEHOLDERS.get(name, EVENT_VALUE_LIMIT)


def faults_in(
    texts: Mapping[str, str], languages: Collection[str], *, informs: bool = False
) -> dict[str, list[Fault]]:
    """What is wrong with a text in all its languages, by language; nothing when all is well."""
    found = {language: faults_of(text, informs=informs) for language, text in texts.items()}
    found |= {language: [Fault("missing")] for language in languages if language not in texts}
    return {language: faults for language, faults in found.items() if faults}


def expected(fault: Fault) -> str:
    """What is expected instead, in English, for the errors of a file."""
    if fault.kind == "unknown":
        names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        meant = f" (did you mean {{{fault.args['meant']}}}?)" if fault.args["meant"] else ""
        return f"only the placeholders {names}, and not {{{fault.args['found']}}}{meant}"
    return _EXPECTED[fault.kind].format(**fault.args)


_EXPECTED = {
    "empty": "words that customers can read",
    "control": "text without control characters such as {character}",
    "raw_id": "no id: {{{found}}} is there for systems, and nobody is to read it",
    "brace": "braces only in pairs, around a placeholder such as {{name}}",
    "too_long": "a text that has at most {most} characters as Telegram counts them with the "
    "longest values in it (this one has {length})",
    "silent": "a text that still says something to a customer whose name is not known and before "
    "anything has changed: {{first_name}} after a greeting or between commas, and a sentence "
    "without {{recent_change}} or anything of the event's",
    "missing": "a text in every language of the brand",
}


def _is_odd(character: str) -> bool:
    """Characters that nobody types into a text on purpose, or that turn the rest of it round."""
    if character in _DIRECTIONS:
        return True
    return character != "\n" and category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _is_visible(text: str) -> bool:
    return any(category(each)[0] not in "ZC" for each in text)


# -- filling in -----------------------------------------------------------------------------------


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with values put in literally, without the sentences for which they are missing.

    `values` by placeholder, those of an event as `event.NAME`; `brand` must be there, an empty one
    counts as missing. A recent change ends with its own full stop, and one after it in the text is
    dropped. Values are hostile: they are put on one line, shortened, and kept from turning the text
    round them (right-to-left ones are isolated).
    """
    names = (*PLACEHOLDERS, *_of_events(text))
    ready = {name: cleaned(values.get(name, ""), _most(name)) for name in names}
    ready["product"] = ready["product"] or ready["brand"]
    known = {name for name, value in ready.items() if value}
    said = _CHANGE_AND_STOP.sub("", without(text, ready.keys() - known))
    return _MARK.sub(lambda mark: ready.get(mark[1], ""), said)


def cleaned(value: str, most: int) -> str:
    """One line of at most `most` UTF-16 units without control characters, empty when there is
    nothing to see; two more units isolate a value written from right to left."""
    visible = (" " if each.isspace() else each for each in value if not _is_hidden(each))
    line = shortened(" ".join("".join(visible).split()), most)
    if not _is_visible(line):
        return ""
    turned = any(bidirectional(each) in {"R", "AL", "AN"} for each in line)
    return f"{_ISOLATE}{line}{_POP}" if turned else line


def _is_hidden(character: str) -> bool:
    return _is_odd(character) and not character.isspace()


def without(text: str, missing: Collection[str]) -> str:
    """The text without what cannot be said because these values are missing."""
    if not any(f"{{{name}}}" in text for name in missing):
        return text.strip()
    lines = []
    for line in text.split("\n"):
        left = "".join(_left_of(sentence, missing) for sentence in _sentences(line)).rstrip()
        if left or not line.strip():
            lines.append(left)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _left_of(sentence: str, missing: Collection[str]) -> str:
    unknown = NAMES.intersection(missing)
    if unknown and any(f"{{{name}}}" in sentence for name in unknown):
        sentence = _unaddressed(sentence, unknown)
    return "" if any(f"{{{name}}}" in sentence for name in missing) else sentence


def _sentences(line: str) -> Iterator[str]:
    """The sentences of a line, each with the spaces after it; joined they are the line.

    A recent change is whole sentences, so one ends with it, except before a comma and the like.
    """
    start = at = 0
    while at < len(line):
        wide, ends = line[at] in _WIDE_STOPS, line[at] in _STOPS
        told = line.startswith(_CHANGE, at)
        at += len(_CHANGE) if told else 1
        if not (wide or ends or told):
            continue
        while at < len(line) and line[at] in _STOPS | _WIDE_STOPS | _CLOSING:
            at += 1
        if wide or at == len(line) or line[at].isspace() or (told and category(line[at]) == "Lo"):
            while at < len(line) and line[at].isspace():
                at += 1
            yield line[start:at]
            start = at
    if start < len(line):
        yield line[start:]


def _unaddressed(sentence: str, unknown: frozenset[str]) -> str:
    """A sentence without these names, where they only address the customer."""
    forms = _forms(unknown)
    if forms.alone.match(sentence):
        return ""
    sentence = forms.first.sub(lambda found: found[1] + found[2].upper(), sentence)
    sentence = forms.before_hello.sub(r"\1", sentence)
    return forms.after_hello.sub(r"\1", forms.after_comma.sub("", sentence))


@dataclass(frozen=True, slots=True)
class _Forms:
    """How a name stands in a sentence that only addresses somebody by it, in any language."""

    alone: re.Pattern[str]
    first: re.Pattern[str]
    before_hello: re.Pattern[str]
    after_comma: re.Pattern[str]
    after_hello: re.Pattern[str]


def _forms(names: frozenset[str]) -> _Forms:
    return _forms_in(in_use(), names)


@lru_cache(maxsize=16)
def _forms_in(spoken: Languages, names: frozenset[str]) -> _Forms:
    salutations = [each.salutations for each in spoken.known.values()]
    dear = "|".join(word for each in salutations for word in each.dear)
    hello = "|".join(word for each in salutations for word in each.hello)
    name, near = rf"\{{(?:{'|'.join(sorted(names))})\}}", re.IGNORECASE
    return _Forms(
        re.compile(rf"\s*(?:(?:{dear})\s*)?{name}\s*[,.!…，。！]*\s*\Z", near),
        re.compile(rf"\A(\s*)(?:(?:{dear})\s*)?{name}\s*[,!:，、！：]\s*(\S)", near),
        re.compile(rf"\A(\s*){name}\s*(?={hello})", near),
        re.compile(rf"\s*[,，]\s*{name}(?=\s*(?:[,.!?…:;，。！？：；]|\Z))"),
        re.compile(rf"(?<!\w)({hello})\s*{name}(?=\s*(?:[,.!…:，。！：—–]|\Z))", near),
    )
