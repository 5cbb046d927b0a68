"""What staff read of how many people were told of a change: on its card, and as a report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.tongues import tongue
from bot.core.words import Words, listed
from flows.entities import Change


@dataclass(frozen=True, slots=True)
class Count:
    """How many people have been told of a change, and how many could not be."""

    people: int = 0
    told: int = 0
    blocked: int = 0
    failed: int = 0
    helped: int = 0
    not_helped: int = 0
    silent: int = 0
    """Those who were asked whether it helped, and have not answered."""
    corrected: int = 0
    """Those who were told afterwards that it has not helped."""
    doubt: int = 0
    """Those of whom nobody knows whether the message has reached them."""
    waiting: int = 0
    """Those whose notice has not left yet."""
    later: int = 0
    """Those of them who wait for the hours in which they like to be written to."""
    languages: Mapping[str, int] = field(default_factory=dict)
    """In which languages how many were told, most people first."""
    left_out: int = 0
    """Those whom staff did not want told."""


class ReportViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(self._language, key, **values)

    def told(self, count: Count) -> str:
        """In one line who was told and what became of the others."""
        parts = [self._say("changes.told", told=count.told, all=count.people)]
        soon = count.waiting - count.later
        for key, number in (
            ("changes.told_blocked", count.blocked),
            ("changes.told_failed", count.failed),
            ("notices.doubt", count.doubt),
            ("changes.told_waiting", soon),
            ("notices.later", count.later),
            ("notices.left_out", count.left_out),
        ):
            if number:
                parts.append(self._say(key, n=number))
        return listed(parts, self._language)

    def after(self, count: Count) -> Iterator[str]:
        """What those who were told have said, and heard since."""
        if count.helped or count.not_helped or count.silent:
            yes, no = count.helped, count.not_helped
            yield self._say("changes.helped", yes=yes, no=no, silent=count.silent)
        if count.corrected:
            yield self._say("changes.corrected", n=count.corrected)

    def tongues(self, count: Count) -> str:
        """In which languages how many have read it; empty: nobody has."""
        if not count.languages:
            return ""
        each = (
            self._say("readers.each", n=n, tongue=tongue(self._words, self._language, language))
            for language, n in count.languages.items()
        )
        return self._say("notices.in_languages", languages=listed(each, self._language))

    def report(self, named: str, change: Change, count: Count, others: str = "") -> str:
        """All figures, one a line; `others`: what is said of those who did not complain."""
        figures = (
            ("notices.r_told", count.told),
            ("changes.told_blocked", count.blocked),
            ("changes.told_failed", count.failed),
            ("notices.doubt", count.doubt),
            ("notices.left_out", count.left_out),
            ("changes.told_waiting", count.waiting - count.later),
            ("notices.later", count.later),
        )
        lines = [named, *(self._say(key, n=number) for key, number in figures)]
        lines += [line for line in (self.tongues(count), *self.after(count), others) if line]
        return "\n".join(lines)

    def done(self, named: str, count: Count) -> str:
        """The one line that says that it is over."""
        said = self._say("notices.done", change=named, told=self.told(count))
        tongues = self.tongues(count)
        return f"{said} {tongues}" if tongues else said
