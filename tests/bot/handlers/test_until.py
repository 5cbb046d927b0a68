"""Until when, as staff type it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.handlers.staff.owners import read_until

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("3 days", NOW + timedelta(days=3)),
        ("4 часа", NOW + timedelta(hours=4)),
        ("2 周", NOW + timedelta(weeks=2)),
        ("2026-12-24", datetime(2026, 12, 24, 8, tzinfo=UTC)),
        ("24.12.", datetime(2026, 12, 24, 8, tzinfo=UTC)),
        ("3.5.", datetime(2027, 5, 3, 7, tzinfo=UTC)),
        ("завтра", datetime(2026, 5, 5, 7, tzinfo=UTC)),
        ("2026-05-04", None),
        ("31.02.", None),
        ("soon", None),
        ("", None),
        ("0", None),
    ],
)
def test_days_and_lengths_are_read(text: str, until: datetime | None) -> None:
    assert read_until(text, NOW, "Europe/Berlin") == until
