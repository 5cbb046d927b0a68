"""The words as they were read last, kept beside them as Python keeps its bytecode.

To read them takes seconds of work, and every start needs them. What is kept is trusted as bytecode
is, for whoever can write there can write the program; it is used for these words, this program and
this Python alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read")
_HERE = Path(__file__).parent
_FOLDER = _HERE / "words" / "__pycache__"


def kept(paths: Mapping[str, Path], read: Callable[[], Read]) -> Read:
    """What was made of these files before, else what ``read`` makes of them now, which is kept.

    Raises what ``read`` raises; a folder that cannot be written only costs time.
    """
    languages = "-".join(sorted(paths))
    name = f"{languages}.{_fingerprint(paths)}.words"
    with contextlib.suppress(Exception):  # whatever is wrong with it: it is made anew
        with (_FOLDER / name).open("rb") as file:
            found: Read = pickle.load(file)  # noqa: S301  see above
        return found
    made = read()
    with contextlib.suppress(OSError, pickle.PicklingError, RecursionError):
        _keep(name, languages, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    return made


def _fingerprint(paths: Mapping[str, Path]) -> str:
    found = hashlib.sha256(sys.version.encode())
    for path in (*sorted(_HERE.glob("*.py")), *(paths[name] for name in sorted(paths))):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _keep(name: str, languages: str, content: bytes) -> None:
    """Write it whole or not at all, in the place of an older one."""
    _FOLDER.mkdir(exist_ok=True)
    half = _FOLDER / f"{name}.{os.getpid()}"
    half.write_bytes(content)
    half.replace(_FOLDER / name)
    for old in _FOLDER.glob(f"{languages}.*.words"):
        if old.name != name:
            old.unlink(missing_ok=True)
