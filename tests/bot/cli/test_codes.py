"""`verso codes import`: pools are filled, duplicates named by their lines, no code is shown."""

from pathlib import Path

from tests.bot.cli.conftest import Verso

SHOP = """
brand: {languages: [en]}
remedies: [{id: code, title: {en: A code}, kind: code, pool: sorry}]
"""


def test_pools_are_filled_from_lines_and_tables(run: Verso, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, "utf-8")
    assert run("apply", "--yes", "shop.yaml")[0] == 0
    (tmp_path / "one.txt").write_text("SECRET-1\nSECRET-2\nSECRET-1\n", "utf-8")
    code, out, err = run("codes", "import", "sorry", "one.txt")
    assert (code, out) == (1, "2 codes added to sorry.\nTwice in the file: line 3\n")
    (tmp_path / "two.csv").write_text("name,code\na,SECRET-2\nb,SECRET-3\n", "utf-8")
    code, out, again = run("codes", "import", "sorry", "two.csv")
    assert (code, out) == (1, "1 code added to sorry.\nThere already: line 2\n")
    assert "SECRET" not in out + err + again
    (tmp_path / "three.txt").write_text("SECRET-4\n", "utf-8")
    code, out, _ = run("codes", "import", "thanks", "three.txt")
    assert (code, "No remedy" in out) == (0, True)


def test_what_is_no_file_of_codes_changes_nothing(run: Verso, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, "utf-8")
    assert run("apply", "--yes", "shop.yaml")[0] == 0
    (tmp_path / "empty.txt").write_text("\n\n", "utf-8")
    code, _, err = run("codes", "import", "sorry", "empty.txt")
    assert (code, "There is no code in the file" in err) == (1, True)
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04rest")
    assert run("codes", "import", "sorry", "book.xlsx")[0] != 0
    code, _, err = run("codes", "import", "No Pool", "empty.txt")
    assert (code, "is no name of a pool" in err) == (2, True)
