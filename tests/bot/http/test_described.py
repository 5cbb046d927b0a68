"""schemathesis asks what the OpenAPI describes, and what it forbids: answers are as described."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bot.http.openapi import openapi
from storage.database import Database
from tests.bot.data.hooks.calling import SECRET
from tests.bot.making import services
from tests.bot.serving import AUTH, serving

EACH = 4 if settings.default.max_examples < 1000 else settings.default.max_examples
"""Requests of each kind for each operation."""
SOURCES = ("stripe", "shopify", "woocommerce", "github")


def cases() -> list[Any]:
    """Requests for every operation, some as they are described and some as they are not."""
    import schemathesis  # takes a second, which other processes of tests need not wait for
    from schemathesis.generation import GenerationMode

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


def checks() -> list[Any]:
    """What has to be so of every answer."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as openapi_checks

    return [
        not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
    ]


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
            expected = checks()
            for case in cases():
                case.call_and_validate(base_url=address, headers=AUTH, checks=expected)

        await asyncio.to_thread(ask)
