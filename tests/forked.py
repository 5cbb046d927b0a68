"""Processes of a whole run that begin where everything has been imported.

Importing takes each process longer than most of what it does with it later, and is the same in all
of them: the process that hands out the tests does it once, and its workers are forks of it.
"""

import contextlib
import importlib
import multiprocessing
import os
import random
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from execnet import gateway_io
from execnet.gateway_base import ExecModel, Popen2IO

from bot.core.words import Words
from bot.runtime.memory import freeze_gc, tune_gc
from flows import ear
from flows.conversations import FlowLibrary

FORKING = multiprocessing.get_context("fork")


def fork_workers(folder: Path, count: int) -> None:
    """Import all tests below a folder, and have the next `count` workers of xdist begin there."""
    tune_gc()
    paths = sorted(folder.rglob("test_*.py"))
    modules = [".".join(p.relative_to(folder.parent).with_suffix("").parts) for p in paths]
    # A module is rewritten for pytest once, by whoever comes to it first: the later half by a
    # process beside this one, which then reads what that one has written.
    beside = FORKING.Process(target=_import, args=(modules[len(modules) // 2 :],))
    beside.start()
    _import(modules[: len(modules) // 2])
    for read in (Words.shipped, FlowLibrary.shipped, ear.shipped):
        read()
    beside.join()
    _import(modules)
    freeze_gc()
    for _ in range(count):
        _Handed.waiting.append(_Worker(_Handed.waiting))
    gateway_io.Popen2IOMaster = _Handed  # type: ignore[misc]


def _import(modules: Sequence[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for module in modules:
            # What cannot be imported, or warns, is told by the collection that follows.
            with contextlib.suppress(Exception, pytest.skip.Exception):
                importlib.import_module(module)


class _Worker:
    """A forked process that waits for what xdist says, with what `subprocess` would give of it."""

    def __init__(self, earlier: "Sequence[_Worker]") -> None:
        heard, said = os.pipe()
        answers, answered = os.pipe()
        self.stdin, self.stdout = os.fdopen(said, "wb"), os.fdopen(answers, "rb")
        ours = [end.fileno() for each in (*earlier, self) for end in (each.stdin, each.stdout)]
        process = FORKING.Process(target=_serve, args=(heard, answered, ours))
        process.start()
        for theirs in (heard, answered):
            os.close(theirs)
        self.wait, self.kill = process.join, process.kill


def _serve(heard: int, answered: int, foreign: Sequence[int]) -> None:
    """Do what xdist has a new interpreter do."""
    for end in foreign:  # open here, another worker would not learn that nobody speaks to it
        os.close(end)
    os.dup2(heard, 0)
    os.dup2(answered, 1)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    random.seed()
    exec(eval(sys.stdin.readline()), {})


class _Handed(gateway_io.Popen2IOMaster):
    """The ends of a worker that waits; of a new interpreter when none does."""

    waiting: ClassVar[list[_Worker]] = []

    def __init__(self, args: Any, execmodel: ExecModel) -> None:
        if self.waiting:
            self.popen = self.waiting.pop(0)
            Popen2IO.__init__(self, self.popen.stdin, self.popen.stdout, execmodel)
        else:
            super().__init__(args, execmodel)
