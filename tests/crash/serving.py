"""What a forked process does, and all that it has imported by then."""

import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bot.app  # noqa: F401  the command imports it only when it is to run
from bot.cli import main
from bot.core.words import Words
from flows import ear
from flows.conversations import FlowLibrary

Words.shipped()
FlowLibrary.shipped()
ear.shipped()


def serve(
    environment: Mapping[str, str], folder: Path, log: Path, constants: Mapping[str, Any]
) -> None:
    """Be `verso run` in this environment and folder, with a file to write to.

    `constants` are set in their modules first, as monkeypatch does in a test's own process.
    """
    for name, value in constants.items():
        module, _, constant = name.rpartition(".")
        setattr(importlib.import_module(module), constant, value)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with log.open("ab") as out:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(out.fileno(), stream.fileno())
    sys.argv = ["verso", "run"]
    main()
