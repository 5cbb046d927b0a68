"""What staff see of notices before anybody has them: each draft, and what is held back."""

from dataclasses import dataclass

from bot.core.callbacks import pack
from bot.core.names import change_name, display_safe, moment
from bot.core.rich import TEXT_LIMIT, Rich, bold, italic
from bot.core.tongues import tongue
from bot.core.words import Words
from bot.core.work import Keyboard
from flows.changes.telling import SHIP, Held
from flows.changes.wording import language_of
from flows.entities import Change, CustomerId
from flows.entities.states import CHANGE_WORKS
from flows.utf16 import utf16_length


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """The notice to one person as they would read it now."""

    change: Change
    customer_id: CustomerId
    name: str
    language: str
    """That which they read."""
    position: int
    """Among all, from 0."""
    people: int
    left_out: bool
    own: bool
    """It is written for them alone."""
    meant: int
    """How many are to be told."""
    text: Rich
    staff: str
    """The language of staff, in which texts are of which none was said."""


class DraftViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about notices."""
        return self._words.say(self._language, f"notices.{key}", **values)

    # -- one after the other ---------------------------------------------------------------------

    def draft(self, facts: DraftFacts) -> tuple[Rich, Keyboard]:
        """One draft, with what can be done about it."""
        name = display_safe(facts.name, 48)
        reads = tongue(self._words, self._language, facts.language)
        named = change_name(self._words, self._language, facts.change, most=100)
        rich = bold(named) + "\n" + self.say("draft", name=name, tongue=reads)
        if facts.own:
            rich = rich + "\n" + self.say("is_own", name=name)
        if facts.left_out:
            rich = rich + "\n" + bold(self.say("is_left_out", name=name))
        room = TEXT_LIMIT - utf16_length(rich.text) - 300
        pages = facts.text.pages(room)
        rich = rich + "\n\n" + pages[0]
        if len(pages) > 1:
            rich = rich + "\n" + italic(self.say("goes_on"))
        return rich, self._buttons(facts, name)

    def _buttons(self, facts: DraftFacts, name: str) -> Keyboard:
        change, who, at = facts.change.id, facts.customer_id, facts.position
        here = pack("g", "show", change, "drafts", at)
        turns = [(self.say("b_at", n=at + 1, all=facts.people), here)]
        if at > 0:
            turns.insert(0, ("◀", pack("g", "show", change, "drafts", at - 1)))
        if at + 1 < facts.people:
            turns.append(("▶", pack("g", "show", change, "drafts", at + 1)))
        reads = tongue(self._words, self._language, facts.language)
        first = facts.language == language_of(facts.change, facts.staff)
        every = pack("g", "text", change) if first else pack("g", "write", change, facts.language)
        rows = [turns, [(self.say("b_edit_all", tongue=reads), every)]]
        rows.append([(self.say("b_edit_one", name=name), pack("g", "draft", change, who))])
        if facts.own:
            rows.append([(self.say("b_as_all"), pack("g", "undraft", change, who, at))])
        key = "b_take_in" if facts.left_out else "b_leave_out"
        rows.append([(self.say(key, name=name), pack("g", "skip", change, who, at))])
        if facts.meant:
            label = self._words.say(self._language, "changes.b_ship", n=facts.meant)
            rows.append([(label, pack("g", "show", change, "confirm", 0))])
        back = self._words.say(self._language, "changes.b_back")
        return [*rows, [(back, pack("g", "show", change, "main", 0))]]

    # -- held back -------------------------------------------------------------------------------

    def held(self, change: Change, zone: str) -> str:
        """That it is about to be told; empty: it is not."""
        held = Held.from_json(change.held)
        if held is None:
            return ""
        key = "held" if held.trigger == SHIP else "held_declined"
        when = moment(held.due, zone, self._language)
        return self.say(key, n=held.people, when=when, name=display_safe(held.by.name))

    def held_keyboard(self, change: Change) -> Keyboard:
        """The button that calls it off."""
        return [[(self.say("b_call_off"), pack("g", "off", change.id))]]

    def told_keyboard(self, change: Change) -> Keyboard:
        """What can be asked about what was told, and who else may hear of it."""
        rows = [[(self.say("b_report"), pack("g", "report", change.id))]]
        if change.state in CHANGE_WORKS:
            rows.append([(self.say("b_others"), pack("g", "others", change.id))])
        return rows

    def late(self, named: str, number: int, change: Change, people: int) -> tuple[Rich, Keyboard]:
        """That those who were added to a change that was told are about to be told."""
        label = self.say("b_call_off")
        rich = bold(named) + "\n" + self.say("holding", n=people)
        return rich, [[(label, pack("g", "lateoff", number, change.id))]]
