"""The words are read once and kept: the same ear, for these words and this program alone."""

from pathlib import Path

import pytest

from flows.ear import kept


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "_FOLDER", tmp_path / "kept")
    path = tmp_path / "xx.yaml"
    path.write_text("letters: a-z\nstop: [halt]\n", "utf-8")
    return path


def test_what_was_read_is_not_read_again_until_it_changes(words: Path) -> None:
    read: list[str] = []

    def again() -> str:
        read.append(words.read_text("utf-8"))
        return read[-1]

    for _ in range(3):
        assert "halt" in kept.kept({"xx": words}, again)
    assert len(read) == 1
    words.write_text("letters: a-z\nstop: [basta]\n", "utf-8")
    assert "basta" in kept.kept({"xx": words}, again)
    assert len(read) == 2
    assert len(list((words.parent / "kept").iterdir())) == 1


def test_what_was_kept_and_is_broken_is_made_anew(words: Path) -> None:
    kept.kept({"xx": words}, lambda: 1)
    [file] = (words.parent / "kept").iterdir()
    file.write_bytes(b"\x80nonsense")
    assert kept.kept({"xx": words}, lambda: 2) == 2
    assert kept.kept({"xx": words}, lambda: 3) == 2


def test_a_folder_that_cannot_be_written_costs_time_alone(
    words: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_FOLDER", words / "no" / "folder")
    assert kept.kept({"xx": words}, lambda: 1) == 1
