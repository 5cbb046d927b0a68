"""Who may read the files that hold tokens and what customers wrote."""

import asyncio
import shlex
from collections.abc import Sequence
from pathlib import Path

from bot.cli.doctor.report import Line, fine, problem
from bot.settings import Settings
from storage.files import BESIDE, open_to_others

ENV = Path(".env")
"""Where the settings are read from, in the folder in which `verso` is called."""


async def check_modes(settings: Settings) -> Line:
    """See that nobody but Verso's user can read the settings and the database."""
    return await asyncio.to_thread(_check, settings)


def _check(settings: Settings) -> Line:
    file = settings.sqlite_file
    private = [ENV]
    if file is not None:
        private += [file.with_name(file.name + end) for end in BESIDE]
    return _judge([each for each in private if open_to_others(each)])


def _judge(open_ones: Sequence[Path]) -> Line:
    if not open_ones:
        return fine("file modes", "nobody else can read the settings and the database")
    names = " ".join(shlex.quote(str(each)) for each in open_ones)
    return problem("file modes", f"others can read {names}", f"chmod 600 {names}")
