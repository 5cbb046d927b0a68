"""How large the benchmarks are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One broadcast: messages per second over all chats, how many are asked, how many chat."""

    budget: int
    asked: int
    chatting: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes that the goals name; `quick()` gives small ones, to try the benchmarks out."""

    complaints: int = 300
    """Of the mix, each ten updates."""
    talkers: int = 200
    """Who complain or write at once."""
    steps: int = 20
    broadcasts: tuple[Broadcast, ...] = (
        Broadcast(30, asked=1_800, chatting=50),
        Broadcast(500, asked=7_500, chatting=1_000),
        Broadcast(1_000, asked=15_000, chatting=1_000),
    )
    told: Broadcast = Broadcast(1_000, asked=10_000, chatting=1_000)
    """People who complained and are told of one change, while others chat."""
    recalled: Broadcast = Broadcast(1_000, asked=8_000, chatting=1_000)
    """Owners who are told of one recall, while others chat."""
    way_ms: int = 20
    """Milliseconds that a message of the broadcast needs at least to a server that is not here."""
    customers: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    due: int = 1_000
    tickets: int = 100_000
    open_each: int = 1_000
    """Of them, in each group of staff."""
    staff: int = 50
    clocks_due: int = 1_000
    open_conversations: int = 100_000
    replies: int = 30_000
    """Updates after which the memory is looked at."""
    waiting: int = 10_000
    stories: int = 10_000
    lines: tuple[int, ...] = (1_000, 1_000_000)
    """Of the ledger, before something is granted."""
    alike: int = 50_000
    """Complaints among which those that are alike are found."""
    judged: int = 20_000
    """Complaints of each data set by which it is judged how well they are found."""
    imported: int = 100_000
    """Customers, and as many events; a million takes a quarter of an hour."""

    @staticmethod
    def quick() -> "Plan":
        """Give sizes that take seconds and say little."""
        return Plan(
            complaints=30,
            talkers=20,
            steps=10,
            broadcasts=(
                Broadcast(30, asked=100, chatting=10),
                Broadcast(500, asked=1_500, chatting=100),
                Broadcast(1_000, asked=2_000, chatting=100),
            ),
            told=Broadcast(1_000, asked=1_000, chatting=100),
            recalled=Broadcast(1_000, asked=1_000, chatting=100),
            customers=(1_000, 5_000, 20_000),
            due=200,
            tickets=2_000,
            open_each=100,
            staff=10,
            clocks_due=200,
            open_conversations=2_000,
            replies=1_000,
            waiting=500,
            stories=500,
            lines=(1_000, 10_000),
            alike=2_000,
            judged=200,
            imported=5_000,
        )
