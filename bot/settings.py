"""Settings from the environment or `.env`; a wrong one stops the start and says what to set."""

import os
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from flows import system_faults
from flows.config.proxies import (
    DIRECT,
    EXPECTED,
    Proxy,
    ProxyAddressError,
    Way,
    parse_proxy,
    way_to,
)

_PREFIX = "VERSO_"
_ENCODING = "utf-8-sig"
"""Of `.env`: some editors put a mark before the first letter."""
TELEGRAM = "https://api.telegram.org"
_TOKEN = re.compile(r"^\d{3,}:[A-Za-z0-9_-]{20,}$")
_HOOK_SECRETS = ("stripe_secret", "shopify_secret", "woocommerce_secret", "github_secret")
_SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")


class SettingsError(Exception):
    """One or more settings are missing or wrong; the text names each and what is expected."""


class Settings(BaseSettings):
    """All that an operator sets. Each field is `VERSO_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    token_needed: ClassVar[bool] = True

    bot_token: SecretStr = Field(description="the bot's token, as BotFather gave it")
    bot_api_url: str = Field(default=TELEGRAM, description="a server that speaks the Bot API")
    proxy: SecretStr = Field(default=SecretStr(""), description=f"{EXPECTED}; or {DIRECT}")
    proxy_webhooks: bool = Field(
        default=False, description="true or false: whether webhooks of yours go the same way"
    )
    database_url: str = Field(
        default="sqlite+aiosqlite:///verso.db",
        description="sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME",
    )
    owner_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(), description="Telegram user ids of the first admins, separated by commas"
    )
    config: Path = Field(default=Path("verso.yaml"), description="the configuration file")
    languages: Path | None = Field(
        default=None, description="a folder with the files of more languages"
    )
    mode: Literal["polling", "webhook"] = Field(default="polling", description="polling or webhook")
    public_url: str = Field(default="", description="https address under which Telegram reaches us")
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="1 to 256 of A-Z a-z 0-9 _ -, known to Telegram and us"
    )
    http_listen: str = Field(default="127.0.0.1:8080", description="HOST:PORT of the HTTP server")
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(), description="keys that the business's systems use, separated by commas"
    )
    stripe_secret: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(), description="signing secrets of Stripe's webhook, separated by commas"
    )
    shopify_secret: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(), description="secrets that sign Shopify's webhooks, separated by commas"
    )
    woocommerce_secret: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(), description="secrets of WooCommerce's webhooks, separated by commas"
    )
    github_secret: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(), description="secrets of GitHub's webhooks, separated by commas"
    )
    send_rate: int = Field(
        default=30, ge=1, le=1000, description="messages per second over all chats, 1 to 1000"
    )
    group_rate: int = Field(
        default=20, ge=1, le=600, description="messages per minute in one group, 1 to 600"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )
    log_format: Literal["console", "json"] = Field(default="console", description="console or json")

    @field_validator("owner_ids", "api_keys", *_HOOK_SECRETS, mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("languages", mode="before")
    @classmethod
    def _no_folder(cls, value: Any) -> Any:
        return value or None

    @field_validator("bot_token")
    @classmethod
    def _check_token(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if not _TOKEN.match(token) and (token or cls.token_needed):
            raise ValueError("a token looks like 123456789:AAE... ; copy it from BotFather")
        return value

    @field_validator("bot_api_url", "public_url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        if value and not re.match(r"^https?://[^\s/]+", value):
            raise ValueError("expected an address that begins with https:// (or http://)")
        return value.rstrip("/")

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, value: SecretStr) -> SecretStr:
        address = SecretStr(value.get_secret_value().strip())
        if address.get_secret_value() not in ("", DIRECT):
            parse_proxy(address.get_secret_value())
        return address

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("expected sqlite+aiosqlite:///FILE or postgresql+asyncpg://...")
        return value

    @field_validator("http_listen")
    @classmethod
    def _check_listen(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise ValueError("expected HOST:PORT, such as 127.0.0.1:8080")
        return value

    @field_validator("api_keys")
    @classmethod
    def _check_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < 16 for key in value):
            raise ValueError(
                "a key has at least 16 characters; make one with: openssl rand -hex 24"
            )
        return value

    @field_validator(*_HOOK_SECRETS)
    @classmethod
    def _check_hook_secrets(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(secret.get_secret_value()) < 16 for secret in value):
            raise ValueError("a secret has at least 16 characters, or anybody could guess it")
        return value

    @model_validator(mode="after")
    def _check_webhook(self) -> "Settings":
        if self.mode == "webhook":
            if not self.public_url:
                raise ValueError("VERSO_PUBLIC_URL: needed when VERSO_MODE is webhook")
            if not _SECRET.match(self.webhook_secret.get_secret_value()):
                raise ValueError(
                    "VERSO_WEBHOOK_SECRET: needed when VERSO_MODE is webhook: 1 to 256 of "
                    "A-Z a-z 0-9 _ - ; make one with: openssl rand -hex 24"
                )
        return self

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port of the HTTP server."""
        host, _, port = self.http_listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, or None when the database is PostgreSQL."""
        prefix = "sqlite+aiosqlite:///"
        if not self.database_url.startswith(prefix):
            return None
        return Path(self.database_url.removeprefix(prefix).partition("?")[0])


class _Tokenless(Settings):
    """For commands that speak with the database alone."""

    token_needed: ClassVar[bool] = False

    bot_token: SecretStr = SecretStr("")


def load_settings(
    env_file: Path | None = Path(".env"), *, token_needed: bool = True, **given: Any
) -> Settings:
    """Read the settings; without `token_needed` the bot's token may be missing.

    Raises SettingsError that names every wrong setting and what is expected, without its value.
    """
    if env_file is not None:
        _see_that_it_is_read(env_file)
    given |= {"_env_file": env_file, "_env_file_encoding": _ENCODING}
    try:
        return (Settings if token_needed else _Tokenless)(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem) for problem in error.errors())) from None


def _see_that_it_is_read(env_file: Path) -> None:
    """Raise SettingsError for a file of which something would be left out without a word."""
    try:
        text = env_file.read_text(_ENCODING)
    except FileNotFoundError:
        return
    except OSError as error:
        raise SettingsError(f"{env_file}: {system_faults.of_a_file(error)}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file} is not UTF-8 text. Save it as UTF-8.") from None
    for each in parse_stream(StringIO(text)):
        if each.error:
            where = f"{env_file}, line {each.original.line}"
            raise SettingsError(f"{where}: expected NAME=VALUE. Is a quote not closed?")


def environment(env_file: Path = Path(".env")) -> Mapping[str, str]:
    """What stands in `.env` and in the environment, which goes first: for names that the
    configuration gives."""
    written = {
        name: value or "" for name, value in dotenv_values(env_file, encoding=_ENCODING).items()
    }
    return {**written, **os.environ}


def way_to_telegram(settings: Settings) -> Way:
    """How the Bot API server is reached. Raises SettingsError, as `way_out`."""
    return way_out(settings, settings.bot_api_url)


def way_out(settings: Settings, url: str) -> Way:
    """How the server at a URL is reached: as the setting says, else as the environment does.

    Raises SettingsError for a variable of the environment that names no proxy.
    """
    try:
        return way_to(url, settings.proxy.get_secret_value(), environment())
    except ProxyAddressError as error:
        raise SettingsError(str(error)) from None


def proxy_for_webhooks(settings: Settings) -> Proxy | None:
    """The proxy through which receivers of webhooks are told. Raises SettingsError."""
    return way_to_telegram(settings).proxy if settings.proxy_webhooks else None


def unknown_settings(given: Mapping[str, str], also: Collection[str] = ()) -> Mapping[str, str]:
    """Names that look like settings and that nothing reads, each with the one that is near it.

    `also` are names that the configuration gives. Empty: none is near.
    """
    found: dict[str, str] = {}
    for name in given:
        short = name.upper().removeprefix(_PREFIX).lower()
        if name.upper().startswith(_PREFIX) and short not in Settings.model_fields:
            near = get_close_matches(short, Settings.model_fields, n=1)
            found[name] = f"{_PREFIX}{near[0].upper()}" if near else ""
    return {name: near for name, near in found.items() if name not in also}


def _explain(problem: Any) -> str:
    """What is wrong, in our words: those of the library are for programmers."""
    ours = problem["type"] == "value_error"
    message = str(problem["msg"]).removeprefix("Value error, ") if ours else "not as it should be"
    if not problem["loc"]:
        return message
    name = str(problem["loc"][0])
    field = Settings.model_fields.get(name)
    expected = f" Expected: {field.description}." if field else ""
    if problem["type"] == "missing":
        return f"VERSO_{name.upper()}: not set.{expected}"
    return f"VERSO_{name.upper()}: {message}.{expected}"


__all__ = [
    "TELEGRAM",
    "Settings",
    "SettingsError",
    "environment",
    "load_settings",
    "proxy_for_webhooks",
    "unknown_settings",
    "way_to_telegram",
]
