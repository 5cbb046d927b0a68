"""The plain page at `/about`: what this is and what it does not imitate."""

from __future__ import annotations

from bot.sandbox.api.spec import KINDER, LEFT_OUT, METHODS, NOT_IMITATED, STRICTER


def index_text() -> str:
    """The page as plain text."""
    return "\n".join(
        [
            "A local server that speaks the Telegram Bot API. Everything is in memory.",
            "",
            "Bots:    /bot<TOKEN>/<method>, /file/bot<TOKEN>/<path>",
            "Testers: POST /control/<operation>, WebSocket /control/events",
            "",
            *limits_lines(),
            "",
        ]
    )


def limits_lines() -> list[str]:
    """What is imitated and what is not, as lines of Markdown."""
    return [
        "Methods imitated:",
        "",
        *(f"- `{name}`{_without(name)}" for name in METHODS),
        "",
        "Not imitated:",
        "",
        *(f"- {line}" for line in NOT_IMITATED),
        "",
        "Stricter than Telegram, on purpose:",
        "",
        *(f"- {line}" for line in STRICTER),
        "",
        "Kinder than Telegram, because tests need it:",
        "",
        *(f"- {line}" for line in KINDER),
    ]


def _without(name: str) -> str:
    left_out = sorted(LEFT_OUT[name])
    return f", without {', '.join(f'`{p}`' for p in left_out)}" if left_out else ""
