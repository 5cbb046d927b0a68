"""The command line: what it does, what it says, how it ends."""

import csv
import re
import socket
import sqlite3
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy.engine import make_url

from bot import cli
from bot.cli import configuration, imports, invoke, verso
from bot.data.transfer.importing import CUSTOMERS
from tests.bot.cli.conftest import Verso
from tests.bot.making import KEY, TOKEN
from tests.databases import on_both
from tests.workbooks import Sheet, workbook

CONTEXT = click.Context(verso)
CONFIG = "brand: {name: Lumen Tea}\nlimits: {cooldown: P9D}\n"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("ref,name,tags\nann-17,Anna,eu\nbob-1,=cmd(),\n,nobody,\n", "utf-8")
    return path


def test_customers_and_events_are_imported_once(run: Verso, people: Path, tmp_path: Path) -> None:
    code, out, err = run("import", "customers", str(people))
    assert (code, out.splitlines()[-1]) == (1, "2 created, 1 rejected.")
    assert "people.rejected.csv" in err
    code, out, _ = run("import", "customers", str(people))
    assert (code, out.splitlines()[-1]) == (1, "2 unchanged, 1 rejected.")
    events = tmp_path / "events.csv"
    events.write_text(
        "id,customer,type,at\n1,ann-17,purchase,2026-05-04T09:30:00Z\n"
        "2,nobody,purchase,2026-05-04T09:30:00Z\n",
        "utf-8",
    )
    code, out, _ = run("import", "events", str(events))
    assert (code, out.splitlines()[-1]) == (1, "1 accepted, 1 rejected.")
    assert "put the customer first" in (tmp_path / "events.rejected.csv").read_text("utf-8")
    events.write_text("id,customer,type,at\n1,ann-17,purchase,2026-05-04T09:30:00Z\n", "utf-8")
    code, out, _ = run("import", "events", str(events))
    assert (code, out.splitlines()[-1]) == (0, "1 duplicate, 0 rejected.")


def test_a_busy_database_is_waited_for(
    run: Verso, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from bot.cli import opened

    calls = []
    put = imports.put_items

    async def busy_at_first(*given: Any, **how: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("", {}, Exception("database is locked"))
        return await put(*given, **how)

    monkeypatch.setattr(opened, "BUSY_PAUSE", 0.0)
    monkeypatch.setattr(imports, "put_items", busy_at_first)
    _, out, _ = run("import", "customers", str(people))
    assert "2 created" in out
    assert len(calls) == 2


def test_everything_is_exported_and_nothing_acts_as_a_formula(
    run: Verso, people: Path, tmp_path: Path
) -> None:
    run("import", "customers", str(people))
    code, out, _ = run("export", "out")
    assert code == 0
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()}
    assert {"customers.csv", "tickets.csv", "events.csv", "outbox.csv"} <= set(written)
    assert all(name in out for name in written)
    lines = written["customers.csv"].splitlines()
    assert lines[0].startswith("id,ref,created_at,name")
    assert "'=cmd()" in written["customers.csv"]
    assert len(lines) == 3
    assert all((tmp_path / "out" / name).stat().st_mode & 0o077 == 0 for name in written)
    code, _, err = run("export", "out")
    assert (code, "not empty" in err) == (2, True)


def test_forgetting_asks_erases_and_says_when_nobody_is_there(
    run: Verso, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import", "customers", str(people))
    monkeypatch.setattr(click, "confirm", lambda question: False)
    code, _, err = run("forget", "ann-17")
    assert (code, err.strip()) == (1, "Nothing was erased.")
    code, out, _ = run("forget", "ann-17", "--yes")
    assert code == 0
    assert "Erased" in out
    code, _, err = run("forget", "ann-17", "--yes")
    assert code == 1
    assert "Nobody has the ref 'ann-17'" in err
    # The list still has them: it brings nobody back without a word.
    for how in ((), ("--dry-run",)):
        code, out, err = run("import", "customers", str(people), *how)
        assert (code, "1 unchanged, 2 rejected." in out) == (1, True)
        assert "Rejected because their customers were erased here: 1." in err
    rejected = people.with_suffix(".rejected.csv").read_text("utf-8-sig")
    assert "this customer was erased since" in rejected
    assert "1 erased before, 2 rejected, 1 unchanged" in run("imports")[1]
    # They have come back, says whoever knows it; then they are customers like any other.
    assert (
        "1 created, 1 unchanged, 1 rejected."
        in run("import", "customers", str(people), "--again")[1]
    )
    assert "2 unchanged, 1 rejected." in run("import", "customers", str(people))[1]


@on_both
def test_the_register_of_erasures_names_nobody(run: Verso, people: Path) -> None:
    assert run("forgotten")[:2] == (0, "Nobody was erased.\n")
    run("import", "customers", str(people))
    run("forget", "ann-17", "--yes")
    code, out, _ = run("forgotten")
    assert code == 0
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d UTC  verso forget, tickets: 0\nErased in all: 1\.\n", out
    )
    assert "ann" not in out.lower()


def test_a_configuration_is_shown_applied_and_printed(
    run: Verso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(CONFIG, "utf-8")
    monkeypatch.setattr(click, "confirm", lambda question: False)
    code, out, err = run("apply", str(file))
    assert (code, "Nothing was changed." in err) == (1, True)
    assert "limits.cooldown: P7D → P9D" in out
    code, out, _ = run("apply", str(file), "--dry-run")
    assert (code, "limits.cooldown: P7D → P9D" in out) == (0, True)
    assert "P9D" not in run("dump")[1]
    code, out, _ = run("apply", str(file), "--yes")
    assert (code, out.splitlines()[-1]) == (0, "Applied 2 changes.")
    _, dumped, _ = run("dump")
    assert "cooldown: P9D" in dumped
    (tmp_path / "dumped.yaml").write_text(dumped, "utf-8")
    code, out, _ = run("apply", "dumped.yaml", "--yes")
    assert (code, out) == (0, "Nothing changes.\n")


DOUBTFUL = """
schedules:
  - {id: a, when: {event: trail_started, after: P1D}, flow: trial_check_in, unless: [contact, gone]}
  - {id: b, when: {event: trial_started, after: P1D}, flow: trial_check_in, holdout: 100%}
  - {id: c, when: {event: trail, after: P1D}, flow: trial_check_in, holdout: 100%, enabled: false}
"""


@on_both
def test_what_is_hardly_meant_is_said_before_it_is_applied(
    run: Verso, people: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.yaml").write_text(DOUBTFUL, "utf-8")
    all_held_out = "Take care: schedules[b].holdout is 100%, so it would ask nobody."
    _, out, _ = run("apply", "new.yaml", "--dry-run")
    untitled = [
        f"Take care: The event {name} has no title, so staff and admins read its id: give it one "
        "under events."
        for name in ("trail_started", "gone", "trail")
    ]
    assert [line for line in out.splitlines() if "Take care" in line] == [all_held_out, *untitled]
    run("import", "customers", str(people))
    rows = "id,customer,type,at\n1,ann-17,trial_started,2026-05-01T00:00:00Z\n"
    (tmp_path / "events.csv").write_text(rows, "utf-8")
    assert "1 accepted" in run("import", "events", "events.csv")[1]
    _, out, _ = run("apply", "new.yaml", "--dry-run")
    never = "of which none has come so far; these have: trial_started."
    assert [line for line in out.splitlines() if "Take care" in line] == [
        f"Take care: schedules[a] names the event {name}, {never}"
        for name in ("trail_started", "gone")
    ] + [all_held_out, *untitled]


def test_older_names_go_on_working_and_are_said(run: Verso, tmp_path: Path) -> None:
    older = "promise: {first_response: PT2H, escalate_at: [25%, 100%]}\n"
    (tmp_path / "older.yaml").write_text(older, "utf-8")
    _, out, _ = run("apply", "older.yaml", "--yes")
    said = [line for line in out.splitlines() if "Take care" in line and "promise." in line]
    assert [line.split(" is called ")[0] for line in said] == [
        "Take care: promise.first_response",
        "Take care: promise.escalate_at",
    ]
    assert "clocks.first_response: PT4H → PT2H" in out
    assert "first_response: PT2H" in run("dump")[1]


def test_titles_that_a_team_s_language_lacks_are_said(run: Verso, tmp_path: Path) -> None:
    team = "teams:\n  - {id: a, language: zh}\nbrand: {languages: [en, ru]}\n"
    event = "events:\n  - {id: tasted, title: {en: Came to taste, ru: Пришёл}}\n"
    used = "lift: {events: [tasted]}\n"
    (tmp_path / "new.yaml").write_text(team + event + used, "utf-8")
    _, out, _ = run("apply", "new.yaml", "--dry-run")
    (care,) = [line for line in out.splitlines() if "Take care" in line]
    assert "teams[a].language is zh, which is none of brand.languages" in care
    (tmp_path / "bad.yaml").write_text(team.replace("zh", "xx") + event, "utf-8")
    code, _, err = run("apply", "bad.yaml", "--dry-run")
    assert code == 2
    assert "teams[0].language" in err or "teams[a].language" in err


def test_a_wrong_configuration_changes_nothing(run: Verso, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("brand: {nmae: x}\nlimits: {cooldown: soon}\n", "utf-8")
    code, _, err = run("apply", "bad.yaml", "--yes")
    assert code == 2
    assert "bad.yaml, line 1" in err
    assert "line 2" in err
    assert "Nothing" not in run("dump")[2]


def test_what_others_changed_meanwhile_is_not_overwritten(
    run: Verso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text(CONFIG, "utf-8")
    (tmp_path / "theirs.yaml").write_text("limits: {asks: 5}\n", "utf-8")
    run("apply", "theirs.yaml", "--yes")

    class Stale:
        @staticmethod
        async def load(database: Any, settings: Any) -> Any:
            services = await load(database, settings)
            services.config = type(services.config)()
            return services

    load = configuration.services_for
    monkeypatch.setattr(configuration, "services_for", Stale.load)
    code, _, err = run("apply", "mine.yaml", "--yes")
    assert (code, "meanwhile" in err) == (1, True)
    monkeypatch.setattr(configuration, "services_for", load)
    assert "asks: 5" in run("dump")[1]


def test_a_link_and_its_qr_code(run: Verso, people: Path, tmp_path: Path) -> None:
    run("import", "customers", str(people))
    code, first, _ = run("link", "ann-17", "--bot", "@verso_bot", "--qr", "anna.svg")
    assert code == 0
    assert first.startswith("https://t.me/verso_bot?start=")
    assert b"<svg" in (tmp_path / "anna.svg").read_bytes()
    code, again, _ = run("link", "ann-17", "--bot", "verso_bot", "--qr", "anna.png")
    assert again == first
    assert (tmp_path / "anna.png").read_bytes().startswith(b"\x89PNG")
    assert run("link", "nobody", "--bot", "b")[0] == 1
    assert run("link", "ann-17", "--bot", "b", "--qr", "anna.gif")[0] == 2
    code, _, err = run("link", "ann-17")
    assert (code, "VERSO_BOT_TOKEN" in err) == (2, True)


def test_a_link_is_renewed_and_shut(run: Verso, people: Path) -> None:
    run("import", "customers", str(people))
    first = run("link", "ann-17", "--bot", "verso_bot")[1]
    second = run("link", "ann-17", "--new", "--bot", "verso_bot")[1]
    assert second.startswith("https://t.me/verso_bot?start=")
    assert second != first
    assert run("link", "ann-17", "--bot", "verso_bot")[1] == second
    assert run("link", "ann-17", "--revoke") == (0, "", "The link is shut.\n")
    assert run("link", "ann-17", "--revoke") == (0, "", "No link was open.\n")
    code, third, err = run("link", "ann-17", "--disconnect", "--bot", "verso_bot")
    assert (code, err) == (0, "0 Telegram accounts taken off.\n")
    assert third not in ("", first, second)


@pytest.mark.parametrize(
    "arguments",
    [
        ["link"],
        ["link", "ann-17", "--revoke", "--new"],
        ["link", "ann-17", "--out", "a.csv"],
        ["link", "ann-17", "--unlinked"],
        ["link", "ann-17", "--all", "--out", "a.csv"],
        ["link", "--all"],
        ["link", "--all", "--out", "a.pdf"],
        ["link", "--all", "--out", "a.csv", "--new"],
    ],
)
def test_what_does_not_go_together_is_said(run: Verso, arguments: list[str]) -> None:
    code, _, err = run(*arguments, "--bot", "b")
    assert (code, err.startswith("Usage")) == (2, True)


@on_both
def test_all_links_for_a_mailing(run: Verso, people: Path, tmp_path: Path) -> None:
    run("import", "customers", str(people))
    code, out, _ = run("link", "--all", "--out", "all.csv", "--bot", "verso_bot")
    assert (code, "Links in all.csv: 2." in out) == (0, True)
    written = tmp_path / "all.csv"
    with written.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["ref", "name", "language", "link"]
    assert [row[:3] for row in rows[1:]] == [["ann-17", "Anna", "en"], ["bob-1", "'=cmd()", "en"]]
    assert rows[1][3] == run("link", "ann-17", "--bot", "verso_bot")[1].strip()
    assert written.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob(".*.part")) == []
    run("link", "ann-17", "--revoke")
    out = run("link", "--all", "--out", "all.csv", "--unlinked", "--bot", "verso_bot")[1]
    assert "all.csv: 1." in out
    code, _, err = run("link", "--all", "--out", "no/where/all.csv", "--bot", "verso_bot")
    assert (code, "cannot be written" in err) == (2, True)


def test_a_sheet_of_cards_runs_nothing_and_loads_nothing(run: Verso, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    rows = [
        "<script>x</script>,Eve & Co,zh",
        "e-2,<b>Eve</b>,en",
        *(f"c-{n},Анна {n},ru" for n in range(12)),
    ]
    people.write_text("\n".join(["ref,name,language", *rows]), "utf-8")
    run("import", "customers", str(people))
    assert run("link", "--all", "--out", "cards.html", "--bot", "verso_bot")[0] == 0
    page = (tmp_path / "cards.html").read_text("utf-8")
    assert page.count("<svg") == page.count("<article") == 14
    assert page.count("<section") == page.count("</section>") == 2
    assert "Для вас, Анна 3" in page
    assert "手机相机" in page
    assert "Eve &amp; Co" in page
    assert "b&gt;" not in page
    assert not any(word in page for word in ("<script", "<b>", "<img", "<link", "http:", "https:"))


@on_both
def test_a_backup_is_whole_and_never_overwrites(
    run: Verso, people: Path, tmp_path: Path, database_url: str
) -> None:
    run("import", "customers", str(people))
    code, _out, err = run("backup", "copy.db")
    if database_url.startswith("postgresql"):
        assert code == 2
        assert "pg_dump --format=custom --file=copy.db" in err
        assert not (tmp_path / "copy.db").exists()
        return
    assert code == 0
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT ref FROM customers ORDER BY ref").fetchall() == [
        ("ann-17",),
        ("bob-1",),
    ]
    copy.close()
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    code, _, err = run("backup", "copy.db")
    assert (code, "exists already" in err) == (2, True)
    code, _, err = run("backup", "no/such/folder/copy.db")
    assert (code, "cannot be written" in err) == (2, True)


@on_both
def test_a_backup_while_somebody_writes_is_one_moment(
    run: Verso, people: Path, tmp_path: Path, database_url: str
) -> None:
    if database_url.startswith("postgresql"):
        return
    run("import", "customers", str(people))
    writer = sqlite3.connect(make_url(database_url).database or "", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE customers SET name = 'half done'")
    assert run("backup", "copy.db")[0] == 0
    writer.execute("ROLLBACK")
    writer.close()
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT count(*) FROM customers WHERE name = 'half done'").fetchone() == (
        0,
    )
    copy.close()


@pytest.mark.parametrize(
    "arguments",
    [("export", "out"), ("backup", "copy.db"), ("forget", "a", "--yes"), ("dump",)],
)
def test_a_database_that_is_not_there_is_not_made(
    run: Verso, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("VERSO_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/missing.db")
    code, _, err = run(*arguments)
    assert (code, "There is no database" in err) == (2, True)
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERSO_DATABASE_URL", "mysql://x"),
        ("VERSO_API_KEYS", "short"),
        ("VERSO_SEND_RATE", "many"),
        ("VERSO_PROXY", "http://anna:p@ss@proxy.example:3128"),
        ("VERSO_BOT_TOKEN", "not-a-token-at-all"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    run: Verso, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, out, err = run("dump")
    assert code == 2
    assert name in err
    assert value not in out + err
    assert "Input should" not in err  # the library's words are for programmers
    assert "[hidden]" not in err


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"VERSO_MODE=\xff\n", ".env is not UTF-8 text"),
        (b'VERSO_MODE=polling\nVERSO_CONFIG="open\nx', ".env, line 2: expected NAME=VALUE"),
        (b"\xef\xbb\xbfVERSO_MODE=somehow\n", "VERSO_MODE: not as it should be"),
        (b"VERSO_DATABASE_URL=postgresql+asyncpg://u@h:port/x\n", "no address of a database"),
        (b"VERSO_DATABASE_URL=postgresql+asyncpg://u@127.0.0.1:1/x?a=1\n", "stands after ? (a)"),
    ],
)
def test_a_file_of_settings_is_read_whole_or_not_at_all(
    run: Verso, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: bytes, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VERSO_DATABASE_URL", raising=False)
    (tmp_path / ".env").write_bytes(written)
    code, _, err = run("dump")
    assert (code, said in err) == (2, True)


def test_wrong_usage_ends_with_2(run: Verso) -> None:
    assert run("explode")[0] == 2
    assert run("import", "customers", "no-such-file.csv")[0] == 2
    assert run("import", "people", "x")[0] == 2
    assert run("--help")[0] == 0


def test_what_is_unexpected_is_named_without_secrets(
    run: Verso,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def broken(*given: object) -> None:
        raise RuntimeError(f"the words of a customer, {KEY}, {TOKEN}")

    monkeypatch.setenv("VERSO_API_KEYS", KEY)
    monkeypatch.setattr(configuration, "_dump", broken)
    code, _, err = run("dump")
    assert code == 1
    assert "RuntimeError in bot/cli/opened.py, line " in err
    assert "words" not in err
    assert invoke(["--debug", "dump"]) == 1
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert KEY not in shown
    assert TOKEN not in shown


def test_every_command_explains_itself() -> None:
    expected = {"run", "demo", "sandbox", "doctor", "apply", "dump", "import", "link"}
    beside = {
        "export",
        "backup",
        "forget",
        "forgotten",
        "language",
        "customers",
        "admins",
        "imports",
        "entrances",
        "webhooks",
        "codes",
        "recall",
        "report",
        "init",
        "completion",
        "man",
        "hooks",
        "samples",
    }
    every = {name: verso.get_command(CONTEXT, name) for name in verso.list_commands(CONTEXT)}
    assert set(every) == expected | beside
    assert all(command is not None and command.help for command in every.values())
    assert verso.get_command(CONTEXT, "explode") is None


def test_the_process_ends_with_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["verso", "explode"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2


def test_the_kinds_of_files_are_those_of_the_contract() -> None:
    known = ("ref", "name", "language", "time_zone", "phone", "tags", "stage", "value")
    assert CUSTOMERS.columns.known == known


def test_a_sandbox_whose_port_is_taken_says_so(run: Verso) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, said = run("sandbox", "--port", str(taken.getsockname()[1]))
    assert code == 2
    assert "taken: stop what listens there, or choose another port with --port" in said


@on_both
def test_two_records_are_merged_and_parted_after_a_look(run: Verso, people: Path) -> None:
    run("import", "customers", str(people))
    code, out, _ = run("customers", "merge", "bob-1", "ann-17", "--yes")
    assert code == 0
    assert "bob-1 becomes a part of ann-17" in out
    assert "1 links" in out
    assert "parts them" in out
    code, _, err = run("customers", "merge", "bob-1", "ann-17", "--yes")
    assert (code, err) == (1, "Both names are one customer already. Nothing was changed.\n")
    code, out, _ = run("customers", "part", "bob-1", "--yes")
    assert code == 0
    assert "bob-1 and ann-17 are two customers" in out
    code, _, err = run("customers", "part", "nobody", "--yes")
    assert (code, err) == (1, "This is no other name of any customer. Nothing was changed.\n")


@on_both
def test_a_dry_run_counts_the_file_as_a_whole_and_changes_nothing(
    run: Verso, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("ref,name\n" + "C-1,Anna\n" * 1200, "utf-8")
    code, out, _ = run("import", "customers", str(path), "--dry-run")
    expected = "Nothing was changed. It would be: 1 created, 1199 unchanged, 0 rejected."
    assert (code, out.splitlines()[-1]) == (0, expected)
    code, out, _ = run("import", "customers", str(path))
    assert (code, out.splitlines()[-1]) == (0, "1 created, 1199 unchanged, 0 rejected.")


@on_both
def test_a_dry_run_counts_what_later_rows_add_and_repeat(run: Verso, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("ref,name\nC-1,Anna\n", "utf-8")
    run("import", "customers", str(people))
    rows = ["C-1,,Pro"] * 600 + ["C-2,Ben,"] * 600 + ["C-2,,Tea"] * 600
    people.write_text("\n".join(["ref,name,tags", *rows]), "utf-8")
    events = tmp_path / "events.csv"
    event = "e-1,C-1,purchase,2026-05-04T09:30:00Z"
    told = [f"{event},"] * 700 + [f"{event},tea"] * 700
    events.write_text("\n".join(["id,customer,type,at,product", *told]), "utf-8")
    for kind, file in (("customers", people), ("events", events)):
        looked = run("import", kind, str(file), "--dry-run")[1].splitlines()[-1]
        taken = run("import", kind, str(file))[1].splitlines()[-1]
        assert looked == f"Nothing was changed. It would be: {taken}"


def test_a_map_is_remembered_by_its_name(run: Verso, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Kd-Nr;Tel\n17;030 1234567\n", "utf-8")
    mapped = ("import", "customers", str(path), "--country", "de", "--map")
    code, _, err = run(*mapped, "crm")
    assert code == 2
    assert "no map is called 'crm'" in err
    for name in ("crm:ref=Kd-Nr,phone=Tel", "crm"):
        code, _, _ = run(*mapped, name)
        assert code == 0
    # The next file with these columns needs no name; neither does what kind it is of.
    path.write_text("Tel;Kd-Nr\n;18\n", "utf-8")
    code, out, err = run("import", str(path))
    assert (code, out.splitlines()[-1]) == (0, "1 created, 0 rejected.")
    assert "read as was said of a file with the same ones" in err


def test_an_import_is_listed_and_can_be_stopped(
    run: Verso, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nothing was imported yet" in run("imports")[1]
    calls, goes_on = [], imports.history.goes_on

    async def stopped_soon(*given: Any, **more: Any) -> bool:
        calls.append(given[1])
        return len(calls) < 2 and await goes_on(*given, **more)

    with monkeypatch.context() as soon:
        soon.setattr("bot.data.transfer.importing.BATCH", 1)
        soon.setattr(imports.history, "goes_on", stopped_soon)
        code, out, _ = run("import", "customers", str(people))
    assert code == 1
    assert "What is in stays in: 1 created." in out
    [line] = run("imports")[1].splitlines()
    assert line.startswith(str(calls[0]))
    assert line.endswith("people.csv  stopped at row 1: 1 created")
    code, _, err = run("imports", "--stop", str(calls[0]))
    assert code == 1
    assert "no import that is going on" in err
    run("import", "customers", str(people))
    assert "done: 1 created, 1 rejected, 1 unchanged" in run("imports", "--last", "1")[1]


@on_both
def test_an_export_is_imported_without_a_script(run: Verso, tmp_path: Path) -> None:
    path = tmp_path / "customers_export.csv"
    path.write_text(
        "Customer ID,First Name,Last Name,Email,Phone,Total Spent,Tags\n"
        "'9013808660771,Lena,Morris,l@example.org,+15555555555,997.98,VIP\n",
        "utf-8",
    )
    code, out, err = run("import", "customers", str(path))
    assert (code, out.splitlines()[-1]) == (0, "1 created, 0 rejected.")
    assert "Read as an export of Shopify." in err
    rows = [
        ["Name", "Email", "Financial Status", "Created at", "Lineitem name", "Id"],
        ["#1", "l@example.org", "paid", "2026-05-01 09:00:00 +0000", "Tea", 5003000000001],
        ["#1", "l@example.org", None, "2026-05-01 09:00:00 +0000", "Tin", None],
    ]
    (tmp_path / "orders.xlsx").write_bytes(workbook(Sheet("Orders", rows)))
    lines = [",".join(str(cell or "") for cell in row) for row in rows]
    (tmp_path / "orders.csv").write_text("\n".join(lines), "utf-8")
    looked = run("import", "orders", "orders.csv", "--dry-run")[1].splitlines()[-1]
    assert looked == "Nothing was changed. It would be: 1 accepted, 0 rejected."
    for given, became in ((("orders.xlsx",), "accepted"), (("orders", "orders.csv"), "duplicate")):
        code, out, _ = run("import", *given)
        assert (code, out.splitlines()[-1]) == (0, f"1 {became}, 0 rejected.")
        assert f"{given[-1]}  done: 1 {became}" in run("imports", "--last", "1")[1]
    code, out, _ = run("link", "shopify:9013808660771", "--bot", "tea_bot")
    assert (code, out.startswith("https://t.me/tea_bot?start=")) == (0, True)


def test_a_report_is_pictures_and_the_same_in_words(run: Verso, tmp_path: Path) -> None:
    (tmp_path / "some.yaml").write_text(
        "brand: {languages: [en, ru]}\n"
        "goals: [{id: told, count: told, people: 3, by: 2026-12-31}]\n",
        "utf-8",
    )
    run("apply", "some.yaml", "--yes")
    code, out, _ = run("report", "there", "--month", "2026-04", "--language", "ru")
    made = {path.name for path in (tmp_path / "there").iterdir()}
    assert code == 0
    assert made == {Path(line).name for line in out.splitlines()}
    drawn = ("funnel", "weeks", "promises", "goals")
    words = {f"{name}.txt" for name in (*drawn, "barriers")}
    assert made == words | {f"{name}.png" for name in drawn}, "a map needs stages and categories"
    assert "апрель 2026" in (tmp_path / "there" / "funnel.txt").read_text("utf-8")
    assert "0 из 3, до 31 декабря 2026" in (tmp_path / "there" / "goals.txt").read_text("utf-8")
    assert (tmp_path / "there" / "goals.png").read_bytes().startswith(b"\x89PNG")
    assert run("report", "table", "--csv")[1] == "table/figures.csv\n"
    with (tmp_path / "table" / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    goal = next(each for each in rows if each["figure"] == "goal")
    assert list(goal.values()) == ["2026-12-31", "goal", "told", "told", "0", "3"]
    assert {"funnel", "weeks", "promises_kept", "week", "rate"} <= {row["figure"] for row in rows}
    for wrong, expected in (
        (("--csv", "--only", "goals"), "leave --only and --language out"),
        (("--month", "2026-13"), "a month such as 2026-11"),
        (("--language", "xx"), "expected one of en, ru, zh"),
        (("--only", "cake"), "'cake' is not one of"),
    ):
        code, _, err = run("report", "there", *wrong)
        assert (code, expected in err) == (2, True), err
    (tmp_path / "file").write_text("", "utf-8")
    code, _, err = run("report", "file", "--only", "goals")
    assert (code, "--only" in err) == (2, False), err


def test_entrances_as_a_list_as_codes_and_on_sheets(run: Verso, tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("brand: {languages: [en, ru]}\n", "utf-8")
    run("apply", "none.yaml", "--yes")
    code, _, err = run("entrances", "--bot", "b")
    assert (code, "add `entrances` to the configuration" in err) == (1, True)
    (tmp_path / "some.yaml").write_text(
        "brand: {languages: [en, ru]}\nentrances:\n"
        "  - {id: table-7, title: {en: 'Table #7 *', ru: Стол 7}, place: House}\n"
        "  - {id: till, title: {en: Till, ru: Касса}, opens: three_questions}\n",
        "utf-8",
    )
    run("apply", "some.yaml", "--yes")
    code, out, _ = run("entrances", "--bot", "@lumen_bot", "--qr", "codes", "--sheet", "all.pdf")
    assert code == 0
    assert out.splitlines() == [
        "table-7\tTable #7 *\tcomplaint\thttps://t.me/lumen_bot?start=at-table-7",
        "till\tTill\tthree_questions\thttps://t.me/lumen_bot?start=at-till",
    ]
    assert sorted(each.name for each in (tmp_path / "codes").iterdir()) == [
        "table-7.png",
        "till.png",
    ]
    assert (tmp_path / "codes" / "till.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "all.pdf").read_bytes().startswith(b"%PDF")
    run("entrances", "--only", "till", "--bot", "b", "--sheet", "one.pdf", "--size", "a4")
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    code, _, err = run("entrances", "--only", "tll", "--bot", "b")
    assert (code, "There are: table-7, till." in err) == (1, True)
    code, _, err = run("entrances", "--bot", "b", "--sheet", "no/where.pdf")
    assert (code, "no/where.pdf cannot be written" in err) == (2, True)
    assert run("entrances", "--bot", "b", "--sheet", "all.doc")[0] == 2
