"""Is it really them: the documented signatures, compared in constant time over the raw body."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

TOLERANCE = 300
"""Seconds by which a message of Stripe may be older or newer than now (Stripe's own default)."""
_MOST_SIGNATURES = 20


def stripe(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Check `Stripe-Signature`: `t=SECONDS,v1=HEX,…`, HMAC-SHA256 of `t.body`.

    While a secret is replaced there are several signatures and several secrets; one pair that
    fits is enough. A message that is older than the tolerance is refused, so that a recorded one
    cannot be sent again.
    """
    parts = [part.partition("=") for part in headers.get("Stripe-Signature", "").split(",")]
    stamps = [value for name, _, value in parts if name.strip() == "t"]
    given = [value.strip() for name, _, value in parts if name.strip() == "v1"]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdecimal()):
        return False
    stamp = stamps[0]
    if len(stamp) > 12 or abs(now.timestamp() - int(stamp)) > TOLERANCE:
        return False
    signed = stamp.encode() + b"." + body
    expected = [_hmac(secret, signed).hex() for secret in secrets]
    return _one_fits(expected, given[:_MOST_SIGNATURES])


def shopify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Check `X-Shopify-Hmac-Sha256`: base64 of the body's HMAC-SHA256."""
    return _base64_fits(secrets, headers.get("X-Shopify-Hmac-Sha256", ""), body)


def woocommerce(
    secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Check `X-WC-Webhook-Signature`: base64 of the body's HMAC-SHA256."""
    return _base64_fits(secrets, headers.get("X-WC-Webhook-Signature", ""), body)


def github(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Check `X-Hub-Signature-256`: `sha256=` and the body's HMAC-SHA256 in hexadecimal."""
    expected = [f"sha256={_hmac(secret, body).hex()}" for secret in secrets]
    return _one_fits(expected, [headers.get("X-Hub-Signature-256", "").strip()])


def _base64_fits(secrets: Sequence[str], given: str, body: bytes) -> bool:
    expected = [base64.b64encode(_hmac(secret, body)).decode() for secret in secrets]
    return _one_fits(expected, [given.strip()])


def _hmac(secret: str, signed: bytes) -> bytes:
    return hmac.new(secret.encode(), signed, hashlib.sha256).digest()


def _one_fits(expected: Sequence[str], given: Sequence[str]) -> bool:
    """Compare every pair, so that the time tells nothing."""
    fits = [
        hmac.compare_digest(one.encode(), other.encode(errors="surrogateescape"))
        for one in expected
        for other in given
    ]
    return any(fits)


def signed(source: str, secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The header by which a system signs a body, as the checks above read it.

    Raises KeyError for a system that does not call us.
    """
    stamp = str(int(now.timestamp()))
    digest = _hmac(secret, f"{stamp}.".encode() + body if source == "stripe" else body)
    in_base64 = base64.b64encode(digest).decode()
    name, value = {
        "stripe": ("Stripe-Signature", f"t={stamp},v1={digest.hex()}"),
        "shopify": ("X-Shopify-Hmac-Sha256", in_base64),
        "woocommerce": ("X-WC-Webhook-Signature", in_base64),
        "github": ("X-Hub-Signature-256", f"sha256={digest.hex()}"),
    }[source]
    return {name: value}
