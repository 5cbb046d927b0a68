"""What is done about what was heard, question by question: the table and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.ear.meanings import Heard, Meaning, Question


class Kind(StrEnum):
    """Kinds of acts."""

    STOP = "stop"
    """Offer the stop, or confirm it."""
    LATER = "later"
    """Put the question off: to the time named, else offer the times."""
    WHO = "who"
    """Say who writes and why; the question stays."""
    PRAISE = "praise"
    """All is well: the way of "all fine" at an ask, a kind sign elsewhere."""
    THANKS = "thanks"
    """A kind sign; nothing changes."""
    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    """They cannot tell yet."""
    NEVER_MIND = "never_mind"
    """Drop what was begun."""
    WRONG_PERSON = "wrong_person"
    QUESTION = "question"
    """A person answers; it is no complaint."""
    COMPLAINT = "complaint"
    """The message is words of a complaint, or an answer in words."""
    ASK_BACK = "ask_back"
    """Ask what was meant, with the likely meanings first."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do. ``when``: for *later*, a time that was named."""

    kind: Kind
    when: str | None = None


_M, _K = Meaning, Kind
_ORDER = (
    _M.STOP,
    _M.COMPLAINT,
    _M.NOT_HELPED,
    _M.WRONG_PERSON,
    _M.WHO,
    _M.QUESTION,
    _M.NEVER_MIND,
    _M.NOT_YET,
    _M.PARTLY,
    _M.NO,
    _M.YES,
    _M.FINE,
    _M.LATER,
    _M.THANKS,
)
"""The order of acts, what must not be lost first."""

_EVERYWHERE: Mapping[Meaning, Kind] = {
    _M.STOP: _K.STOP,
    _M.LATER: _K.LATER,
    _M.FINE: _K.PRAISE,
    _M.THANKS: _K.THANKS,
    _M.WHO: _K.WHO,
    _M.YES: _K.YES,
    _M.NO: _K.NO,
    _M.NEVER_MIND: _K.NEVER_MIND,
    _M.NOT_YET: _K.NOT_YET,
    _M.PARTLY: _K.PARTLY,
    _M.NOT_HELPED: _K.COMPLAINT,
    _M.WRONG_PERSON: _K.WRONG_PERSON,
    _M.QUESTION: _K.QUESTION,
    _M.COMPLAINT: _K.COMPLAINT,
}
_TABLE: Mapping[Question, Mapping[Meaning, Kind]] = {
    # "no" is "nothing is wrong"; "yes" and "a little" are "something is"
    Question.ASK: {_M.NO: _K.PRAISE, _M.PARTLY: _K.YES, _M.THANKS: _K.PRAISE},
    # "ok" is agreement (`Heard.agreed`); praise and a "thanks" alone are neither yes nor no
    Question.CONSENT: {
        _M.THANKS: _K.ASK_BACK,
        _M.PARTLY: _K.ASK_BACK,
        _M.NOT_YET: _K.LATER,
        _M.NEVER_MIND: _K.NO,
    },
    # "nothing" takes back what was begun; a question is what they have to say
    Question.WORDS: {
        _M.NO: _K.NEVER_MIND,
        _M.YES: _K.ASK_BACK,
        _M.PARTLY: _K.COMPLAINT,
        _M.QUESTION: _K.COMPLAINT,
    },
    # "ok", "good", "thanks" agree; "it depends" is an answer of its own
    Question.READINESS: {
        _M.FINE: _K.YES,
        _M.THANKS: _K.YES,
        _M.NOT_YET: _K.PARTLY,
        _M.NEVER_MIND: _K.NO,
    },
    # thanks never open anything again
    Question.HELPED: {_M.FINE: _K.YES, _M.THANKS: _K.YES, _M.NOT_HELPED: _K.NO},
    # whoever said stop and says "yes", "ok" or "all" means it
    Question.STOP_MENU: {
        _M.YES: _K.STOP,
        _M.FINE: _K.STOP,
        _M.NO: _K.NEVER_MIND,
        _M.PARTLY: _K.ASK_BACK,
        _M.NOT_YET: _K.ASK_BACK,
    },
    # nothing is erased for an "ok"
    Question.FORGET: {
        _M.FINE: _K.ASK_BACK,
        _M.PARTLY: _K.ASK_BACK,
        _M.NEVER_MIND: _K.NO,
        _M.NOT_YET: _K.NO,
        _M.LATER: _K.NO,
    },
    Question.WAS_THAT_YOU: {
        _M.FINE: _K.ASK_BACK,
        _M.PARTLY: _K.ASK_BACK,
        _M.NOT_YET: _K.ASK_BACK,
        _M.WRONG_PERSON: _K.NO,
    },
    Question.CHOICE: {},
    # nothing is open: a courtesy gets a sign, an answer to nothing gets nothing; "not arrived yet"
    # may be a complaint where nobody has asked
    Question.NONE: {
        _M.YES: _K.NOTHING,
        _M.NO: _K.NOTHING,
        _M.NEVER_MIND: _K.NOTHING,
        _M.NOT_YET: _K.ASK_BACK,
        _M.PARTLY: _K.NOTHING,
    },
}
"""What differs from the rule at each question."""

_WEAK = (_K.THANKS, _K.PRAISE, _K.NOTHING)
"""Said beside something else these change nothing."""


def decide(heard: Heard, question: Question) -> tuple[Act, ...]:
    """The acts that follow, in the order in which to do them; never empty.

    Unsure is asked back at every question except *words*, where whatever was said belongs to the
    words of the complaint (and is asked back as well when it may be a stop).
    """
    heard = heard.at(question)
    meanings = heard.meanings
    if heard.unsure or not meanings:
        return _unsure(meanings, question)
    if _M.COMPLAINT in meanings:
        meanings = meanings & {_M.COMPLAINT, _M.STOP}
    if question is Question.CONSENT and heard.agreed:
        meanings = meanings - {_M.FINE} | {_M.YES}
    row = _TABLE[question]
    kinds = [row.get(each, _EVERYWHERE[each]) for each in _ORDER if each in meanings]
    kinds = _settled(list(dict.fromkeys(kinds)), meanings, question)
    return tuple(Act(each, heard.later if each is _K.LATER else None) for each in kinds)


def _unsure(meanings: frozenset[Meaning], question: Question) -> tuple[Act, ...]:
    if question is not Question.WORDS or not meanings:
        return (Act(_K.ASK_BACK),)
    if _M.STOP in meanings:
        return (Act(_K.COMPLAINT), Act(_K.ASK_BACK))
    return (Act(_K.COMPLAINT),)


def _settled(kinds: list[Kind], meanings: frozenset[Meaning], question: Question) -> list[Kind]:
    """Without what contradicts itself or adds nothing."""
    if question is Question.ASK and _K.YES in kinds and _M.FINE in meanings:
        kinds.remove(_K.YES)
    if question is Question.CONSENT and _M.NO in meanings and _K.YES in kinds:
        kinds.remove(_K.YES)
    if question is Question.WORDS and _K.NEVER_MIND in kinds and _K.PRAISE in kinds:
        kinds.remove(_K.PRAISE if _M.NEVER_MIND in meanings else _K.NEVER_MIND)
    if question is Question.READINESS and _K.YES in kinds and _K.LATER in kinds:
        kinds.remove(_K.LATER)
    if _K.STOP in kinds:
        return [each for each in kinds if each in {_K.STOP, _K.COMPLAINT}]
    if _K.YES in kinds and _K.NO in kinds:
        return [_K.ASK_BACK]
    if _K.ASK_BACK in kinds and len(kinds) > 1:
        kinds.remove(_K.ASK_BACK)
    strong = [each for each in kinds if each not in _WEAK]
    if strong and _K.PRAISE in kinds and set(strong) <= {_K.LATER}:
        return [_K.PRAISE, *strong]
    return strong or kinds[:1]


__all__ = ["Act", "Kind", "Question", "decide"]
