"""The table of methods and parameters, compared with the Bot API's own specification."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.api.spec import ABSENT, ALIASES, CALLED, KINDS, LEFT_OUT, METHODS, OBEYED

SPECIFICATION = Path(__file__).parents[2] / ".." / "shared" / "botapi" / "api.json"


def specified() -> dict[str, Any]:
    if not SPECIFICATION.exists():
        pytest.skip("no Bot API specification at ../shared/botapi/api.json")
    methods: dict[str, Any] = json.loads(SPECIFICATION.read_text())["methods"]
    return methods


def test_each_parameter_of_the_api_is_either_imitated_or_left_out_by_name() -> None:
    methods = specified()
    for name in METHODS:
        known = {field["name"] for field in methods[name].get("fields", [])}
        assert METHODS[name] | LEFT_OUT[name] == known, name
        assert not METHODS[name] & LEFT_OUT[name], name


def test_parameters_are_read_as_the_api_types_them() -> None:
    wanted = {"Integer": "int", "Boolean": "bool", "Float": "float", "String": "str"}
    methods = specified()
    for name, imitated in METHODS.items():
        for field in methods[name].get("fields", []):
            if (
                field["name"] in imitated
                and len(field["types"]) == 1
                and field["name"] != "chat_id"
            ):
                kind = wanted.get(field["types"][0], "json")
                assert KINDS.get(field["name"], "str") == kind, (name, field["name"])


def test_method_names_are_found_in_any_case() -> None:
    assert CALLED["sendmessage"] == "sendMessage"
    assert len(CALLED) == len(METHODS) + len(ABSENT) + len(ALIASES)


def test_every_method_of_the_api_is_imitated_or_refused_by_name() -> None:
    assert METHODS.keys() | ABSENT == specified().keys()
    assert not METHODS.keys() & ABSENT


def test_old_parameters_are_none_of_the_present_ones() -> None:
    for name, old in OBEYED.items():
        assert not old & (METHODS[name] | LEFT_OUT[name]), name
