"""Nothing secret and nobody's words reach the log, whoever logs and however it fails."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.logs import HIDDEN, Redactor, secrets_of, set_up_logging
from tests.bot.making import KEY, TOKEN, settings
from tests.plain import log_plainly

SECRETS = [TOKEN, KEY, "webhook-secret-1", "p@ss word/1"]
Begin = Callable[..., io.StringIO]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Set up logging into a buffer, and put everything back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def set_up(form: str, level: str = "debug") -> io.StringIO:
        buffer = io.StringIO()
        set_up_logging(level, form, SECRETS, buffer)
        return buffer

    yield set_up
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    log_plainly()


def fail(detail: str) -> None:
    raise ConnectionError(detail)


@pytest.mark.parametrize("form", ["console", "json"])
def test_secrets_are_hidden_wherever_they_stand(begin: Begin, form: str) -> None:
    buffer = begin(form)
    log = structlog.get_logger("bot.test")
    log.info("called", url=f"https://api.telegram.org/bot{TOKEN}/getMe", key=KEY)
    logging.getLogger("other").warning("header %s", f"Authorization: Bearer {KEY}")
    try:
        fail(f"no route to /bot{TOKEN}/sendMessage, p%40ss%20word%2F1")
    except ConnectionError:
        log.exception("failed", dsn="postgresql+asyncpg://verso:hunter2x@db/verso")
        logging.getLogger("other").exception("failed too")
    text = buffer.getvalue()
    assert HIDDEN in text
    for secret in (*SECRETS, "hunter2x", "p%40ss", TOKEN.split(":")[1]):
        assert secret not in text
    assert "ConnectionError" in text
    assert "Traceback" in text


def test_a_token_that_nobody_told_is_hidden_too() -> None:
    other = "987654321:AAFbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    assert other not in Redactor()(f"GET /bot{other}/getMe")


@given(st.text(max_size=50), st.text(max_size=50))
def test_no_surroundings_bring_a_secret_out(before: str, after: str) -> None:
    hide = Redactor(SECRETS)
    for secret in SECRETS:
        assert secret not in hide(before + secret + after)


def test_events_are_fields_in_json(begin: Begin) -> None:
    buffer = begin("json")
    structlog.get_logger("bot.test").info("ticket_opened", ticket=12, team="Доставка")
    logging.getLogger("other").warning("plain %s", "words")
    first, second = (json.loads(line) for line in buffer.getvalue().splitlines())
    assert (first["event"], first["ticket"], first["team"]) == ("ticket_opened", 12, "Доставка")
    assert (first["level"], first["logger"]) == ("info", "bot.test")
    assert second["event"] == "plain words"
    assert second["timestamp"].endswith("Z")


def test_what_a_database_error_quotes_is_cut_out(begin: Begin) -> None:
    buffer = begin("json")
    message = (
        "(sqlite3.IntegrityError) UNIQUE constraint failed\n[SQL: INSERT INTO tickets]\n"
        "[parameters: ('the lid was broken', 7)]\nDETAIL:  Key (ref)=(anna-17) already exists."
    )
    logging.getLogger("x").error(message)
    text = buffer.getvalue()
    assert "lid was broken" not in text
    assert "anna-17" not in text
    assert "INSERT INTO tickets" in text


@pytest.mark.parametrize("form", ["console", "json"])
def test_local_variables_are_not_shown(begin: Begin, form: str) -> None:
    buffer = begin(form)
    words = "the lid " + "was broken"
    try:
        fail(str(len(words)))
    except ConnectionError:
        structlog.get_logger("x").exception("failed")
    assert "lid was" not in buffer.getvalue()


def test_libraries_that_log_what_they_carry_are_quiet(begin: Begin) -> None:
    buffer = begin("console", "debug")
    for name in ("telegram.ext.Application", "aiosqlite", "sqlalchemy.engine", "httpx"):
        logging.getLogger(name).debug("the lid was broken")
        logging.getLogger(name).info("the lid was broken")
    assert buffer.getvalue() == ""


def test_all_secrets_of_the_settings_are_known() -> None:
    made = settings(
        api_keys=f"{KEY},another-key-of-the-crm",
        webhook_secret="webhook-secret-1",
        database_url="postgresql+asyncpg://verso:p%40ss@db/verso",
        proxy="socks5://anna:w%40y@proxy.example:1080",
    )
    expected = {TOKEN, "webhook-secret-1", KEY, "another-key-of-the-crm", "p@ss", "w@y"}
    assert set(secrets_of(made)) == expected
