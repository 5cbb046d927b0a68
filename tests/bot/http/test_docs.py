"""The description of the HTTP API: complete, and nothing in it from outside."""

from bot.http.openapi import openapi
from bot.http.server import create_http_app
from storage.database import Database
from tests.bot.making import services
from tests.bot.serving import StubProbes, serving


async def test_the_documentation_loads_nothing_from_outside(database: Database) -> None:
    async with serving(database) as client:
        page = await client.get("/api/docs")
        text = await page.text()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert not any(word in text for word in ("<script", "<img", "<link", "http://", "https://"))
        document = await (await client.get("/api/openapi.json")).json()
    assert document == openapi()
    for path in document["paths"]:
        assert path in text
    for name in ("EventItem", "CustomerFields"):
        for field in document["components"]["schemas"][name]["properties"]:
            assert f"<code>{field}</code>" in text


async def test_every_address_of_the_api_is_described(database: Database) -> None:
    app = create_http_app(database, services(), StubProbes())
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith(("/api/v1/", "/hooks/"))
    }
    described = {
        (method, path)
        for path, methods in openapi()["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert {pair for pair in served if pair[0] != "head"} == described


def test_every_reference_in_the_description_leads_somewhere() -> None:
    document = openapi()
    known = document["components"]["schemas"]

    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for each in value.values() for found in references(each)]
        if isinstance(value, list | tuple):
            return [found for each in value for found in references(each)]
        return []

    found = references(document)
    assert found
    assert all(each.removeprefix("#/components/schemas/") in known for each in found)
