"""How large the benchmarks are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes that the goals name; `quick()` gives small ones, to try the benchmarks out."""

    talkers: int = 200
    steps: int = 20
    asked: int = 3_000
    chatting: int = 50
    budget: int = 30
    """Messages per second over all chats, of the broadcast: Verso's default."""
    way_ms: int = 20
    """Milliseconds that a message of the broadcast needs at least to a server that is not here."""
    customers: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    due: int = 1_000
    tickets: int = 100_000
    waiting: int = 10_000
    imported: int = 100_000
    """Customers, and as many events; a million takes a quarter of an hour."""

    @staticmethod
    def quick() -> "Plan":
        """Give sizes that take seconds and say little."""
        return Plan(
            talkers=50,
            steps=10,
            asked=300,
            chatting=10,
            customers=(1_000, 5_000, 20_000),
            due=200,
            tickets=2_000,
            waiting=500,
            imported=5_000,
        )
