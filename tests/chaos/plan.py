"""What a run of chaos is to be: how long, how many people, how much trouble. All from a seed."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. The same plan makes the same people do the same things to the same troubles.

    Who comes first when two things happen at once is up to the machine, as it is in life.
    """

    seed: int
    seconds: float
    """How long people complain and things break; then everybody finishes what they began."""
    customers: int
    kills: int
    mode: str = "polling"
    database: str = "sqlite"
    processes: int = 1
    """Processes of Verso that serve the one database; each kill strikes one of them."""

    def chance(self, name: str) -> random.Random:
        """Give the dice of one person or one kind of trouble, apart from everybody else's."""
        return random.Random(f"{self.seed}:{name}")

    @property
    def patience(self) -> float:
        """Seconds that people wait at most for an answer, and the run for its end."""
        return 60.0 + self.seconds / 4
