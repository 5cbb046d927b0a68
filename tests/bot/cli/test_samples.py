"""Sample files: those that the documents name, and those that are made of the moment."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli import samples
from bot.cli.first_files import Shop, config_of
from flows.asks.planning import plan
from flows.asks.triggers import Event
from flows.config import load_config
from tests.bot.cli.conftest import Verso

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
DAY = datetime(2026, 3, 1, tzinfo=UTC)


def test_samples_of_customers_and_events_are_taken_whole(run: Verso) -> None:
    for kind, said in (("customers", "3 created"), ("events", "3 accepted")):
        code, out, _ = run("import", kind, str(EXAMPLES / f"{kind}.csv"))
        assert (code, out.splitlines()[-1]) == (0, f"{said}, 0 rejected.")


def test_made_ones_are_taken_whole_and_never_written_over(run: Verso, tmp_path: Path) -> None:
    code, out, _ = run("samples")
    assert (code, "verso link C-2001" in out) == (0, True)
    for kind, said in (("customers", "3 created"), ("events", "3 accepted")):
        code, out, _ = run("import", f"{kind}.csv")
        assert (code, out.splitlines()[-1]) == (0, f"{said}, 0 rejected.")
    (tmp_path / "customers.csv").unlink()
    (tmp_path / "events.csv").write_text("mine")
    code, _, err = run("samples")
    assert (code, "--overwrite" in err, (tmp_path / "customers.csv").exists()) == (1, True, False)
    assert run("samples", "--overwrite")[0] == 0
    assert (tmp_path / "events.csv").read_text() != "mine"


def test_they_are_due_by_the_first_schedule_at_a_decent_hour_on_any_day() -> None:
    [schedule] = load_config(config_of(Shop("Lumen Tea", ("en",), "UTC"))).schedules
    for hour in range(24 * 7 * 4):  # four weeks, and a change of the clocks in each hemisphere
        now = DAY + timedelta(hours=hour)
        zone = ZoneInfo(samples.customers_of(now).splitlines()[1].rpartition(",")[2])
        assert 10 <= now.astimezone(zone).hour < 19
    bought = samples.events_of(now).splitlines()[1].split(",")
    event = Event(type=bought[2], at=datetime.fromisoformat(bought[3]))
    due = plan(schedule, event, now, zone).due_at
    assert due is not None
    assert timedelta(0) < now - due < timedelta(hours=4)
