"""The figures of entrances, place by place: people, because shares of few people mislead."""

from collections.abc import Callable, Sequence

from bot.core.names import display_safe
from bot.core.rich import Rich, bold, plain
from flows.config import Config
from flows.insight.measures import EntranceCounts, GuaranteeCounts

SHOWN = 20
"""Entrances in one answer, those that most people opened."""
_TAPS = {"right_first": "right", "as_promised": "promised", "come_back": "back"}
"""By question, how its figures begin in the sentence."""


def section(
    say: Callable[..., str], config: Config, language: str, found: Sequence[EntranceCounts]
) -> Rich:
    """What came of each entrance, those of one place together; nothing where nobody came."""
    if not found:
        return Rich()
    known = {each.id: each for each in config.entrances}
    places: dict[str, list[str]] = {"": []}  # first: what is at no place stands below no heading
    for counts in found[:SHOWN]:
        entrance = known.get(counts.entrance)
        place = entrance.place or "" if entrance is not None else ""
        default = config.brand.default_language
        title = entrance.in_language(language, default) if entrance else counts.entrance
        places.setdefault(place, []).extend(_lines(say, display_safe(title), counts))
    text = "\n" + bold(say("entrances.section")) + "\n"
    for place, lines in places.items():
        if place:
            text += say("entrances.place", place=display_safe(place)) + "\n"
        text += plain("".join(f"• {line}\n" for line in lines))
    if len(found) > SHOWN:
        text += say("entrances.more", n=len(found) - SHOWN) + "\n"
    return text


def _lines(say: Callable[..., str], title: str, counts: EntranceCounts) -> list[str]:
    people = {name: getattr(counts, name) for name in ("opened", "began", "complained", "answered")}
    lines = [say("entrances.line", entrance=title, **people)]
    if counts.taps:
        taps = {}
        for question, name in _TAPS.items():
            taps[f"{name}_yes"], taps[f"{name}_no"] = counts.taps.get(question, (0, 0))
        lines.append(say("entrances.taps", entrance=title, **taps))
    return lines


def promised(
    say: Callable[..., str], config: Config, language: str, found: Sequence[GuaranteeCounts]
) -> Rich:
    """What came of each guarantee; nothing where nobody opened or claimed one."""
    if not found:
        return Rich()
    text = "\n" + bold(say("entrances.guarantees")) + "\n"
    for counts in found[:SHOWN]:
        guarantee = config.guarantee(counts.guarantee)
        default = config.brand.default_language
        title = guarantee.in_language(language, default) if guarantee else counts.guarantee
        people = {name: getattr(counts, name) for name in ("opened", "granted", "voided", "above")}
        line = say("entrances.guarantee", promise=display_safe(title), **people)
        text += plain(f"• {line}\n")
    return text
