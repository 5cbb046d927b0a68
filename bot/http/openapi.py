"""The API described for machines (OpenAPI 3.1) and for people, from the models that check it."""

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

import orjson
from aiohttp import web
from pydantic.json_schema import models_json_schema

from bot.data.items import CustomerFields, CustomerItem, EventItem, RemedyFailure
from bot.http.problems import CONTENT_TYPE, TITLES

_REF = "#/components/schemas/{model}"
_MODELS = (CustomerFields, CustomerItem, EventItem, RemedyFailure)


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI document."""
    _, schemas = models_json_schema([(model, "validation") for model in _MODELS], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Verso",
            "version": "1",
            "description": "Tell Verso about customers and what happens to them.",
        },
        "security": [{"key": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas["$defs"] | _ANSWERS,
        },
    }


_LINK = {"type": ["string", "null"], "description": "the personal deep link, for e-mail or print"}
_SUMMARY = {
    "ref": {"type": "string"},
    "link": _LINK,
    "linked": {"type": "boolean", "description": "whether a Telegram account has opened the link"},
}
_ANSWERS: dict[str, Any] = {
    "Registered": {"type": "object", "properties": _SUMMARY, "required": list(_SUMMARY)},
    "Customer": {
        "allOf": [{"$ref": _REF.format(model="Registered")}],
        "properties": {
            **{name: {} for name in CustomerFields.model_fields},
            "consent": {"enum": ["unasked", "given", "refused"]},
            "stopped": {"type": "array", "items": {"type": "string"}},
        },
    },
    "HypothesisGroup": {
        "type": "object",
        "properties": {
            "hypothesis": {"type": "string"},
            "state": {"enum": ["running", "stopped", "ended"]},
            "customer": {"type": "string"},
            "group": {"enum": ["treatment", "control", None]},
        },
    },
    "CustomerResults": {
        "type": "object",
        "properties": {
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "ref": {"type": ["string", "null"]},
                        "link": _LINK,
                        "linked": {"type": "boolean"},
                        "status": {"enum": ["created", "updated", "unchanged", "rejected"]},
                        "reason": {"type": ["string", "null"]},
                    },
                },
            }
        },
    },
    "EventResults": {
        "type": "object",
        "properties": {
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": ["string", "null"]},
                        "status": {
                            "enum": ["accepted", "corrected", "withdrawn", "duplicate", "rejected"]
                        },
                        "reason": {"type": ["string", "null"]},
                    },
                },
            }
        },
    },
    "RemedyState": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "state": {"enum": ["done", "failed"]},
            "done_at": {"type": ["string", "null"]},
        },
    },
    "BackInStock": {
        "type": "object",
        "required": ["product"],
        "properties": {
            "product": {
                "type": "string",
                "maxLength": 100,
                "description": "Its id in the configuration, or what people call it",
            }
        },
    },
    "BackInStockShown": {
        "type": "object",
        "properties": {
            "product": {"type": "string"},
            "missed": {"type": "integer", "description": "Things that people miss and it is"},
            "people": {"type": "integer", "description": "Who would be told if staff press"},
        },
    },
    "Taken": {"type": "object", "properties": {"status": {"type": "string"}}},
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"enum": [f"urn:verso:problem:{kind}" for kind in TITLES]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "what is wrong and what to do"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"detail": {"type": "string"}, "pointer": {"type": "string"}},
                },
            },
        },
    },
}


def _json(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model)}}}


def _answer(text: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": content}


def _problems(*statuses: int) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model="Problem")}
    content = {CONTENT_TYPE: {"schema": schema}}
    texts = {
        400: "not JSON, or an address that is not UTF-8",
        401: "the key or the signature is missing or wrong",
        404: "nothing is known by this name, or the link is shut",
        409: "it is in another state; `detail` says in which",
        413: "more than 1 MiB",
        415: "not sent as application/json",
        422: "not what is expected; `errors` names every field",
        429: "too many wrong keys or signatures from this address; a right one is taken at once",
        503: "busy, or switched off; see Retry-After",
    }
    return {str(status): _answer(texts[status], content) for status in statuses}


def _paths() -> dict[str, Any]:
    ref = {"name": "ref", "in": "path", "required": True, "schema": {"type": "string"}}
    fields = {"required": True, "content": _json("CustomerFields")}
    return {
        "/api/v1/customers/{ref}": {
            "parameters": [ref],
            "put": {
                "summary": "Register a customer, or change what is known of one",
                "requestBody": fields,
                "responses": {
                    "200": _answer("known before", _json("Registered")),
                    "201": _answer("new", _json("Registered")),
                    **_problems(400, 401, 413, 415, 422, 429, 503),
                },
            },
            "get": {
                "summary": "What is known of a customer",
                "responses": {
                    "200": _answer("the customer", _json("Customer")),
                    **_problems(400, 401, 404, 429, 503),
                },
            },
        },
        "/api/v1/customers/{ref}/link": {
            "parameters": [ref],
            "post": {
                "summary": "A new link in the place of all earlier ones",
                "responses": {
                    "201": _answer("the customer with the new link", _json("Registered")),
                    **_problems(400, 401, 404, 429, 503),
                },
            },
            "delete": {
                "summary": "Shut the customer's links; connected accounts stay connected",
                "responses": {
                    "200": _answer("the customer, whose link is null", _json("Registered")),
                    **_problems(400, 401, 404, 429, 503),
                },
            },
        },
        "/api/v1/customers/{ref}/link.png": _picture("image/png", ref),
        "/api/v1/customers/{ref}/link.svg": _picture("image/svg+xml", ref),
        "/api/v1/customers": _batch(
            "Register customers, or change what is known of them: one, or up to 1,000",
            "CustomerItem",
            _answer("a result per customer, in their order", _json("CustomerResults")),
        ),
        "/api/v1/events": _batch(
            "Tell what happened: one event, or up to 1,000",
            "EventItem",
            _answer("a result per event, in their order", _json("EventResults")),
        ),
        "/api/v1/remedies/{id}/done": {
            "parameters": [{**ref, "name": "id"}],
            "post": {
                "summary": "What was granted has happened; the customer hears of it once",
                "responses": {
                    "200": _answer("done, now or before", _json("RemedyState")),
                    **_problems(400, 401, 404, 409, 429, 503),
                },
            },
        },
        "/api/v1/hypotheses/{id}/customers/{ref}": {
            "parameters": [{**ref, "name": "id"}, ref],
            "get": {
                "summary": "Whether a customer gets the change of a hypothesis",
                "responses": {
                    "200": _answer("the group; null: in neither", _json("HypothesisGroup")),
                    **_problems(401, 404, 429, 503),
                },
            },
        },
        "/api/v1/back_in_stock": {
            "post": {
                "summary": "A thing that people missed is in stock again; staff decide who is told",
                "requestBody": {"required": True, "content": _json("BackInStock")},
                "responses": {
                    "200": _answer("shown to staff, now or before", _json("BackInStockShown")),
                    **_problems(400, 401, 413, 415, 422, 429, 503),
                },
            },
        },
        "/api/v1/remedies/{id}/failed": {
            "parameters": [{**ref, "name": "id"}],
            "post": {
                "summary": "What was granted could not be done; staff read why, once",
                "requestBody": {"required": True, "content": _json("RemedyFailure")},
                "responses": {
                    "200": _answer("failed, now or before", _json("RemedyState")),
                    **_problems(400, 401, 404, 409, 413, 415, 422, 429, 503),
                },
            },
        },
        **_hooks(),
    }


def _batch(summary: str, model: str, answer: dict[str, Any]) -> dict[str, Any]:
    one = {"$ref": _REF.format(model=model)}
    some = {"oneOf": [one, {"type": "array", "items": one, "maxItems": 1000}]}
    body = {"required": True, "content": {"application/json": {"schema": some}}}
    responses = {"200": answer, **_problems(400, 401, 413, 415, 422, 429, 503)}
    return {"post": {"summary": summary, "requestBody": body, "responses": responses}}


def _hooks() -> dict[str, Any]:
    """The addresses for other systems, which sign what they send instead of holding a key."""
    systems = {
        "stripe": "Stripe",
        "shopify": "Shopify",
        "woocommerce": "WooCommerce",
        "github": "GitHub",
    }
    responses = {
        "200": _answer("taken, or nothing that is needed: `status` tells which", _json("Taken")),
        **_problems(400, 401, 404, 413, 429, 503),
    }
    return {
        f"/hooks/{name}": {
            "post": {
                "summary": f"For {system} alone, when its secret is set",
                "security": [],
                "responses": responses,
            }
        }
        for name, system in systems.items()
    }


def _picture(kind: str, ref: dict[str, Any]) -> dict[str, Any]:
    return {
        "parameters": [ref],
        "get": {
            "summary": "The QR code of the customer's link",
            "responses": {
                "200": _answer("the image", {kind: {}}),
                **_problems(400, 401, 404, 429, 503),
            },
        },
    }


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;background:#fff}code{background:#f3f1ec;padding:.1em .3em;border-radius:3px}"
    "h2{margin-top:2.2rem;border-top:1px solid #ddd;padding-top:1rem}table{border-collapse:"
    "collapse}td,th{text-align:left;vertical-align:top;padding:.25rem 1rem .25rem 0}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}code{background:#2a2a2a}"
    "a{color:#8ab4f8}}"
)


@cache
def page() -> str:
    """The documentation as one HTML page that loads nothing from anywhere."""
    document = openapi()
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Verso: HTTP API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        "<h1>Verso: HTTP API</h1><p>Send <code>Authorization: Bearer KEY</code> with every "
        "request; keys are set in <code>VERSO_API_KEYS</code>. Errors are problem details "
        '(RFC 9457). For machines: <a href="/api/openapi.json">openapi.json</a>.</p>'
        + "".join(_operations(document))
        + "".join(_model(document, model.__name__) for model in _MODELS)
        + "".join(_kinds())
    )


def _operations(document: dict[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            rows = "".join(
                f"<tr><td>{status}</td><td>{escape(answer['description'])}</td></tr>"
                for status, answer in operation["responses"].items()
            )
            yield (
                f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
                f"<p>{escape(operation['summary'])}.</p>"
                f"<table>{rows}</table>"
            )


def _model(document: dict[str, Any], name: str) -> str:
    schema = document["components"]["schemas"][name]
    needed = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{escape(about['description'])}"
        f"{'' if field in needed else ' (may be left out)'}</td></tr>"
        for field, about in schema["properties"].items()
    )
    return f"<h2>{escape(name)}</h2><p>{escape(schema['description'])}</p><table>{rows}</table>"


def _kinds() -> Iterator[str]:
    yield "<h2>Problems</h2><table>"
    for kind, title in TITLES.items():
        yield f"<tr><td><code>urn:verso:problem:{kind}</code></td><td>{escape(title)}</td></tr>"
    yield "</table>"


def documentation_routes() -> list[web.RouteDef]:
    """The routes of the documentation."""

    async def document(request: web.Request) -> web.Response:
        return web.Response(body=orjson.dumps(openapi()), content_type="application/json")

    async def people(request: web.Request) -> web.Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=page(), content_type="text/html", headers=headers)

    return [web.get("/api/openapi.json", document), web.get("/api/docs", people)]
