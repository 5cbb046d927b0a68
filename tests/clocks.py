"""A clock that stands where a test has put it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class StillClock:
    """Tells the same moment until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)
