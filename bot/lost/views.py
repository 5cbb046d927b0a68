"""Lost sales as staff read them: the most missed things, and one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.callbacks import pack
from bot.core.names import display_safe, moment
from bot.core.rich import Rich, bold
from bot.core.tongues import tongue
from bot.core.words import Words, listed
from bot.core.work import Keyboard
from flows.changes.telling import Held
from flows.entities import MissedItem, MissedItemId
from flows.lost.naming import LONGEST

LABEL = 40
"""Characters of a thing on a button."""


@dataclass(frozen=True, slots=True)
class Line:
    """A thing in the list of the most missed."""

    id: MissedItemId
    name: str
    people: int
    here: bool = False


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the screen of a thing shows."""

    item: MissedItem
    name: str
    people: int
    to_tell: int
    nameless: int
    told: int
    unreached: int
    unwanted: int
    readers: Mapping[str, int] = field(default_factory=dict)
    """How many of those who would be told read which language."""


class LostViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str, zone: str) -> None:
        self._words, self._language, self._zone = words, language, zone

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about lost sales."""
        return self._words.say(self._language, f"lost.{key}", **values)

    # -- the most missed -------------------------------------------------------------------------

    def listing(self, lines: Sequence[Line], people: int, things: int) -> tuple[Rich, Keyboard]:
        """The week's most missed things, each with a button."""
        if not lines:
            return Rich() + self.say("list_empty"), ()
        text = (
            bold(self.say("list", n=people)) + "\n" + "\n".join(self.line(each) for each in lines)
        )
        if things > len(lines):
            text = text + "\n" + self.say("list_more", n=things - len(lines))
        rows = [[(_label(each.name), pack("e", "item", each.id))] for each in lines]
        return text, rows

    def line(self, line: Line) -> str:
        """A thing and how many people missed it."""
        key = "line_here" if line.here else "line"
        return self.say(key, n=line.people, what=display_safe(line.name, LONGEST))

    # -- one thing -------------------------------------------------------------------------------

    def screen(self, facts: ItemFacts) -> tuple[Rich, Keyboard]:
        """All that there is to say of a thing, and what can be done about it."""
        item = facts.item
        text = self._about(facts)
        back = [(self.say("b_list"), pack("e", "list"))]
        if item.held:
            return text, [[(self.say("b_call_off"), pack("e", "off", item.id))], back]
        if item.here_at is not None:
            return text, [back]
        rows = []
        if facts.to_tell:
            rows.append([(self.say("b_here"), pack("e", "here", item.id))])
        return text, [*rows, [(self.say("b_same"), pack("e", "same", item.id))], back]

    def _about(self, facts: ItemFacts) -> Rich:
        item = facts.item
        lines = [self.say("people", n=facts.people)]
        if item.here_at is not None:
            who = display_safe(item.here_by_name)
            lines.append(self.say("here", n=facts.told, when=self._when(item.here_at), name=who))
        elif held := Held.from_json(item.held):
            who, when = display_safe(held.by.name), self._when(held.due)
            lines.append(self.say("held", n=held.people, when=when, name=who))
        elif facts.to_tell:
            lines.append(self.say("to_tell", n=facts.to_tell))
        if facts.nameless:
            lines.append(self.say("nameless", n=facts.nameless))
        for key, n in (("unreached", facts.unreached), ("unwanted", facts.unwanted)):
            if n:
                lines.append(self.say(key, n=n))
        if item.back_at is not None and item.here_at is None:
            lines.append(self.say("back", when=self._when(item.back_at)))
        return bold(display_safe(facts.name, LONGEST)) + "\n" + "\n".join(lines)

    def _when(self, at: datetime) -> str:
        return moment(at, self._zone, self._language)

    def confirm(self, facts: ItemFacts, samples: Sequence[Rich]) -> tuple[Rich, Keyboard]:
        """Whom it would tell, and what they would read, before anybody is told."""
        text = bold(self.say("confirm", n=facts.to_tell, what=display_safe(facts.name, LONGEST)))
        text = text + "\n" + self._readers(facts.readers)
        for sample in samples:
            text = text + "\n\n" + sample
        yes = (self.say("b_yes", n=facts.to_tell), pack("e", "yes", facts.item.id))
        return text, [[yes], [(self.say("b_not_now"), pack("e", "item", facts.item.id))]]

    def _readers(self, readers: Mapping[str, int]) -> str:
        said = self._words.say
        read = (
            said(
                self._language,
                "readers.each",
                n=n,
                tongue=tongue(self._words, self._language, each),
            )
            for each, n in readers.items()
        )
        return said(self._language, "readers.all", languages=listed(read, self._language))

    def same(self, facts: ItemFacts, others: Mapping[MissedItemId, str]) -> tuple[Rich, Keyboard]:
        """What else is missed and may be the same."""
        item = facts.item.id
        back = [(self.say("b_not_now"), pack("e", "item", item))]
        title = bold(display_safe(facts.name, LONGEST)) + "\n"
        if not others:
            return title + self.say("same_none"), [back]
        rows = [[(_label(name), pack("e", "join", item, each))] for each, name in others.items()]
        return title + self.say("same"), [*rows, back]


def _label(name: str) -> str:
    return display_safe(name, LABEL)
