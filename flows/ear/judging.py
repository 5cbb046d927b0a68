"""From a covered text to what was meant.

In the order of what must not go wrong: no complaint is taken for something harmless, nothing
harmless for a stop; in doubt the person is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

from flows.ear.covering import UNKNOWN, Cover, Part
from flows.ear.letters import Token
from flows.ear.lexicon import (
    ASKS,
    CONTRAST,
    COURTESY,
    HEDGE,
    HELLO,
    MAYBE_STOP,
    NEGATION,
    OK,
    TROUBLE,
    WHEN,
    WITH,
)
from flows.ear.meanings import Heard, Meaning
from flows.ear.net import FILLER, Net
from flows.entities.making import made_at_once

MOST_WORDS = 40
"""A longer message is a story; only an opt-out at one of its ends is heard in it."""
NEAR_END = 12
"""Tokens at each end of a long message in which an opt-out is looked for."""
FEW = 5
"""Words of a message in which a lone "not" may be harmless; it is asked back."""
STRAY = 2
"""Unexplained words that an opt-out may have beside it and is still nothing else."""
SENTENCE = 3
"""Words of a phrase that cannot be there by chance."""
SHORT = 16
"""Words of a message that is asked back when it may be about being written to."""
SEVERAL = 2
"""Words of trouble after which nothing else is thought of."""
_M = Meaning
_TO_US = frozenset({_M.LATER, _M.WHO, _M.WRONG_PERSON, _M.STOP, _M.NEVER_MIND, _M.NOT_YET})
"""Said to whoever writes, not about the goods: more words beside it are still no complaint."""
_SETTLED = frozenset({_M.STOP, _M.NEVER_MIND, _M.LATER, _M.WRONG_PERSON})
"""Beside these "I do not need it" is no opt-out in doubt."""
_ANSWERS = frozenset({_M.FINE, _M.YES, _M.NO, _M.PARTLY})
_BESIDE_TIME = frozenset({_M.THANKS, _M.YES, _M.NO, _M.NOT_YET, _M.WHO, _M.NEVER_MIND})
_NAMES = {each.value: each for each in Meaning}


@dataclass(frozen=True, slots=True)
class Judged:
    """What rules make of a text, and how much a guess may add to it."""

    heard: Heard
    firm: bool
    """Nothing may be added: it says in several words what is wrong, limits praise, or is long."""
    troubled: bool = False
    """A word in it says that something is wrong, or it ends in a "but": nothing may be guessed."""
    denied: bool = False
    """There is a "not" that belongs to no phrase: nothing harmless may be guessed but a stop."""
    about_us: bool = False
    """A word in it is about being written to."""
    words: float = 0
    exact: bool = False
    """It is one phrase that the words have, with at most a courtesy."""
    asked: bool = False
    """There is a question mark, or words that ask."""
    limited: bool = False
    """It limits praise or a stop, as by a "but", or it is a story: firm at whatever question."""
    other_stop: bool = False
    """Words that ask to stop are in it, but not said to us: "do not stop", "bus stop"."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Said:
    """The parts of one text with all that is counted of them."""

    tokens: list[Token]
    parts: list[Part]
    asked: bool
    long: bool
    when: str | None = None
    """The last time that was named."""
    contact: bool = False
    """A word in it is about being written to, and not about the goods."""
    before: frozenset[Meaning] = frozenset()
    """What was heard before the words in its company were taken for nothing."""

    def meanings(self, parts: Iterable[Part] | None = None) -> frozenset[Meaning]:
        """The meanings that phrases give, those of weak words only when they stand alone."""
        labels = {part.label for part in (self.parts if parts is None else parts)}
        found = {_NAMES[label] for label in labels if label in _NAMES}
        timed = any(label.startswith(WHEN) for label in labels)
        if timed and _M.LATER not in found and found <= _BESIDE_TIME:
            found.add(_M.LATER)
        if OK in labels and not found - {_M.THANKS}:
            found.add(_M.FINE)
        if HELLO in labels and not found and UNKNOWN not in labels:
            found.add(_M.WHO)
        return frozenset(found)

    def weight(self, parts: Iterable[Part] | None = None) -> float:
        """How many words; two Chinese characters are as much as one."""
        spans = self.parts if parts is None else parts
        return sum(_weight(self.tokens[at]) for each in spans for at in range(each.start, each.end))

    def unknown(self, parts: Iterable[Part] | None = None) -> float:
        """How many words nothing explains."""
        spans = self.parts if parts is None else parts
        return self.weight([each for each in spans if each.label in {UNKNOWN, HEDGE}])

    @property
    def hedged(self) -> bool:
        """Tell whether praise is limited, as by "at first" or "would be"."""
        return any(part.label == HEDGE for part in self.parts)

    def plainly(self) -> bool:
        """Tell whether a whole sentence is said to us, beside which a stray word is nothing."""
        return any(self.longest(each) >= SENTENCE for each in (_M.LATER, _M.WHO, _M.WRONG_PERSON))

    def longest(self, meaning: Meaning) -> float:
        """The words of the longest phrase that has a meaning."""
        return max((self.weight([each]) for each in self.parts if each.label == meaning), default=0)

    def troubled(self, parts: list[Part] | None = None) -> bool:
        """Tell whether something is said to be wrong, or not to be."""
        return self.complains(parts) or self.denied(parts)

    def complains(self, parts: list[Part] | None = None) -> bool:
        """Tell whether something is said to be wrong, in words that say so."""
        spans = self.parts if parts is None else parts
        return any(
            each.label == TROUBLE or (self._denies(each, after) and _is_unknown(after))
            for each, after in zip_longest(spans, spans[1:])
        )

    def denied(self, parts: list[Part] | None = None) -> bool:
        """Tell whether there is a "not" that belongs to no phrase."""
        spans = self.parts if parts is None else parts
        return any(
            each.label == NEGATION or (self._denies(each, after) and not _is_unknown(after))
            for each, after in zip_longest(spans, spans[1:])
        )

    def _denies(self, part: Part, after: Part | None) -> bool:
        """A "no" that belongs to the word after it, as in "no lid" and "no good tea"."""
        if part.label != _M.NO or after is None or self.tokens[after.start].broken:
            return False
        if self.weight([part]) > 1:
            return False
        praise = after.label in {_M.FINE, _M.YES, OK} and self.weight([after]) < 2
        return praise or _is_unknown(after) or after.label.startswith(WITH)


def _is_unknown(part: Part | None) -> bool:
    return part is not None and part.label == UNKNOWN


def _weight(token: Token) -> float:
    return {"han": 0.5, "sign": 0.0}.get(token.kind, 1.0)


def judge(
    net: Net, tokens: list[Token], *, asked: bool, long: bool, contact: bool = False
) -> Judged:
    """What was meant by the tokens of a text.

    ``asked``: there is a question mark. ``long``: it is an excerpt of something longer.
    ``contact``: a word is about being written to.
    """
    cover = Cover(net, tokens)
    first = Said(tokens, cover.parts(), asked, long)
    company = first.meanings()
    if any(part.label == MAYBE_STOP for part in first.parts):
        company |= {_M.STOP}
    parts = cover.parts({each.value for each in company})
    asked = asked or any(part.label == ASKS for part in parts)
    when = next(reversed(cover.times), None)
    long = long or first.weight() > MOST_WORDS
    said = Said(tokens, parts, asked, long, when, contact, first.meanings())
    heard = _judge(said)
    return Judged(
        replace(heard, agreed=_M.FINE in heard.meanings and _agrees(cover, first)),
        firm=long or _is_firm(said, said.meanings() | said.before),
        troubled=any(part.label == TROUBLE for part in parts) or parts[-1].label == CONTRAST,
        denied=said.troubled(),
        about_us=contact,
        words=said.weight(),
        exact=_is_exact(first),
        asked=asked,
        limited=long or _is_limited(said, said.meanings() | said.before),
        other_stop=_M.STOP in said.meanings() | said.before and not _is_stop(said),
    )


def _judge(said: Said) -> Heard:
    meant = said.meanings() | said.before
    if _M.STOP in meant and not _is_stop(said):
        return Heard(frozenset({_M.COMPLAINT}), unsure=not _is_complaint(said, meant))
    if said.long or _is_complaint(said, meant):
        doubtful = _may_be_about_us(said) and _M.STOP not in meant
        return Heard(frozenset({_M.COMPLAINT}) | (meant & {_M.STOP}), unsure=doubtful)
    if not meant & _SETTLED and any(part.label == MAYBE_STOP for part in said.parts):
        stray = frozenset({_M.COMPLAINT}) if said.unknown() else frozenset({_M.STOP})
        return Heard(meant | stray, unsure=True)
    if said.asked:
        return _question(said, meant)
    return _plain(said, meant)


def _plain(said: Said, meant: frozenset[Meaning]) -> Heard:
    """No question, and no complaint for sure."""
    unknown = said.unknown()
    later = said.when if _M.LATER in meant else None
    if not meant:
        said_something = unknown or said.denied()
        return Heard(frozenset({_M.COMPLAINT}) if said_something else frozenset(), unsure=True)
    if _M.STOP in meant:
        plain = said.when is None and said.longest(_M.STOP) >= SENTENCE
        return Heard(meant, unsure=_M.LATER in meant and not plain, later=later)
    if said.denied():
        return Heard(meant | {_M.COMPLAINT}, unsure=True, later=later)
    if unknown <= STRAY and unknown < said.weight() / 2 and said.plainly():
        unknown = 0
    hanging = said.parts[-1].label == CONTRAST
    contrary = meant >= {_M.YES, _M.NO}
    extra = frozenset({_M.COMPLAINT}) if hanging else frozenset()
    return Heard(meant | extra, unsure=bool(unknown) or hanging or contrary, later=later)


def _question(said: Said, meant: frozenset[Meaning]) -> Heard:
    if _M.LATER in meant and _asks_when(said):
        return Heard(frozenset({_M.QUESTION}) | (meant & {_M.STOP, _M.THANKS}))
    unknown = said.unknown()
    later = said.when if _M.LATER in meant else None
    asks = any(part.label == ASKS for part in said.parts)
    if meant & {_M.STOP, _M.WHO, _M.WRONG_PERSON} and unknown <= STRAY:
        return Heard(meant, unsure=meant >= {_M.STOP, _M.LATER}, later=later)
    if not unknown and (_M.LATER in meant or (not asks and meant - _ANSWERS)):
        return Heard(meant, later=later)
    if not unknown and meant and not asks:
        return Heard(meant | {_M.QUESTION}, unsure=True)
    if meant & {_M.LATER} and unknown <= STRAY:
        return Heard(meant | {_M.QUESTION}, unsure=bool(unknown), later=later)
    return Heard(frozenset({_M.QUESTION}) | (meant & {_M.STOP, _M.THANKS}))


def _agrees(cover: Cover, said: Said) -> bool:
    """Tell whether all that is said to be good is said in words by which people agree."""
    good = [part for part in said.parts if part.label in {OK, _M.FINE}]
    return bool(good) and all(cover.may_be(part, OK) for part in good)


def _is_exact(said: Said) -> bool:
    """Tell whether a single phrase explains all that is said."""
    phrases = [each for each in said.parts if each.label not in {FILLER, COURTESY}]
    return len(phrases) == 1 and (phrases[0].label in _NAMES or phrases[0].label == OK)


def _is_firm(said: Said, meant: frozenset[Meaning]) -> bool:
    """Tell whether several words say that something is wrong; one alone may mean anything."""
    trouble = said.weight([each for each in said.parts if each.label == TROUBLE])
    return (trouble >= SEVERAL and not said.asked) or _is_limited(said, meant)


def _is_limited(said: Said, meant: frozenset[Meaning]) -> bool:
    """Tell whether something stands against what is good, or beside a stop."""
    if _contrasts(said) or (_M.FINE in meant and said.hedged):
        return True
    return _M.STOP in meant and _has_a_story(said)


def _asks_when(said: Said) -> bool:
    """Tell whether a question names a time and something else, but puts nothing off."""
    labels = {part.label for part in said.parts}
    rest = labels - {FILLER, COURTESY, OK, HELLO, _M.THANKS}
    return _M.LATER not in labels and any(not each.startswith(WHEN) for each in rest)


def _is_complaint(said: Said, meant: frozenset[Meaning]) -> bool:
    if said.complains() or _is_limited(said, meant):
        return True
    if said.denied() and _M.STOP not in meant:
        return said.weight() > (FEW if not meant else 2 * FEW) or said.unknown() > STRAY + 1
    if said.asked:
        return False
    unknown, words = said.unknown(), said.weight()
    if not meant:
        return unknown > STRAY
    if meant & _TO_US:
        return unknown > 6 or unknown > 0.7 * words
    return unknown > 3 or unknown > 0.5 * words + 0.5


def _may_be_about_us(said: Said) -> bool:
    """Tell whether what looks like a complaint may be one about being written to.

    Nobody who asks in words of their own to be left alone is to read a complaint's number.
    """
    return said.contact and not said.long and not said.complains() and said.weight() <= SHORT


def _has_a_story(said: Said) -> bool:
    """Tell whether a clause of its own, beside the one that says stop, is about something else."""
    clauses: list[list[Part]] = [[]]
    for part in said.parts:
        if said.tokens[part.start].broken:
            clauses.append([])
        clauses[-1].append(part)
    return any(said.unknown(clause) > SENTENCE and not said.meanings(clause) for clause in clauses)


def _contrasts(said: Said) -> bool:
    """A "but" after which there is more than a courtesy, a stop, or a "later"."""
    for at, part in enumerate(said.parts):
        if part.label == CONTRAST:
            rest = said.parts[at + 1 :]
            if said.unknown(rest) or _M.PARTLY in said.meanings(rest):
                return True
            return bool(rest) and not said.meanings(rest) and not _only_fillers(rest)
    return False


def _only_fillers(parts: list[Part]) -> bool:
    return all(part.label in {FILLER, COURTESY} for part in parts)


def _is_stop(said: Said) -> bool:
    """Tell whether a phrase that asks to stop is said to us, here and now."""
    return any(_is_told(said, at) for at, part in enumerate(said.parts) if part.label == _M.STOP)


def _is_told(said: Said, at: int) -> bool:
    parts, part = said.parts, said.parts[at]
    begin = at
    while begin and not said.tokens[parts[begin].start].broken:
        begin -= 1
    before = parts[begin:at]
    end = at + 1
    while end < len(parts) and not said.tokens[parts[end].start].broken:
        end += 1
    clause = parts[begin:end]
    if before and before[-1].label == NEGATION:
        return False
    clean = not said.troubled(clause) and said.unknown(clause) <= STRAY
    if said.long:
        near = part.end <= NEAR_END or part.start >= len(said.tokens) - NEAR_END
        return near and not said.unknown(clause) and not said.troubled(clause)
    addressed = not said.unknown(before) and not said.troubled(before)
    return clean or addressed or (bool(before) and before[-1].label in {FILLER, COURTESY, CONTRAST})
