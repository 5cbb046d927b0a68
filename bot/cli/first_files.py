"""The first `.env` and `verso.yaml` of an installation: what stands in them, and writing them."""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.settings import TELEGRAM, Settings
from flows.config import load_config

_TEAM = {"en": "Team", "ru": "Команда", "zh": "团队"}
_SCHEDULE = {"en": "After a purchase", "ru": "После покупки", "zh": "购买之后"}
_CONFIG = """\
# Verso for {called}. What is left out has a sensible default; every key: docs/configuration.md.
# Applied at the start when it has changed, or at once: verso apply verso.yaml

brand:
  name: {name}
  languages: [{languages}]
  default_language: {default}
  time_zone: {zone}

# One team for everything. Add the bot to its group and type /setup there.
teams:
  - id: team
    title: {title}
    working_hours: {{days: mon-fri, from: "09:00", to: "18:00"}}

# Whoever has just agreed to be asked may be asked at once, so that you see it happen. Take the line
# out before your customers come: then they are left alone for four hours.
limits: {{after_consent: PT0S}}

# Five days after they bought something, customers who agreed to be asked are asked how it is.
# It is off: /schedules in the chat with the bot shows whom it would ask, and switches it on.
schedules:
  - id: after-purchase
    title: {schedule}
    enabled: false
    when: {{event: purchase, after: P5D}}
    unless: [support_contacted, refund]
    flow: purchase_check_in
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """What a configuration needs to know of a business."""

    name: str
    languages: Sequence[str]
    """Codes, the one spoken where a customer's is unknown first."""
    time_zone: str


def config_of(shop: Shop) -> str:
    """A configuration for one team without categories. Raises ConfigError for a wrong answer."""
    text = _CONFIG.format(
        called=" ".join(shop.name.split()),
        name=_quoted(shop.name),
        languages=", ".join(map(_quoted, shop.languages)),
        default=_quoted(shop.languages[0]),
        zone=_quoted(shop.time_zone),
        title=_titled(_TEAM, shop.languages),
        schedule=_titled(_SCHEDULE, shop.languages),
    )
    load_config(text, "verso.yaml")
    return text


def _titled(words: Mapping[str, str], languages: Sequence[str]) -> str:
    return _quoted({code: words.get(code, words["en"]) for code in languages})


def _quoted(value: object) -> str:
    """A value as JSON, which YAML reads as it is, whatever stands in it."""
    return json.dumps(value, ensure_ascii=False)


def env_of(token: str, api_url: str) -> str:
    """An `.env` with the token; the other settings stand in it as comments."""
    lines = [
        "# The settings of Verso. It opens everything that the bot can do: only Verso's user may",
        "# read this file. What a line means: docs/operators.md. The environment goes before it.",
        f"VERSO_BOT_TOKEN={token}",
    ]
    for name, field in Settings.model_fields.items():
        if name == "bot_token" or (name == "bot_api_url" and api_url != TELEGRAM):
            continue
        shown = field.default if isinstance(field.default, str | int | Path) else ""
        lines += ["", f"# {field.description}", f"# VERSO_{name.upper()}={shown}"]
    if api_url != TELEGRAM:
        lines[3:3] = ["", "# a server that speaks the Bot API", f"VERSO_BOT_API_URL={api_url}"]
    return "\n".join(lines) + "\n"


def write(path: Path, text: str, *, private: bool) -> None:
    """Write a file: the whole of it, or nothing. Raises OSError.

    What is private only its owner may read; a configuration may be read by whatever user Verso
    runs as, in a container too.
    """
    handle, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(made).chmod(0o600 if private else 0o644)
        Path(made).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(made).unlink()
        raise
