"""Errors as sentences with an exit code, never as tracebacks."""

import contextlib
import os
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bot.data.transfer.errors import TransferError
from bot.runtime.logs import Redactor
from bot.settings import SettingsError
from flows import system_faults
from flows.config import ConfigError
from flows.conversations import FlowError
from flows.languages import LanguageError
from storage.errors import StorageError

_HOME, _ROOMS = Path(__file__).parents[2], ("bot", "flows", "storage")

PROBLEM, WRONG = 1, 2
"""Exit codes: something is not as it should be; a setting, a file or the command is wrong."""


class WrongUse(Exception):
    """A command ends with a sentence and exit code 2."""


_SENTENCES = (
    SettingsError,
    ConfigError,
    FlowError,
    LanguageError,
    StorageError,
    TransferError,
    WrongUse,
)


class NotDone(click.ClickException):
    """A command ends with a sentence and exit code 1."""

    exit_code = PROBLEM

    def show(self, file: object = None) -> None:
        """Print the sentence."""
        click.echo(self.message, err=True)


@dataclass(slots=True)
class Outcome:
    """How a command ended."""

    code: int = 0


@contextlib.contextmanager
def explained(*, debug: bool) -> Iterator[Outcome]:
    """Turn what goes wrong inside into a sentence on standard error and an exit code."""
    outcome = Outcome()
    try:
        yield outcome
    except click.exceptions.Exit as error:
        outcome.code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped; nothing more was done.", err=True)
        outcome.code = PROBLEM
    except click.ClickException as error:
        error.show()
        outcome.code = error.exit_code
    except _SENTENCES as error:
        _say(str(error), error, debug=debug)
        outcome.code = WRONG
    except Exception as error:
        # The last net under every command: a mistake of ours ends with a sentence and an exit
        # code too, and with a traceback only where it was asked for, without people's words.
        _say(_unexpected(error), error, debug=debug)
        outcome.code = PROBLEM


def _unexpected(error: Exception) -> str:
    """A sentence for people where there is one; any other error is named with its place.

    What it says may hold people's words, so that is left out.
    """
    if type(error).__name__ == "StartError":
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'The system'}: {system_faults.of_a_file(error)}."
    frames = traceback.extract_tb(error.__traceback__)
    places = [
        f" in {Path(frame.filename).relative_to(_HOME)}, line {frame.lineno}"
        for frame in frames
        if any(Path(frame.filename).is_relative_to(_HOME / room) for room in _ROOMS)
    ]
    place = places[-1] if places else ""
    name = type(error).__name__
    return f"Something unexpected happened: {name}{place}. Call verso --debug to see more."


def _say(sentence: str, error: Exception, *, debug: bool) -> None:
    hide = Redactor(
        value
        for name in ("VERSO_BOT_TOKEN", "VERSO_WEBHOOK_SECRET", "VERSO_API_KEYS")
        for value in os.environ.get(name, "").split(",")
    )
    if debug:
        click.echo(hide("".join(traceback.format_exception(error))), err=True)
    click.echo(hide(sentence), err=True)
