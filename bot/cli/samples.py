"""`verso samples`: invented customers who have just bought something, to see a first ask with."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.cli.failures import NotDone
from bot.cli.first_files import write
from bot.core.clock import SystemClock

CUSTOMERS, EVENTS = Path("customers.csv"), Path("events.csv")
BOUGHT = timedelta(days=5, hours=2)
"""How long ago they bought: `after-purchase` of `verso init` asks five days later, so it is due,
even where the clocks were put back meanwhile."""
_DECENT = range(10, 19)
"""Hours in which asking is allowed where nothing else is configured, and an hour to set it up."""


@dataclass(frozen=True, slots=True)
class _Buyer:
    ref: str
    name: str
    language: str
    zones: Sequence[str]
    """Where people speak so; they live where it is day now, if that is among these."""

    def zone(self, now: datetime) -> ZoneInfo:
        """The first zone in which it is a decent hour; else the one in which most live."""
        zones = [ZoneInfo(name) for name in self.zones]
        return next((zone for zone in zones if now.astimezone(zone).hour in _DECENT), zones[0])


_BUYERS = (
    _Buyer(
        "C-2001",
        "Emma Clarke",
        "en",
        (
            "Europe/London",
            "America/New_York",
            "America/Los_Angeles",
            "Pacific/Auckland",
            "Asia/Singapore",
        ),
    ),
    _Buyer("C-2002", "Иван Петров", "ru", ("Europe/Moscow", "Asia/Vladivostok")),
    _Buyer("C-2003", "李娜", "zh", ("Asia/Shanghai", "America/Vancouver")),
)


@click.command()
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default="."
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
def samples(folder: Path, overwrite: bool) -> None:
    """Make customers.csv and events.csv in FOLDER: invented people who bought five days ago.

    With the schedule that verso init makes they are asked at once, when it is switched on. The
    moments are those of now, so make them anew on another day.
    """
    there = [str(folder / name) for name in (CUSTOMERS, EVENTS) if (folder / name).exists()]
    if there and not overwrite:
        raise NotDone(f"{there[0]} is there already and stays. To replace it: --overwrite")
    now = SystemClock().now()
    for name, text in ((CUSTOMERS, customers_of(now)), (EVENTS, events_of(now))):
        write(folder / name, text, private=True)
        click.echo(f"Made {folder / name}.")
    click.echo(_next(now))


def customers_of(now: datetime) -> str:
    """The customers as `verso import` takes them."""
    rows = [(each.ref, each.name, each.language, each.zone(now).key) for each in _BUYERS]
    return _table(("ref", "name", "language", "time_zone"), rows)


def events_of(now: datetime) -> str:
    """What they bought, as `verso import` takes it."""
    at = (now - BOUGHT).isoformat(timespec="seconds")
    rows = [(f"purchase-{each.ref}-{now:%Y%m%d}", each.ref, "purchase", at) for each in _BUYERS]
    return _table(("id", "customer", "type", "at"), rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([heads, *rows])
    return text.getvalue()


def _next(now: datetime) -> str:
    first = _BUYERS[0]
    there = now.astimezone(first.zone(now))
    return f"""
What comes next:
  1. verso import customers.csv, then verso import events.csv.
  2. verso link {first.ref} prints that customer's link: open it in Telegram, agree to be asked.
  3. /schedules in your own chat with the bot, then the schedule: Next 7 days says whom it would
     ask, Switch on asks them. Nobody is asked at night; with {first.ref} it is {there:%H:%M}."""
