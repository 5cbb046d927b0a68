"""What is sent and how it is signed: Standard Webhooks (standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from flows.entities import Webhook

PREFIX = "whsec_"
LEAST, MOST = 24, 64
"""Bytes of a secret."""
TEST = "webhook.test"
MAKE_ONE = 'echo "whsec_$(openssl rand -base64 32)"'
"""What makes a secret."""


class SecretError(Exception):
    """A receiver's secret is not there or is none; the sentence says what to do."""


def secrets_in(name: str, environment: Mapping[str, str]) -> Sequence[bytes]:
    """The secrets that an environment variable holds, the present one first.

    Several, separated by commas, sign side by side while one is replaced. Raises SecretError.
    """
    written = [part.strip() for part in environment.get(name, "").split(",") if part.strip()]
    if not written:
        raise SecretError(f"{name} is not set. Make a secret with: {MAKE_ONE}")
    found = [_decoded(each) for each in written]
    if not all(LEAST <= len(each) <= MOST for each in found):
        raise SecretError(
            f"{name} holds no secret: expected {PREFIX} and {LEAST} to {MOST} bytes in base64. "
            f"Make one with: {MAKE_ONE}"
        )
    return found


def _decoded(written: str) -> bytes:
    try:
        return base64.b64decode(written.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""


def body_of(webhook: Webhook) -> bytes:
    """What is sent: the same bytes whenever it is sent again."""
    return _body(webhook.type, webhook.at, webhook.data)


def body_to_try(now: datetime) -> bytes:
    """What is sent to try a receiver out; nothing has happened."""
    return _body(TEST, now, {})


def _body(type_: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return orjson.dumps({"type": type_, "timestamp": moment, "data": data})


def headers_of(
    webhook_id: str, body: bytes, secrets: Sequence[bytes], now: datetime
) -> dict[str, str]:
    """The headers by which a receiver knows who sent it, when, and whether it has it already."""
    timestamp = int(now.timestamp())
    signatures = [signature(each, webhook_id, timestamp, body) for each in secrets]
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def signature(secret: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one secret; `timestamp` in seconds since 1970."""
    signed = b".".join([webhook_id.encode(), str(timestamp).encode(), body])
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
