"""What a guess adds to what the rules have heard.

One net says how likely each meaning is, given the text, the question that is open and what the
rules have made of it; how sure it has to be follows from what an error costs (`TRUST`). What is
firm by rules is heard as it is, and what they call trouble stays a complaint, at least until its
author is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flows.ear.judging import Judged
from flows.ear.likeness import Likeness, Trace
from flows.ear.meanings import Heard, Meaning, Question

MOST_GUESSED = 24
"""Words of the longest message that is guessed at."""
_M = Meaning
_QUESTIONS = tuple(Question)
_YES_OR_NO = frozenset({Question.WAS_THAT_YOU})
"""What is answered by "that is not right": what rules call trouble is an answer there."""
_ANSWERS = frozenset({_M.YES, _M.NO, _M.PARTLY, _M.NOT_YET, _M.NOT_HELPED, _M.STOP})
_NEVER_GUESSED = frozenset({Question.FORGET, Question.STOP_MENU})
"""What ends something for good: only what rules are sure of answers it."""
_NOT_WELL = frozenset({_M.NO, _M.NOT_HELPED, _M.PARTLY})
"""Beside a complaint these are no doubt of it."""
FEW = 3
"""Fewer words may be anything, and have to be the clearer."""
_TO_BE_READ = frozenset({_M.STOP, _M.COMPLAINT})
"""Never understood for being the likeliest alone."""
_MOST_POINTS = 3.0


@dataclass(frozen=True, slots=True)
class Trust:
    """How likely a meaning has to be, from 0 to 1; ``python -m tests.ear.trusting`` prices them."""

    understood: float = 0.45
    """That is understood."""
    stop: float = 0.9
    """A stop that is done."""
    stop_heard: float = 0.6
    """A stop that rules have heard too, surely or not."""
    few: float = 0.6
    """That is understood in a word or two."""
    few_stop: float = 0.97
    """A stop in a word or two of which rules know none as one."""
    stop_apart: float = 0.5
    """A stop that is not asked about beside something else, at the most."""
    complaint: float = 0.6
    """A complaint that is filed without asking."""
    harmless: float = 0.3
    """A complaint beside something that is understood, at the most."""
    unexplained: float = 0.4
    """A complaint that rules hear because nothing explains the words, and that is filed."""
    doubted: float = 0.5
    """Something else where rules hear a complaint only because nothing explains the words."""
    doubted_trouble: float = 0.6
    """Something else where rules hear a complaint by a word of trouble; it is asked about then."""

    doubted_question: float = 0.7
    """Something else where rules hear a question, which somebody is to answer."""


TRUST = Trust()


@dataclass(frozen=True)
class Impression:
    """What rules make of a text and what it leaves in the net, whatever it may answer.

    What it leaves is found out when the rules are doubted first.
    """

    text: str
    judged: Judged
    likeness: Likeness
    language: str | None
    _known: dict[Question, Heard] = field(default_factory=dict, init=False)
    """What was heard at each question that was asked about."""

    def at(self, question: Question) -> Heard:
        """What is heard at a question."""
        known = self._known.get(question)
        if known is None:
            found = self.judged.heard
            if may_guess(self.judged, question) and not self._trace.strange:
                found = settled(self.judged, self._likely(question), question)
            known = Heard(
                found.meanings, found.unsure, found.later, self.language, found.agreed, self
            )
            self._known[question] = known
        return known

    @cached_property
    def _trace(self) -> Trace:
        return self.likeness.trace(self.text)

    def _likely(self, question: Question) -> dict[Meaning, float]:
        points = self.likeness.of(self._trace, question)
        return self.likeness.weighed(values_of(self.judged, points, question))


def may_guess(judged: Judged, question: Question = Question.NONE) -> bool:
    """Tell whether anything may be added to what rules have heard."""
    if judged.limited or not 0 < judged.words <= MOST_GUESSED or question in _NEVER_GUESSED:
        return False
    if question in _YES_OR_NO:
        return not judged.exact or not judged.heard.meanings <= _ANSWERS
    return not judged.firm and not judged.exact


def values_of(judged: Judged, points: list[float], question: Question) -> list[float]:
    """What a likelihood is made of: the points of a text, the question, and what rules say."""
    heard = judged.heard
    sure = [float(each in heard.meanings and not heard.unsure) for each in _M]
    unsure = [float(each in heard.meanings and heard.unsure) for each in _M]
    return [
        *(max(-_MOST_POINTS, min(_MOST_POINTS, each / 4)) for each in points),
        *sure,
        *unsure,
        *(float(each is question) for each in _QUESTIONS),
        *(float(each) for each in (judged.troubled, judged.denied, judged.about_us)),
        *(float(each) for each in (judged.exact, judged.asked, judged.other_stop, heard.unsure)),
        float(len(heard.meanings) > 1),
        min(2.0, judged.words / 10),
        float(judged.words <= 1),
        float(judged.words <= 3),
    ]


def settled(
    judged: Judged, likely: Mapping[Meaning, float], question: Question, trust: Trust = TRUST
) -> Heard:
    """What is heard of a text, by rules and by how likely each meaning is at a question."""
    heard = judged.heard
    if not may_guess(judged, question):
        return heard
    best = max(likely, key=likely.__getitem__)
    complaint, stop = likely[_M.COMPLAINT], likely[_M.STOP]
    troubled = judged.troubled and _M.COMPLAINT in heard.meanings
    troubled = troubled and question not in _YES_OR_NO
    few = judged.words < FEW
    enough = trust.few_stop if few else trust.stop
    enough = trust.stop_heard if _M.STOP in heard.meanings else enough
    if stop >= enough and not judged.other_stop:
        return _stopped(judged, troubled or complaint >= trust.complaint)
    surely = not heard.unsure and bool(heard.meanings) and not heard.meanings & _TO_BE_READ
    no_stop = stop <= (trust.stop_heard if surely else trust.stop_apart)
    by_rules = not heard.unsure and _M.COMPLAINT in heard.meanings
    doubt = trust.doubted_trouble if troubled else trust.doubted
    filed = complaint >= trust.complaint or (by_rules and best is _M.COMPLAINT)
    doubted = likely[best] >= doubt and not (troubled and best in _NOT_WELL)
    doubted = doubted or (not troubled and complaint < trust.unexplained)
    if no_stop and (filed or (by_rules and not doubted)):
        return Heard(frozenset({_M.COMPLAINT}))
    asks = not heard.unsure and _M.QUESTION in heard.meanings
    if asks and no_stop and likely[best] < trust.doubted_question:
        return heard
    needed = trust.few if few and best not in heard.meanings else trust.understood
    clear = best not in _TO_BE_READ and likely[best] >= needed
    if best is _M.YES and question is Question.CONSENT:
        clear = clear and best in heard.meanings  # nobody consents by a guess
    if clear and no_stop and complaint <= trust.harmless and not (troubled and by_rules):
        return _understood(heard, best)
    worth_asking = {best} if likely[best] >= trust.stop_apart else set()
    return Heard(heard.meanings | worth_asking, unsure=True, later=heard.later)


def _stopped(judged: Judged, complains: bool) -> Heard:
    """A stop; beside a complaint only where rules have heard it too."""
    if not complains:
        return Heard(frozenset({_M.STOP}))
    both = frozenset({_M.STOP, _M.COMPLAINT})
    sure = _M.STOP in judged.heard.meanings and not judged.heard.unsure
    return Heard(both, unsure=not sure)


def _understood(heard: Heard, best: Meaning) -> Heard:
    """What is likely, with what rules have heard beside it if they have heard it too.

    Thanks beside a yes or a no are but polite.
    """
    if not heard.unsure and best in heard.meanings and not heard.meanings & {_M.COMPLAINT, _M.STOP}:
        return heard
    agreed = heard.agreed and best is _M.FINE
    beside = heard.meanings & {_M.YES, _M.NO} if best is _M.THANKS else frozenset()
    return Heard(beside | {best}, later=heard.later if best is _M.LATER else None, agreed=agreed)
