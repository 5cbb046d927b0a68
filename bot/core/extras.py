"""How whoever runs Verso gets what an extra adds, by the way in which Verso is installed."""

import sys
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = Path(sys.prefix)


def how_to_add(extra: str) -> str:
    """The command that adds an extra, such as `paper`."""
    if (_ROOT / "pyproject.toml").exists():
        return f".venv/bin/pip install -e '.[{extra}]'"
    wheel = f"'verso-{version('verso')}-py3-none-any.whl[{extra}]'"
    if (_ENVIRONMENT / "pipx_metadata.json").exists():
        return f"pipx install --force {wheel}"
    if (_ENVIRONMENT / "uv-receipt.toml").exists():
        return f"uv tool install --force {wheel}"
    return f"{_ENVIRONMENT / 'bin' / 'pip'} install {wheel}"
