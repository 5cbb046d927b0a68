"""`verso admins`: who looks after the bot, from the command line."""

from pathlib import Path

from tests.bot.cli.conftest import Verso
from tests.databases import on_both


@on_both
def test_admins_are_listed_added_and_removed(run: Verso, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("brand: {name: Tea}\n", "utf-8")
    assert run("apply", "--yes", "shop.yaml")[0] == 0
    assert "Nobody looks after the bot yet" in run("admins")[1]
    assert run("admins", "add", "900", "--name", "Ada", "--owner")[1] == "900 is an owner now.\n"
    assert run("admins", "add", "902")[1] == "902 is an admin now.\n"
    assert run("admins")[1] == "900\towner\tAda\t\n902\tadmin\t\t\n"
    code, _, err = run("admins", "add", "902")
    assert (code, "already" in err) == (1, True)
    assert run("admins", "remove", "902")[1] == "902 is no admin any more.\n"
    code, _, err = run("admins", "remove", "900")
    assert (code, "verso admins add ID --owner" in err) == (2, True)
    code, _, err = run("admins", "remove", "777")
    assert (code, "777 is no admin" in err) == (2, True)
    assert run("admins", "add", "-5")[0] == 2
    assert run("admins", "add", "mira")[0] == 2
