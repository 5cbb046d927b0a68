"""The list of a group's changes: how far each is, and whether it helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.changes.progress_views import Measured, ProgressViews
from bot.changes.views import ChangeViews
from bot.core.callbacks import pack
from bot.core.names import day, display_safe
from bot.core.rich import Rich, bold
from bot.core.words import Words, listed
from bot.core.work import Keyboard
from flows.changes.changes import STATES
from flows.entities import Change
from flows.entities.states import CHANGE_OPEN

PAGE = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """One change of the list."""

    change: Change
    complaints: int
    measured: Measured | None


class ListViews:
    """The list in one language."""

    def __init__(self, words: Words, language: str, zone: str) -> None:
        self._words, self._language, self._zone = words, language, zone
        self._changes = ChangeViews(words, language)
        self._progress = ProgressViews(words, language)

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"closing.{key}", **values)

    def listing(
        self, counts: Mapping[str, int], shown: Sequence[Listed], page: int
    ) -> tuple[Rich, Keyboard]:
        """A page of changes, with how many there are in each state, and a button for each card."""
        if not counts:
            return Rich() + self._say("list_none"), []
        states = [
            f"{counts[state]} {self._say(f'list_state_{state}')}"
            for state in STATES
            if counts.get(state)
        ]
        rich = bold(self._say("list_title", counts=listed(states, self._language)))
        for each in shown:
            rich = rich + "\n\n" + self._one(each)
        buttons = [(f"C{each.change.number}", pack("g", "card", each.change.id)) for each in shown]
        rows = [buttons[:3], buttons[3:]]
        turns = []
        if page > 0:
            turns.append(("‹", pack("g", "list", page - 1)))
        if (page + 1) * PAGE < sum(counts.values()):
            turns.append(("›", pack("g", "list", page + 1)))
        return rich, [row for row in (*rows, turns) if row]

    def _one(self, each: Listed) -> Rich:
        change = each.change
        parts = [
            self._say(f"list_state_{change.state}"),
            self._say("list_complaints", n=each.complaints),
        ]
        if change.owner_name:
            parts.append(display_safe(change.owner_name, 40))
        when = change.planned_for if change.state in CHANGE_OPEN else change.shipped_at
        if when is not None:
            parts.append(day(when, self._zone, self._language))
        rich = bold(self._changes.name(change, most=80)) + "\n" + " · ".join(parts)
        measured = self._progress.measured(each.measured, brief=True)
        return rich + "\n" + measured if measured else rich
