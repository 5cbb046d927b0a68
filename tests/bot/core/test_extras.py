"""How to add what is not installed, by the way in which Verso is."""

from pathlib import Path

import pytest

from bot.core import extras


@pytest.mark.parametrize(
    ("left", "says"),
    [
        ("pipx_metadata.json", "pipx install --force 'verso-"),
        ("uv-receipt.toml", "uv tool install --force 'verso-"),
        ("pyvenv.cfg", "/bin/pip install 'verso-"),
    ],
)
def test_it_fits_how_verso_is_installed(
    left: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert extras.how_to_add("paper") == ".venv/bin/pip install -e '.[paper]'"
    (tmp_path / left).touch()
    monkeypatch.setattr(extras, "_ROOT", tmp_path)
    monkeypatch.setattr(extras, "_ENVIRONMENT", tmp_path)
    said = extras.how_to_add("paper")
    assert says in said
    assert said.endswith("-py3-none-any.whl[paper]'")
