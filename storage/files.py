"""The SQLite file itself: who may read it, who holds it, and whether it is still there."""

import contextlib
import errno
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from storage.errors import DatabaseInUse

PRIVATE = 0o600
"""Read and written by its owner alone: it holds what customers wrote."""
LEAST_FREE = 1_000_000
"""Bytes: less is a full disk, whatever room the database still has in its own files."""
BESIDE = ("", "-wal", "-shm", ".lock")
"""What is added to the database's name for the files that belong to it."""


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read; one that is there stays as it is.

    SQLite gives the files beside a database the rights of the database.
    """
    with contextlib.suppress(OSError):  # that it cannot be made is said by whoever opens it
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))


def open_to_others(path: Path) -> bool:
    """Whether others than its owner may read or write a file; false when it is not there."""
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Identity:
    """Which file it is, whatever it is called."""

    device: int
    number: int


def identity_of(path: Path) -> Identity | None:
    """Which file a path leads to; None: to none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Identity(found.st_dev, found.st_ino)


def trouble_with(path: Path, opened: Identity) -> str:
    """Why what is written now would not be found again, in a sentence; empty when it would."""
    found = identity_of(path)
    if found is None:
        return f"{path} is gone: it was moved or deleted while Verso runs; stop Verso first"
    if found != opened:
        return f"{path} is another file than the one that was opened; start Verso again"
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        return f"{path} may only be read"
    free = shutil.disk_usage(path.absolute().parent).free
    return f"the disk of {path} is full ({free} bytes free)" if free < LEAST_FREE else ""


class FileLock:
    """Keeps other Verso processes off a database file, until `release` or the process's end.

    Two locks: one on a file beside it, which holds the path for whoever starts anew after the
    database was moved, and one on the database file itself, which has many names (links, other
    folders) and is the same file under each.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._beside: int | None = None
        self._itself: int | None = None

    def take(self) -> None:
        """Take it. Raises DatabaseInUse with the other process's number."""
        path = self._database.resolve()
        if self._beside is None:
            self._beside = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, PRIVATE)
        if not _try(self._beside):
            holder = os.pread(self._beside, 32, 0).decode(errors="replace").strip()
            raise _in_use(self._database, holder)
        if sys.platform == "linux":  # elsewhere this lock would keep SQLite's own out
            if self._itself is None:
                self._itself = os.open(path, os.O_RDONLY)
            if not _try(self._itself):
                raise _in_use(self._database, "")
        os.ftruncate(self._beside, 0)
        os.pwrite(self._beside, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Give it up, once SQLite has closed the file.

        Whoever closes a file ends all of its process's POSIX locks on it, which are SQLite's.
        """
        for handle in (self._beside, self._itself):
            if handle is not None:
                os.close(handle)
        self._beside = self._itself = None


def _try(handle: int) -> bool:
    import fcntl  # noqa: PLC0415  not on Windows, where SQLite's own locks must do

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


def _in_use(database: Path, process: str) -> DatabaseInUse:
    return DatabaseInUse(
        f"Another Verso (process {process or 'unknown'}) runs on {database}. One SQLite file "
        "serves one process: stop the other one, or use PostgreSQL (VERSO_DATABASE_URL) for "
        "several."
    )
