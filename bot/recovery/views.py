"""What staff see of remedies and of the ledger."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.core.callbacks import pack
from bot.core.remedy_names import named, remedy_line, remedy_name, until
from bot.core.rich import Rich, bold
from bot.core.services import Services
from bot.core.words import listed
from bot.core.work import Keyboard
from bot.slots.views import STAFF
from flows.config import RemedyOption
from flows.entities import Fund, LedgerSum, Remedy
from flows.money import Money
from flows.recovery.limits import Over
from flows.recovery.remedies import STANDS


class RemedyViews:
    """Views in one language, by one wall clock."""

    def __init__(self, services: Services, language: str, zone: str) -> None:
        self._services, self._zone = services, zone
        self.language = language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about remedies."""
        return self._services.words.say(self.language, f"remedies.{key}", **values)

    def name(self, remedy: Remedy) -> str:
        """What a remedy is called, with its value."""
        return remedy_name(self._services, self.language, remedy, for_staff=True)

    def option(self, option: RemedyOption, amount: Money | None = None) -> str:
        """What may be granted, with its value, or the amount that was typed."""
        value = option.value or amount
        return named(self._services, self.language, option.title, option.id, value)

    # -- choosing ----------------------------------------------------------------------------

    def menu(
        self,
        number: int,
        open_one: Remedy,
        known: Sequence[Remedy],
        options: Sequence[RemedyOption],
    ) -> tuple[Rich, Keyboard]:
        """What may be granted for a complaint, and what was."""
        rich = bold(self.say("menu", number=number))
        for each in known:
            line = remedy_line(self._services, self.language, self._zone, each)
            rich = rich + "\n" + line if line else rich
        rich = rich + "\n" + self.say("menu_choose" if options else "menu_nothing")
        rows = [[(self.option(each), pack("m", "give", open_one.id, each.id))] for each in options]
        return rich, [*rows, *(self._afterwards(each, numbered=True) for each in known
                               if each.state in STANDS)]  # fmt: skip

    def until(self, remedy: Remedy) -> str:
        """Until when it will have happened, as the end of a line; empty: nothing is promised."""
        return until(self._services, self.language, self._zone, remedy)

    # -- buttons -----------------------------------------------------------------------------

    def to_allow(self, remedy: Remedy) -> Keyboard:
        """For whoever decides above a limit."""
        return [
            [
                (self.say("b_allow"), pack("m", "allow", remedy.id)),
                (self.say("b_refuse"), pack("m", "refuse", remedy.id)),
            ]
        ]

    def afterwards(self, remedy: Remedy) -> Keyboard:
        """For what was granted."""
        return [self._afterwards(remedy)]

    def _afterwards(self, remedy: Remedy, *, numbered: bool = False) -> list[tuple[str, str]]:
        mark = f"R{remedy.number} · " if numbered else ""
        done = (mark + self.say("b_done"), pack("m", "done", remedy.id))
        back = (mark + self.say("b_take_back"), pack("m", "void", remedy.id))
        if remedy.guarantee:
            redeemed = (mark + self.say("b_redeemed"), pack("m", "done", remedy.id))
            return [redeemed, back] if remedy.state == "granted" else []
        if remedy.state == "done" or remedy.code:
            return [back]
        return [done, back, *self.to_move(remedy, mark)]

    def to_move(self, remedy: Remedy, mark: str = "") -> list[tuple[str, str]]:
        """For choosing when and where its customer comes; nothing where nobody comes."""
        if remedy.booking_id is None:
            return []
        return [(mark + self.say("b_move"), pack(STAFF, "move", remedy.booking_id))]

    # -- limits ------------------------------------------------------------------------------

    def over(self, over: Iterable[Over]) -> str:
        """Which limits are passed, and by how much."""
        lines = [
            self.say(
                f"over_{each.limit.of}",
                most=each.limit.most.shown(self.language),
                by=each.by.shown(self.language),
            )
            for each in over
        ]
        return listed(lines, self.language)

    # -- the ledger --------------------------------------------------------------------------

    def ledger(self, title: str, sums: Sequence[LedgerSum]) -> Rich:
        """Months with what was granted in them, the newest first."""
        rich = bold(title)
        if not sums:
            return rich + "\n" + self.say("ledger_nothing")
        for month, of_month in groupby(sums, key=lambda each: each.period):
            rich = rich + "\n" + month + " · " + listed(map(self._sum, of_month), self.language)
        return rich

    def _sum(self, each: LedgerSum) -> str:
        amount = Money(each.currency, each.amount).shown(self.language)
        key = "sum_thanks" if each.fund is Fund.THANKS else "sum"
        return self.say(key, amount=amount, n=each.grants)

    def left(self, most: Money, spent: int) -> str:
        """What a limit leaves of a month."""
        left = Money(most.currency, max(0, most.minor - spent))
        return self.say(
            "ledger_left", left=left.shown(self.language), most=most.shown(self.language)
        )
