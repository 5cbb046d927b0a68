"""What a Mini App is told of whoever opens it (Bot API: Web Apps, "Validating data")."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import quote, urlencode

from bot.sandbox.world.model import BotAccount
from bot.sandbox.world.state import World

THEME = {
    "bg_color": "#ffffff",
    "secondary_bg_color": "#f1f1f1",
    "text_color": "#000000",
    "hint_color": "#707579",
    "button_color": "#3390ec",
    "button_text_color": "#ffffff",
}
"""The colours of Telegram by day."""


def signed_address(world: World, bot: BotAccount, user: int, url: str) -> str:
    """Where an app opens; behind "#" stands who opens it, signed, and in which colours."""
    person = world.users[user]
    fields = {
        "query_id": f"AA{world.chance.randrange(10**15)}",
        "user": json.dumps(
            {
                "id": user,
                "first_name": person.first_name,
                "last_name": person.last_name or "",
                "language_code": person.language_code or "",
            },
            ensure_ascii=False,
        ),
        "auth_date": str(world.clock.unix()),
    }
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.digest(b"WebAppData", bot.token.encode(), "sha256")
    fields["hash"] = hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
    told = {"tgWebAppData": urlencode(fields), "tgWebAppThemeParams": json.dumps(THEME)}
    return f"{url}#{urlencode(told, quote_via=quote)}"
