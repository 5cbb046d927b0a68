"""What a run is to be, and who the owners are. All from a seed."""

import random
from dataclasses import dataclass, field
from functools import cached_property

LANGUAGES = ("en", "ru", "zh")
ZONES = ("Europe/Berlin", "Europe/Moscow", "Asia/Shanghai", "America/New_York")
FIRST_CHAT, SECOND_ACCOUNTS = 5_000_000, 20_000_000
ADMIN = 900
OWNERS_A_PLACE = 1600
"""So few places that many of those who choose come too late for their first choice."""
TEXTS = {
    1: {
        "en": "The lid of your kettle\n\nThe lid can come off.\n\nWe put on another one.",
        "ru": "Крышка вашего чайника\n\nОна может соскочить.\n\nМы поставим другую.",
        "zh": "你的水壶盖\n\n壶盖可能脱落。\n\n我们换一个新盖。",
    },
    2: {
        "en": "The handle of your kettle\n\nIt is the handle, not the lid.\n\nWe put on both.",
        "ru": "Ручка вашего чайника\n\nДело в ручке.\n\nМы заменим и то и другое.",
        "zh": "你的水壶把手\n\n问题在把手。\n\n两样都换新的。",
    },
}
"""What they read of each round."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. From the same plan come the same people; who is first is up to the machine."""

    owners: int
    kills: int
    seed: int = 1
    rate: int = 200
    """Messages a second; what is in doubt after a kill grows with it."""
    lot: int = 200
    """People who are told in one transaction; it is killed between two of them."""
    trouble: float = 0.01
    """The share of calls that are refused for a moment: 429, 500, or 502 after they arrived."""

    def chance(self, name: object) -> random.Random:
        """Give the dice of one person or one kind of trouble, apart from everybody else's."""
        return random.Random(f"{self.seed}:{name}")

    @property
    def places(self) -> int:
        """How many places there are to choose from."""
        return max(1, self.owners // OWNERS_A_PLACE)


@dataclass
class Owner:
    """Somebody with a kettle, as they are before anything is told."""

    number: int
    language: str
    zone: str
    kind: str
    """`plain`; `late`: buys it when the recall is under way; `unlinked`: never came; `blocked`,
    `returning`: blocked, and comes back; `gone`: has left Telegram; `refused`: by Telegram, for
    no reason that says so; `second`: has blocked one account and has another."""
    wish: str
    """`silent`, `choose` a time, or `part`: it is no longer theirs."""
    chance: random.Random = field(repr=False)

    @property
    def chat(self) -> int:
        """The chat in which they are, or were last."""
        return FIRST_CHAT + self.number

    @property
    def chats(self) -> list[int]:
        """The chats of all their accounts, the one linked last at the end."""
        if self.kind == "unlinked":
            return []
        second = [SECOND_ACCOUNTS + self.number] if self.kind == "second" else []
        return [self.chat, *second]


KINDS = {
    "plain": 86,
    "late": 3,
    "unlinked": 2,
    "blocked": 2,
    "returning": 2,
    "gone": 1,
    "refused": 1,
    "second": 3,
}
WISHES = {"silent": 65, "choose": 25, "part": 10}


@dataclass(frozen=True)
class Cast:
    """Everybody in a run."""

    plan: Plan

    @cached_property
    def owners(self) -> list[Owner]:
        """All owners, the first few of each kind, so that none is missing."""
        return [self._owner(number) for number in range(1, self.plan.owners + 1)]

    def _owner(self, number: int) -> Owner:
        chance = self.plan.chance(number)
        kinds = list(KINDS)
        drawn = chance.choices(kinds, list(KINDS.values()))[0]
        return Owner(
            number,
            chance.choice(LANGUAGES),
            chance.choice(ZONES),
            kinds[number - 1] if number <= len(kinds) else drawn,
            chance.choices(list(WISHES), list(WISHES.values()))[0],
            chance,
        )
