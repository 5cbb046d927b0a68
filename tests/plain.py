"""Logs as tests write them."""

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback


def log_plainly() -> None:
    """Write tracebacks as Python does: with all values in them one takes seconds."""
    structlog.reset_defaults()
    processors = structlog.get_config()["processors"]
    plain = ConsoleRenderer(exception_formatter=plain_traceback)
    structlog.configure(processors=[*processors[:-1], plain])
