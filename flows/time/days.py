"""When days begin: a day has 23 to 25 hours, and one may begin at one o'clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.time.durations import as_utc


def day_began(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the day of `moment` began by this clock."""
    local = as_utc(moment).astimezone(zone)
    return as_utc(local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0))


def beginning_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which a day of the calendar begins by this clock."""
    return day_began(datetime(day.year, day.month, day.day, 12, tzinfo=zone), zone)


def next_day(began: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the day after the one that began then begins."""
    return day_began(began + timedelta(hours=26), zone)
