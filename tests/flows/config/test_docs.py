"""docs/configuration.md names every key, with the default that the models have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from flows.config import Config, load_config

GUIDE = Path(__file__).parents[3] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `([a-z_.\[\]]+)` \| (.+) \| (.+) \| `(.+)` \|$", re.MULTILINE)


def model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(model_in, get_args(annotation))), None)


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        path = prefix + (field.alias or name)
        inner = model_in(field.annotation)
        if inner is None:
            yield path, field
        else:
            many = "tuple" in str(field.annotation)
            yield from keys(inner, f"{path}[]." if many else f"{path}.")


def written(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default is None or field.default == ():
        return "none"
    if isinstance(field.default, tuple):
        return f"`{', '.join(map(str, field.default))}`"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


DOCUMENTED = {key: (meaning, default, example) for key, meaning, default, example in
              ROW.findall(GUIDE.read_text(encoding="utf-8"))}  # fmt: skip
KEYS = dict(keys(Config))


def test_every_key_is_documented_and_nothing_else() -> None:
    assert set(DOCUMENTED) == set(KEYS)
    assert len(KEYS) > 50


@pytest.mark.parametrize("key", KEYS)
def test_the_documented_default_is_the_default(key: str) -> None:
    assert DOCUMENTED[key][1] == written(KEYS[key])


def with_example(key: str, example: str) -> str:
    """A whole file around one documented example."""
    section, _, rest = key.partition(".")
    if "[]" not in section:
        nested = [*_nested(key.replace("[]", "").split("."), example, "")]
        return "\n".join([*nested, *_beside(key)])
    entry = {"id": "x1"} | ({"owner": "7"} if section == "routes[]" else {})
    titled = {"title": "{en: A, ru: A, zh: A}"}
    entry |= {"when.event": "e", "flow": "check_in"} if "schedules" in section else titled
    entry |= {"text": "{en: A, ru: A, zh: A}"} if section == "answers[]" else {}
    entry |= {"event": "arrived"} if section == "periods[]" else {}
    if section == "webhooks[]":
        entry = {"id": "x1", "url": "https://shop.example/", "secret": "SHOP_SECRET"}
    if section == "remedies[]":
        entry |= {"kind": "code", "pool": "a"} if rest == "pool" else {"kind": "refund"}
        entry |= {"kind": "pick_up"} if rest == "places" else {}
        valued = rest.startswith("trusted.") or rest == "gesture"
        entry |= {"value": "1.00 EUR"} if valued else {}
    if section == "places[]":
        entry |= {"slots": "[{days: sat}]"}
    if section == "guarantees[]":
        entry |= {"remedy": "free_purchase", "proof": "photo"}
        entry |= {"place.at": "Lumen Tea House"} if rest.startswith("place[]") else {}
    if section == "goals[]":
        entry |= {"count": "told", "people": "25", "by": "2026-12-31"}
    if section == "hypotheses[]":
        entry |= {"change": "a guide", "event": "renewed", "expect": "3", "look": "2027-06-30"}
    if section == "thanks[]":
        entry |= {"when": "change_shipped", "kind": "code" if rest == "pool" else "other"}
        entry |= {"pool": "a"} if rest == "pool" else {}
    if section == "schedules[]" and rest.split("[]")[0] in ("kind", "until", "steps"):
        del entry["flow"]
        entry |= {"kind": "inform", "text": "{en: A, ru: A, zh: A}"}
    if rest.startswith("steps[]."):
        rest, example = "steps", _one_step(rest.rpartition(".")[2], example)
        entry |= {"until": "x"}
        del entry["text"]
    if rest.startswith("variants[]."):
        rest, example = "variants", _two_variants(rest.rpartition(".")[2], example)
    if rest.startswith("slots[]."):
        rest, example = "slots", f"[{{{rest.rpartition('.')[2]}: {example}}}]"
    if rest.startswith("when.data[]."):
        rest, example = "when.data", _one_match(rest.rpartition(".")[2], example)
    if rest in {"when.silence", "when.cron"}:
        del entry["when.event"]
    if rest == "when.silence":
        entry["when.after"] = "P30D"
    entry[rest.replace("[]", "")] = example
    lines = [f"{section.removesuffix('[]')}:", "  -"]
    for name in sorted(entry):
        lines += _nested(name.split("."), entry[name], "    ")
    return "\n".join(_merged(lines))


def _beside(key: str) -> list[str]:
    """What the entry of a list needs beside this key to say something."""
    if key.startswith("clocks.rules[]."):
        is_time = key.endswith(("response", "resolution"))
        return ["    severity: 5" if is_time else "    resolution: PT9H"]
    if key == "clocks.steps[].at":
        return ["    tell: owner"]
    return ["    at: 50%"] if key == "clocks.steps[].tell" else []


def _two_variants(key: str, example: str) -> str:
    variants = [{"id": name, "text": "{en: A, ru: A, zh: A}"} for name in ("x1", "x2")]
    variants[0][key] = example
    return "[" + ", ".join(f"{{id: {v['id']}, text: {v['text']}}}" for v in variants) + "]"


def _one_step(key: str, example: str) -> str:
    step = {"text": "{en: A, ru: A, zh: A}"} | {key: example}
    return "[{" + ", ".join(f"{name}: {value}" for name, value in step.items()) + "}]"


def _one_match(key: str, example: str) -> str:
    match = {"key": "rating", "is": "x"} if key == "key" else {"key": "rating"}
    pairs = (f"{name}: {value}" for name, value in (match | {key: example}).items())
    return f"[{{{', '.join(pairs)}}}]"


def _nested(parts: list[str], value: str, indent: str) -> list[str]:
    heads = [f"{indent}{'  ' * depth}{part}:" for depth, part in enumerate(parts[:-1])]
    return [*heads, f"{indent}{'  ' * (len(parts) - 1)}{parts[-1]}: {value}"]


def _merged(lines: list[str]) -> list[str]:
    """Without the second head of two keys under the same one."""
    return [line for at, line in enumerate(lines) if line not in lines[:at]]


CATEGORIES = "\ncategories:\n  - {id: delivery, title: {en: A, ru: A, zh: A}}"


@pytest.mark.parametrize("key", KEYS)
def test_the_documented_example_loads(key: str) -> None:
    source = with_example(key, DOCUMENTED[key][2])
    if key in ("teams[].categories", "clocks.rules[].category"):
        source += CATEGORIES
    if key == "clocks.rules[].team":
        source += "\nteams:\n  - {id: support}"
    if key.endswith("complaints.within"):
        indent = " " * (8 if "audience" in key else 6)
        source = source.replace("within:", f"from: 1\n{indent}within:")
    if key == "routes[].when.category":
        source += CATEGORIES
    if key == "remedies[].category":
        source += CATEGORIES
    if key == "remedies[].places":
        source += "\nplaces: [{id: centre, title: {en: A, ru: A, zh: A}, slots: {days: sat}}]"
    if key == "remedies[].team":
        source += "\nteams: [{id: tasting}]"
    if key == "remedies[].product":
        source += "\nproducts:\n  - {id: pro, title: {en: A, ru: A, zh: A}}"
    if key == "routes[].team":
        source += "\nteams: [{id: safety}]"
    if key in ("routes[].when.entrance", "routes[].when.place"):
        titled = "{id: table-7, place: Lumen Tea House, title: {en: A, ru: A, zh: A}}"
        source += f"\nentrances: [{titled}]"
    if key == "entrances[].team":
        source += "\nteams: [{id: support}]"
    if key == "entrances[].product":
        source += "\nproducts: [{id: pro, title: {en: A, ru: A, zh: A}}]"
    if key.startswith("guarantees[]"):
        titled = "{id: free_purchase, kind: other, title: {en: A, ru: A, zh: A}}"
        source += f"\nremedies: [{titled}]"
    if key.startswith("guarantees[].place"):
        source += "\nentrances: [{id: a, place: Lumen Tea House, title: {en: A, ru: A, zh: A}}]"
    if key == "guarantees[].product":
        source += "\nproducts: [{id: pro, title: {en: A, ru: A, zh: A}}]"
    if key == "entrances[].guarantee":
        source += "\n    kind: guarantee"
        source += "\nremedies: [{id: a, kind: other, title: {en: A, ru: A, zh: A}}]"
        source += "\nguarantees: [{id: no-receipt, remedy: a, proof: none,"
        source += " title: {en: A, ru: A, zh: A}}]"
    if key == "entrances[].kind":
        source += '\n    person: "@mira"'
    if key.endswith(".segment"):
        source += "\nsegments: [{id: vip}]"
    if key == "schedules[].audience.hypothesis":
        source += "\nhypotheses: [{id: short-guide, change: A, event: b, expect: 3,"
        source += " look: 2027-06-30}]"
    if key in ("hypotheses[].stage", "hypotheses[].category"):
        source += CATEGORIES + "\nstages: [{id: first_use, title: {en: A, ru: A, zh: A}}]"
    if key == "brand.default_language":
        source += "\n  languages: [ru]"
    assert load_config(source) != Config()
