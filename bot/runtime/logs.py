"""Logging: events with fields, on the console or as JSON, without tokens, keys and words.

Redaction works on the finished line, tracebacks included, so that it does not depend on who
logged. What customers and staff write is never logged: libraries that log what they carry are
kept quiet, and the parameters that database errors quote are cut out.
"""

import logging
import re
import sys
from collections.abc import Iterable
from itertools import chain
from typing import Any, TextIO
from urllib.parse import quote, unquote, urlsplit

import structlog

from bot.settings import Settings

HIDDEN = "[hidden]"
_SHORTEST_SECRET = 6
"""Shorter ones would cut ordinary words out of every line; settings refuse such keys anyway."""
_GENERAL = (
    (re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}"), HIDDEN),
    (re.compile(r"(?i)\b(bearer\s+)[^\s'\",]+"), rf"\1{HIDDEN}"),
    # PASSWORD stands for one, where it is said how an address is written.
    (re.compile(r"(\w+://[^\s:/@]+:)(?!PASSWORD@)[^\s@/]+@"), rf"\1{HIDDEN}@"),
    (re.compile(r"\[parameters: .*?\](?=\n|\\n|$)", re.DOTALL), f"[parameters: {HIDDEN}]"),
    (re.compile(r"DETAIL:  .*?(?=\n|\\n|$)"), f"DETAIL:  {HIDDEN}"),
)
_QUIET = (
    "aiohttp.access",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "sqlalchemy",
    "telegram",
    "transitions",
)


class Redactor:
    """Hides secrets in text: the ones that it was told, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for form in (secret, quote(secret, safe=""))}
        known = sorted((s for s in forms if len(s) >= _SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern, instead in _GENERAL:
            text = pattern.sub(instead, text)
        return text


def secrets_of(settings: Settings) -> list[str]:
    """Everything in the settings that must never be shown."""
    hooks = (
        settings.stripe_secret,
        settings.shopify_secret,
        settings.woocommerce_secret,
        settings.github_secret,
    )
    kept = [settings.bot_token, settings.webhook_secret, *settings.api_keys, *chain(*hooks)]
    proxy = settings.proxy.get_secret_value()
    passwords = [urlsplit(each).password or "" for each in (settings.database_url, proxy)]
    texts = [*(secret.get_secret_value() for secret in kept), *map(unquote, passwords)]
    return [text for text in texts if text]


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, redactor: Redactor, **given: Any) -> None:
        super().__init__(**given)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor(super().format(record))


def set_up_logging(
    level: str = "info",
    form: str = "console",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all logging to `stream` (standard error), redacted.

    `level` is `debug`, `info`, `warning` or `error`; `form` is `console` or `json`.
    """
    stream = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _RedactingFormatter(
            Redactor(secrets),
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(form, colors=stream.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


def _renderers(form: str, *, colors: bool) -> list[Any]:
    """Plain tracebacks: pretty ones show local variables, and those hold people's words."""
    if form == "json":
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=colors, exception_formatter=structlog.dev.plain_traceback
        )
    ]
