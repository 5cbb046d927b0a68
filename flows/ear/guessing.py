"""What a guess adds to what the rules have heard: it asks more often than it decides.

Rules that found several words of trouble, a "but", or a story are not questioned. Elsewhere a
guess may lift what was unsure to understood; make a question of what was filed only because nothing
explains it, and of what was thanked for although it sounds like trouble; and it hears a stop alone
only where it is nearly certain.
"""

from __future__ import annotations

from flows.ear.judging import Judged
from flows.ear.likeness import Guess
from flows.ear.meanings import Heard, Meaning

MOST_GUESSED = 24
"""Words of the longest message that is guessed at."""
CLEAR, AGREED = 0.5, 0.4
"""How likely a meaning is that is taken for understood: by itself, and where rules suspect it."""
ENOUGH = 3
"""Words of a message that may be understood by a guess alone; a word or two may be anything."""
UNTROUBLED = 0.15
"""How likely a complaint may be beside it."""
STOP_DENIED, STOP_NAMED, STOP_ALONE = 0.65, 0.8, 0.9
"""How likely a stop is that is done: with a "not" of no other phrase, with a word about being
written to, and without either."""
COMPLAINT = 0.4
"""How likely a complaint is in what is filed although nothing explains it."""
FAINT = 0.22
"""How likely it is at least where a single word says that something is wrong."""
DOUBTFUL, STOP_DOUBTFUL = 0.45, 0.6
"""How likely a complaint, or a stop, is that is asked about although rules heard otherwise."""
HOLLOW = 0.15
"""How unlikely a meaning is that is asked about although rules heard it in a whole sentence."""
SENTENCE = 5
"""Words of a text that may be about something else than the phrases in it."""
SUSPECTED = 0.15
"""How likely a stop is that is named beside other meanings."""
MAY_BE = 0.3
"""How likely a meaning is that is worth asking about."""
_M = Meaning
_TO_US = frozenset({_M.STOP, _M.WHO, _M.WRONG_PERSON})
"""Said about being written to: what goods are like is no part of it."""
_PLEASED = frozenset({_M.FINE, _M.THANKS})
_READ = frozenset({_M.COMPLAINT, _M.QUESTION})
"""What a person reads."""


def settled(judged: Judged, guess: Guess) -> Heard:
    """What is heard of a text, by rules and by a guess; what is firm is heard as it is."""
    heard = judged.heard
    if judged.firm or not 0 < judged.words <= MOST_GUESSED:
        return heard
    if not heard.unsure and _M.COMPLAINT not in heard.meanings:
        return heard if judged.exact else _doubted(judged, guess)
    if guess.strange or (not heard.unsure and _M.STOP in heard.meanings):
        return heard
    clear = None if judged.troubled else _stop(judged, guess) or _harmless(judged, guess)
    if clear is not None:
        return clear
    rest = _asked_about if judged.troubled or judged.denied else _unexplained
    found = rest(heard, guess)
    if found.unsure and judged.about_us and guess.likely[_M.STOP] > SUSPECTED:
        # Beside the words of a complaint a stop is asked about only if it is named.
        return _unsure(found, _M.STOP)
    return found


def _doubted(judged: Judged, guess: Guess) -> Heard:
    """What rules are sure of is asked about when it sounds like something that must not be lost.

    So is a stop that was found beside something else, and does not sound like one.
    """
    heard = judged.heard
    own = max((guess.likely.get(each, 1.0) for each in heard.meanings), default=1.0)
    if not heard.meanings & _READ:
        hollow = own < HOLLOW and judged.words >= SENTENCE and not heard.meanings & _TO_US
        if hollow or guess.likely[_M.COMPLAINT] > max(DOUBTFUL, own):
            return _unsure(heard, _M.COMPLAINT)
    beside = _M.STOP in heard.meanings and len(heard.meanings) > 1
    if beside and guess.likely[_M.STOP] < SUSPECTED:
        return _unsure(heard)
    if _M.STOP not in heard.meanings and guess.likely[_M.STOP] > max(STOP_DOUBTFUL, own):
        return _unsure(heard, _M.STOP)
    return heard


def _asked_about(heard: Heard, guess: Guess) -> Heard:
    """A single word of trouble may mean something else; then it is asked, and stays a complaint."""
    if heard.unsure:
        return heard
    if guess.likely[_M.STOP] > DOUBTFUL or guess.likely[_M.COMPLAINT] < FAINT:
        return _unsure(heard, *_worth_asking(guess))
    return heard


def _stop(judged: Judged, guess: Guess) -> Heard | None:
    """A stop that has no trouble about it."""
    needed = STOP_ALONE
    if judged.denied:
        needed = STOP_DENIED
    elif judged.about_us or _M.STOP in judged.heard.meanings:
        needed = STOP_NAMED
    elif judged.words < ENOUGH:
        return None
    if guess.likely[_M.STOP] > needed and guess.likely[_M.COMPLAINT] < UNTROUBLED:
        return Heard(frozenset({_M.STOP}))
    return None


def _harmless(judged: Judged, guess: Guess) -> Heard | None:
    """What is clear, and neither denied nor perhaps a stop."""
    likely, best = guess.likely, _best(guess)
    doubtful = likely[_M.COMPLAINT] > UNTROUBLED or likely[_M.STOP] > MAY_BE
    if judged.denied or guess.odd or doubtful or best is _M.STOP:
        return None
    sure = sum(likely[each] for each in _PLEASED) if best in _PLEASED else likely[best]
    if judged.heard.meanings & ({best} | (_PLEASED if best in _PLEASED else set())):
        if sure < AGREED:
            return None
    elif sure < CLEAR or judged.words < ENOUGH:
        return None
    return Heard(frozenset({best}), later=judged.heard.later if best is _M.LATER else None)


def _unexplained(heard: Heard, guess: Guess) -> Heard:
    """What nothing explains is filed when it sounds like a complaint, and asked about otherwise."""
    filed = guess.likely[_M.COMPLAINT] >= COMPLAINT > guess.likely[_M.STOP]
    if filed and not heard.unsure:
        return heard
    return _unsure(heard, *_worth_asking(guess))


def _worth_asking(guess: Guess) -> list[Meaning]:
    best = _best(guess)
    return [best] if guess.likely[best] > MAY_BE else []


def _best(guess: Guess) -> Meaning:
    """The most likely meaning of those that nobody has to read."""
    return max((each for each in guess.likely if each not in _READ), key=guess.likely.__getitem__)


def _unsure(heard: Heard, *likely: Meaning) -> Heard:
    return Heard(heard.meanings | {*likely}, unsure=True, later=heard.later)
