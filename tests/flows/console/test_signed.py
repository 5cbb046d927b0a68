"""Who opens a Mini App: what Telegram signed, and nothing else."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import given
from hypothesis import strategies as st

from flows.console.signed import LONGEST, Refused, Signed, who_signed

TOKEN = "123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES"
NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
USER = {"id": 900, "first_name": "Ada", "last_name": "Ångström & Co", "language_code": "ru"}


def signed(token: str = TOKEN, at: datetime = NOW, **more: Any) -> str:
    """What an app is given, signed as the Bot API describes it."""
    fields = {"user": json.dumps(USER), "auth_date": str(int(at.timestamp())), "query_id": "A=B&C"}
    fields |= more
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return urlencode(fields | {"hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})


def test_whom_telegram_signs_is_known() -> None:
    found = who_signed(signed(), TOKEN, NOW + timedelta(hours=23))
    assert found == Signed(900, "Ada Ångström & Co", "ru")
    assert who_signed(signed(signature="x"), TOKEN, NOW) == found


def test_what_is_old_is_told_from_what_is_forged() -> None:
    assert who_signed(signed(), TOKEN, NOW + timedelta(hours=25)) is Refused.OLD
    assert who_signed(signed(token=f"{TOKEN}X"), TOKEN, NOW) is Refused.FORGED
    assert who_signed(signed(at=NOW + timedelta(hours=1)), TOKEN, NOW) is Refused.FORGED
    for user in ("", "[]", "7", '{"id": true}', '{"id": -5}', "{" * 9000, '{"id": "900"}'):
        assert who_signed(signed(user=user), TOKEN, NOW) is Refused.FORGED, user[:20]
    for at in ("", "-1", "9" * 30, "١٢"):
        assert who_signed(signed(auth_date=at), TOKEN, NOW) is Refused.FORGED, at
    for twice in ("user=%7B%22id%22%3A1%7D", "hash=00", "auth_date=1"):
        assert who_signed(f"{signed()}&{twice}", TOKEN, NOW) is Refused.FORGED
    assert who_signed(f"{signed()}&x={'y' * LONGEST}", TOKEN, NOW) is Refused.FORGED


@given(
    st.text()
    | st.builds(
        lambda a, b: f"{signed()[:a]}{b}{signed()[a + 1 :]}",
        *(st.integers(0, 300), st.characters(codec="utf-8")),
    )
)
def test_nothing_else_lets_anybody_in(text: str) -> None:
    found = who_signed(text, TOKEN, NOW)
    if isinstance(found, Signed):  # the same in another spelling, such as %7b for %7B
        assert found == Signed(900, "Ada Ångström & Co", "ru")
        assert quote(text)
