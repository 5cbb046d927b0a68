"""schemathesis asks what the OpenAPI describes, and what it forbids: answers are as described."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.http.openapi import openapi
from storage.database import Database
from tests.bot.data.hooks.calling import SECRET
from tests.bot.making import services
from tests.bot.serving import AUTH, serving

EACH = 4 if settings.default.max_examples < 1000 else settings.default.max_examples
"""Requests of each kind for each operation."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SOURCES = ("stripe", "shopify", "woocommerce", "github")


def cases() -> list[Any]:
    """Requests for every operation, some as they are described and some as they are not."""
    found: list[Any] = []
    described = schemathesis.openapi.from_dict(openapi())
    for result in described.get_all_operations():
        operation = result.ok()
        modes = (
            list(GenerationMode) if "hooks" not in operation.label else [GenerationMode("positive")]
        )
        for mode in modes:
            collect(operation.as_strategy(generation_mode=mode), found)
    return found


def collect(strategy: Any, found: list[Any]) -> None:
    @settings(
        max_examples=EACH,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(case: Any) -> None:
        found.append(case)

    keep()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_answer_is_one_that_is_described(database: Database) -> None:
    given = services(**{f"{name}_secret": SECRET for name in SOURCES})
    async with serving(database, given) as client:
        address = str(client.make_url("/")).rstrip("/")

        def ask() -> None:
            for case in cases():
                case.call_and_validate(base_url=address, headers=AUTH, checks=CHECKS)

        await asyncio.to_thread(ask)
