"""The languages that a reader's browser asks for."""

from aiohttp import web


def wished(request: web.Request) -> list[str]:
    """The languages of Accept-Language, the most wished first."""
    found = []
    for position, part in enumerate(request.headers.get("Accept-Language", "")[:500].split(",")):
        code, _, weight = part.strip().lower().partition(";q=")
        try:
            found.append((-float(weight or 1), position, code))
        except ValueError:
            continue
    return [code for weight, _, code in sorted(found) if weight < 0]
