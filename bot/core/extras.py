"""How whoever runs Verso gets what an extra adds, by the way in which Verso is installed."""

import json
import sys
from importlib.metadata import distribution
from pathlib import Path
from shlex import quote
from urllib.parse import unquote, urlsplit

_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = Path(sys.prefix)


def how_to_add(extra: str) -> str:
    """The command that adds an extra, such as `paper`."""
    if (_ROOT / "pyproject.toml").exists():
        return f".venv/bin/pip install -e '.[{extra}]'"
    wheel = quote(f"{_wheel()}[{extra}]")
    if (_ENVIRONMENT / "pipx_metadata.json").exists():
        return f"pipx install --force {wheel}"
    if (_ENVIRONMENT / "uv-receipt.toml").exists():
        return f"uv tool install --force {wheel}"
    return f"{_ENVIRONMENT / 'bin' / 'pip'} install {wheel}"


def _wheel() -> str:
    """The wheel that Verso was installed from: where it lay, if it still does, else its name.

    Whoever installs from a file notes where it was (PEP 610).
    """
    verso = distribution("verso")
    told = verso.read_text("direct_url.json") or "{}"
    file = Path(unquote(urlsplit(json.loads(told).get("url", "")).path))
    return str(file) if file.is_file() else f"verso-{verso.version}-py3-none-any.whl"
