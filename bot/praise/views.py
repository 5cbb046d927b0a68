"""Praise as staff read it, and their thanks as its author reads them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.core.callbacks import pack
from bot.core.names import display_safe, moment, name_of, staff_name
from bot.core.rich import Rich, bold, clipped, marked, plain, quote
from bot.core.tongues import line_above
from bot.core.words import Words
from bot.core.work import Keyboard
from flows.entities import Account, Customer, Praise, Whom
from flows.entities.lifecycle import Person
from flows.utf16 import utf16_length

SHOWN = 350
"""Characters of one person's words, so that all of a message fit."""
MOST_NAMED = 30
"""People of staff in the figures."""


@dataclass(frozen=True, slots=True)
class Read:
    """Praise and by whom it is."""

    praise: Praise
    author: str

    @classmethod
    def of(cls, praise: Praise, customer: Customer | None, account: Account | None) -> "Read":
        """Praise with its author's name, as staff read it."""
        return cls(praise, name_of(customer, account))


class PraiseViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str, zone: str) -> None:
        self._words, self._language, self._zone = words, language, zone

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about praise."""
        return self._words.say(self._language, f"praise.{key}", **values)

    # -- the team --------------------------------------------------------------------------------

    def card(self, read: Sequence[Read], rung: Collection[int]) -> tuple[Rich, Keyboard]:
        """Praise for a team, in one message; `rung`: whom it calls, by Telegram id."""
        text = bold(self.say("card", n=len(read)))
        rows: list[list[tuple[str, str]]] = []
        for each in read:
            text = text + "\n\n" + self._heading(each, rung) + "\n" + self._words_of(each.praise)
            if each.praise.thanked_at is None:
                label = self.say("b_thank", name=each.author)
                rows.append([(label, pack("e", "pt", each.praise.id))])
        return text, rows

    def _heading(self, read: Read, rung: Collection[int]) -> Rich:
        praise = read.praise
        if praise.whom != Whom.PERSON or praise.staff_id is None:
            key = "line_all" if praise.whom == Whom.ALL else "line_team"
            return plain(self.say(key, name=read.author))
        named = display_safe(praise.staff_name)
        called = _mention(named, praise.staff_id) if praise.staff_id in rung else plain(named)
        before, _, after = self.say("line_person", name=read.author, who=_HOLE).partition(_HOLE)
        return before + called + after

    def _words_of(self, praise: Praise) -> Rich:
        above = line_above(self._words, self._language, [praise.text])
        said = quote(clipped(praise.text, SHOWN))
        return plain(above + "\n" if above else "") + said

    def taken_back(self) -> str:
        """Stands in the place of words that their author has taken back."""
        return self.say("taken_back")

    def latest(self, read: Sequence[Read]) -> tuple[Rich, Keyboard]:
        """What a group has read lately."""
        mine = [[(self.say("b_mine"), pack("e", "pm", 0))]]
        if not read:
            return plain(self.say("none")), mine
        return self._list(self.say("latest"), read), mine

    def welcome(self, read: Sequence[Read], title: str) -> Rich:
        """What somebody reads once who has come to a group: what customers like about it."""
        return self._list(self.say("welcome", title=display_safe(title)), read)

    def _list(self, title: str, read: Sequence[Read]) -> Rich:
        text = bold(title)
        for each in read:
            when = moment(each.praise.at, self._zone, self._language)
            text = text + f"\n\n{when}, " + self._heading(each, ()) + "\n"
            text = text + self._words_of(each.praise)
        return text

    # -- one person ------------------------------------------------------------------------------

    def own(self, read: Read, recent: int) -> tuple[Rich, Keyboard]:
        """Praise for whoever reads it, in their own chat."""
        text = bold(self.say("own", name=read.author)) + "\n" + self._words_of(read.praise)
        text = text + "\n" + self.say("own_count", n=recent)
        label = self.say("b_thank", name=read.author)
        return text, [[(label, pack("e", "pt", read.praise.id))]]

    def mine(self, recent: int, all_of_it: int) -> str:
        """What only whoever presses reads of their own praise."""
        return self.say("mine", n=recent, all=all_of_it)

    def thanks(self, by: Person) -> str:
        """What the author of praise reads when somebody of staff thanks them."""
        return self.say("told_thanks", name=staff_name(by.name, by.id))

    # -- admins ----------------------------------------------------------------------------------

    def figures(self, counts: Sequence[tuple[int | None, str, int]]) -> Rich:
        """How much praise each person had, by name and in no order of merit."""
        if not counts:
            return plain(self.say("figures_none"))
        whole = sum(n for _, _, n in counts)
        text = bold(self.say("figures", n=whole))
        people = sorted((name, n) for who, name, n in counts if who is not None)
        for name, n in people[:MOST_NAMED]:
            text = text + "\n" + self.say("figure", name=display_safe(name), n=n)
        together = sum(n for who, _, n in counts if who is None)
        if together:
            text = text + "\n" + self.say("figure_teams", n=together)
        return text


_HOLE = "\uffff"
"""Stands where a mention comes; no name holds it."""


def _mention(name: str, telegram_id: int) -> Rich:
    user = {"id": telegram_id, "is_bot": False, "first_name": name}
    entity = {"type": "text_mention", "offset": 0, "length": utf16_length(name), "user": user}
    return marked(name, [entity])
