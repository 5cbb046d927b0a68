"""Commands on a new database, in a folder of their own."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli import invoke
from tests.plain import log_plainly

Verso = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    log_plainly()


@pytest.fixture
def run(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Verso:
    """Run a command on a new database, without a token, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VERSO_DATABASE_URL", database_url)
    for name in ("VERSO_BOT_TOKEN", "VERSO_API_KEYS", "VERSO_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = invoke(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return call
