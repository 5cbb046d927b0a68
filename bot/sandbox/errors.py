"""What the sandbox answers when it refuses: Telegram's errors, and its own to testers."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal in Telegram's words, sent to the bot with the HTTP status `code`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        """The JSON body of the refusal."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str, **parameters: Any) -> ApiError:
    """400: the request is wrong; `reason` is Telegram's wording without the prefix."""
    return ApiError(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> ApiError:
    """403: the bot may not reach this chat."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """409: another receiver of updates is at work."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """429: the budget is spent; `retry_after` is in seconds."""
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", retry_after=max(1, retry_after)
    )


_PREFIXES = {400: "Bad Request", 403: "Forbidden", 429: "Too Many Requests"}


def worded(code: int, text: str, **parameters: Any) -> ApiError:
    """A refusal with this text, which may be without its prefix or as Telegram's servers say it:
    what begins with a prefix stays, error codes stay, sentences begin small after the prefix
    (Client.cpp:190, fail_query_with_error)."""
    prefix = _PREFIXES[code]
    if text.startswith(prefix):
        return ApiError(code, text, **parameters)
    coded = len(text) > 1 and (text[1] == "_" or text[1].isupper())
    return ApiError(
        code, f"{prefix}: {text if coded else text[:1].lower() + text[1:]}", **parameters
    )


class SandboxError(Exception):
    """The tester asked for something that a person or a server could not do; says what to do."""
