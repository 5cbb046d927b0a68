"""Checks between parts of a configuration: ids, titles, teams, flows, products, languages.

They read the tree rather than the finished values, so that one wrong value elsewhere does not
hide a wrong reference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flows.config.addresses import is_inside
from flows.config.guarantee_references import check_guarantees
from flows.config.models import MISSING, Brand
from flows.config.problems import Problem, did_you_mean, one_of, shown
from flows.config.tree import Items, Keys, Node, Path, Scalar, child, entries_of, key_path, words_at
from flows.config.webhooks import EVENTS, parts_of

_WITH_IDS = (
    "teams", "categories", "stages", "products", "events", "schedules", "segments", "routes",
    "answers", "periods", "entrances", "webhooks", "remedies", "guarantees", "thanks", "places",
    "goals", "hypotheses",
)  # fmt: skip
_SHIPPED = ("categories", MISSING)
"""May be named without being written: it ships."""
LEAST_VARIANTS, MOST_VARIANTS = 2, 8
"""Of the text of an ask: fewer are nothing to compare, with more nobody would wait for the end."""
_TITLED = (
    "teams",
    "categories",
    "stages",
    "products",
    "events",
    "schedules",
    "segments",
    "routes",
    "answers",
    "periods",
    "entrances",
    "remedies",
    "guarantees",
    "thanks",
    "places",
    "goals",
    "hypotheses",
)


def check_references(
    root: Keys, file: str, flows: Collection[str], languages: Collection[str], *, kept: bool = False
) -> list[Problem]:
    """Every reference that leads nowhere, every id given twice, every missing title.

    With `kept` it was taken in before groups were told apart: they may be named twice.
    """
    checks = _References(root, file, flows, languages)
    return [
        *checks.brand(),
        *checks.unique_ids(),
        *checks.other_names(),
        *checks.titles(),
        *checks.teams(),
        *(() if kept else checks.groups()),
        *checks.clocks(),
        *checks.schedules(),
        *checks.segments(),
        *checks.routes(),
        *checks.words(),
        *checks.periods(),
        *checks.entrances(),
        *checks.webhooks(),
        *checks.remedies(),
        *checks.hypotheses(),
        *check_guarantees(root, file),
    ]


class _References:
    def __init__(
        self, root: Keys, file: str, flows: Collection[str], languages: Collection[str]
    ) -> None:
        self.root, self.file = root, file
        self.flows, self.shipped = flows, languages
        named = [text for _, _, text in words_at(root, ("brand", "languages"))]
        self.languages = named or list(Brand().languages)

    def brand(self) -> Iterator[Problem]:
        for path, line, language in words_at(self.root, ("brand", "languages")):
            if language not in self.shipped:
                yield self._unknown(path, line, language, self.shipped, "a language with texts")
        default: Path = ("brand", "default_language")
        given = list(words_at(self.root, default))
        for path, line, language in given:
            if language not in self.languages:
                yield self._unknown(path, line, language, self.languages, "a language of brand")
        if not given and Brand().default_language not in self.languages:
            line = self.root.lines.get("brand", 1)
            yield Problem(self.file, line, key_path(default), "nothing", one_of(self.languages))

    def unique_ids(self) -> Iterator[Problem]:
        for section in _WITH_IDS:
            first: dict[str, int] = {}
            for path, line, text in self._each(section, "id"):
                yield from self._once(path, line, text, first)

    def groups(self) -> Iterator[Problem]:
        """A group works for one team: of two, one would have none."""
        first: dict[str, int] = {}
        for path, line, text in self._each("teams", "chat"):
            yield from self._once(path, line, text, first, "the group")

    def periods(self) -> Iterator[Problem]:
        """Each event begins one period: of two it would not be known which."""
        first: dict[str, int] = {}
        for path, line, text in self._each("periods", "event"):
            yield from self._once(path, line, text, first, "the event")

    def webhooks(self) -> Iterator[Problem]:
        """Events that there are, and addresses that everybody may be told at."""
        for path, line, text in self._each("webhooks", "events"):
            if text not in EVENTS:
                yield self._unknown(path, line, text, EVENTS, "an event")
        for index, _ in entries_of(self.root, "webhooks"):
            private = next(words_at(self.root, ("webhooks", index, "allow_private")), None)
            if private is not None and private[2].lower() in ("true", "yes", "on"):
                continue
            for path, line, text in words_at(self.root, ("webhooks", index, "url")):
                expected = _reachable_by_everybody(text)
                if expected:
                    yield Problem(self.file, line, key_path(path), shown(text), expected)

    def remedies(self) -> Iterator[Problem]:
        """What remedies are for: kinds of complaints, products; who reads of it; and where."""
        for key, section, kind in (
            ("category", "categories", "a category"),
            ("product", "products", "a product"),
            ("team", "teams", "a team"),
            ("places", "places", "a place"),
        ):
            known = [text for _, _, text in self._each(section, "id")]
            for path, line, text in self._each("remedies", key):
                if text not in known and (section, text) != _SHIPPED:
                    yield self._unknown(path, line, text, known, kind)

    def hypotheses(self) -> Iterator[Problem]:
        """Where in the journey they are, of what kind, and for whom."""
        for key, section, kind in (
            ("stage", "stages", "a stage"),
            ("category", "categories", "a category"),
            ("segment", "segments", "a segment"),
        ):
            known = [text for _, _, text in self._each(section, "id")]
            for path, line, text in self._each("hypotheses", key):
                if text not in known and (section, text) != _SHIPPED:
                    yield self._unknown(path, line, text, known, kind)

    def other_names(self) -> Iterator[Problem]:
        """What other systems call a product means one product, and no other's id."""
        first: dict[str, int] = {}
        ids = {text: path[1] for path, _, text in self._each("products", "id")}
        for path, line, text in self._each("products", "also"):
            if ids.get(text, path[1]) != path[1]:
                expected = "another product's names to be written there"
                yield Problem(self.file, line, key_path(path), shown(text), expected)
            else:
                yield from self._once(path, line, text, first, "the name")

    def titles(self) -> Iterator[Problem]:
        for section in _TITLED:
            for index, node in entries_of(self.root, section):
                title = child(node, "title")
                if isinstance(title, Keys):
                    yield from self._in_every_language((section, index, "title"), title, "title")

    def _in_every_language(self, path: Path, title: Keys, kind: str) -> Iterator[Problem]:
        missing = [language for language in self.languages if language not in title.entries]
        if missing:
            found = f"no {kind} in {', '.join(missing)}"
            expected = f"a {kind} in each of {', '.join(self.languages)}"
            yield Problem(self.file, title.line, key_path(path), found, expected)
        for language in title.entries:
            if language not in self.languages:
                line = title.lines[language]
                yield self._unknown(
                    (*path, language), line, language, self.languages, "a language of brand"
                )

    def teams(self) -> Iterator[Problem]:
        for path, line, language in self._each("teams", "language"):
            if language not in self.shipped:
                yield self._unknown(path, line, language, self.shipped, "a language with texts")
        categories = [text for _, _, text in self._each("categories", "id")]
        taken: set[str] = set()
        for path, line, text in self._each("teams", "categories"):
            taken.add(text)
            if text not in (*categories, "*", MISSING):
                yield self._unknown(path, line, text, [*categories, "*"], "a category or *")
        if any("categories" not in node.entries for _, node in entries_of(self.root, "teams")):
            return  # that team takes everything
        if "*" not in taken and child(self.root, "teams") is not None and taken:
            line = self.root.lines["teams"]
            expected = 'one team with "*" for complaints that no other team takes'
            yield Problem(self.file, line, "teams", "no team that takes everything", expected)

    def clocks(self) -> Iterator[Problem]:
        """Teams and categories that have times of their own."""
        rules = child(child(self.root, "clocks"), "rules")
        count = len(rules.items) if isinstance(rules, Items) else 0
        places: list[Path] = [("clocks", "rules", index) for index in range(count)]
        for kind, section in (("team", "teams"), ("category", "categories")):
            known = [text for _, _, text in self._each(section, "id")]
            for place in places or [("clocks", "rules")]:
                for path, line, text in words_at(self.root, (*place, kind)):
                    if text not in known and (section, text) != _SHIPPED:
                        yield self._unknown(path, line, text, known, f"a {kind}")

    def schedules(self) -> Iterator[Problem]:
        for path, line, text in self._each("schedules", "flow"):
            if text not in self.flows:
                yield self._unknown(path, line, text, self.flows, "a flow that asks first")
        yield from self._traits("schedules", "audience")
        for key, section in (("segment", "segments"), ("hypothesis", "hypotheses")):
            known = [text for _, _, text in self._each(section, "id")]
            for path, line, text in self._each("schedules", "audience", key):
                if text not in known:
                    yield self._unknown(path, line, text, known, f"a {key}")

    def segments(self) -> Iterator[Problem]:
        yield from self._traits("segments")

    def routes(self) -> Iterator[Problem]:
        yield from self._traits("routes", "when")
        for key, section, kind in (
            ("category", "categories", "a category"),
            ("segment", "segments", "a segment"),
        ):
            known = [text for _, _, text in self._each(section, "id")]
            for path, line, text in self._each("routes", "when", key):
                if text not in known and (section, text) != _SHIPPED:
                    yield self._unknown(path, line, text, known, kind)
        teams = [text for _, _, text in self._each("teams", "id")]
        for path, line, text in self._each("routes", "team"):
            if text not in teams:
                yield self._unknown(path, line, text, teams, "a team")

    def entrances(self) -> Iterator[Problem]:
        """What entrances name, and which entrances and places routes name."""
        for index, node in entries_of(self.root, "entrances"):
            yield from self._text(("entrances", index, "greeting"), child(node, "greeting"))
        for key in ("product", "team"):
            known = [text for _, _, text in self._each(f"{key}s", "id")]
            for path, line, text in self._each("entrances", key):
                if text not in known:
                    yield self._unknown(path, line, text, known, f"a {key}")
        for key, named in (("entrance", "id"), ("place", "place")):
            known = [text for _, _, text in self._each("entrances", named)]
            kind = "an entrance" if key == "entrance" else "a place of an entrance"
            for path, line, text in self._each("routes", "when", key):
                if text not in known:
                    yield self._unknown(path, line, text, known, kind)

    def _traits(self, section: str, *below: str) -> Iterator[Problem]:
        """Products, stages and languages that conditions about customers name."""
        products = [text for _, _, text in self._each("products", "id")]
        for path, line, text in self._each(section, *below, "product"):
            if products and text not in products:
                yield self._unknown(path, line, text, products, "a product")
        stages = [text for _, _, text in self._each("stages", "id")]
        for path, line, text in self._each(section, *below, "stage"):
            if stages and text not in stages:
                yield self._unknown(path, line, text, stages, "a stage")
        for path, line, text in self._each(section, *below, "language"):
            if text not in self.languages:
                yield self._unknown(path, line, text, self.languages, "a language of brand")

    def words(self) -> Iterator[Problem]:
        """The texts of asks: in every language, one or several that differ by their ids.

        Answers that are written beforehand are in every language, too.
        """
        for index, answer in entries_of(self.root, "answers"):
            yield from self._text(("answers", index, "text"), child(answer, "text"))
        for index, schedule in entries_of(self.root, "schedules"):
            path: Path = ("schedules", index)
            yield from self._text((*path, "text"), child(schedule, "text"))
            yield from self._variants((*path, "variants"), schedule)
            steps = child(schedule, "steps")
            for position, step in enumerate(steps.items if isinstance(steps, Items) else ()):
                yield from self._text((*path, "steps", position, "text"), child(step, "text"))

    def _text(self, path: Path, text: Node | None) -> Iterator[Problem]:
        if isinstance(text, Keys):
            yield from self._in_every_language(path, text, "text")

    def _variants(self, path: Path, schedule: Keys) -> Iterator[Problem]:
        variants = child(schedule, "variants")
        if not isinstance(variants, Items) or not variants.items:
            return
        line = schedule.lines["variants"]
        if child(schedule, "text") is not None:
            found, expected = "variants besides a text", "either text or variants"
            yield Problem(self.file, line, key_path(path), found, expected)
        if not LEAST_VARIANTS <= len(variants.items) <= MOST_VARIANTS:
            found = f"{len(variants.items)}"
            expected = f"{LEAST_VARIANTS} to {MOST_VARIANTS} variants, or text for a single one"
            yield Problem(self.file, line, key_path(path), found, expected)
        first: dict[str, int] = {}
        for position, variant in enumerate(variants.items):
            here = (*path, position)
            yield from self._text((*here, "text"), child(variant, "text"))
            name = child(variant, "id")
            if isinstance(name, Scalar) and name.text is not None:
                yield from self._once((*here, "id"), name.line, name.text, first)

    def _once(
        self, path: Path, line: int, text: str, first: dict[str, int], what: str = "the id"
    ) -> Iterator[Problem]:
        if text in first:
            found, each = f"{what} {shown(text)} again", what.removeprefix("the ")
            expected = f"each {each} once (it is already on line {first[text]})"
            yield Problem(self.file, line, key_path(path), found, expected)
        first.setdefault(text, line)

    def _each(self, section: str, *keys: str) -> Iterator[tuple[Path, int, str]]:
        for index, _ in entries_of(self.root, section):
            yield from words_at(self.root, (section, index, *keys))

    def _unknown(
        self, path: Path, line: int, text: str, known: Collection[str], kind: str
    ) -> Problem:
        expected = f"{kind}: {one_of(known)}" if known else f"{kind} (there is none yet)"
        hint = did_you_mean(text, known)
        return Problem(self.file, line, key_path(path), shown(text), expected, hint)


def _reachable_by_everybody(url: str) -> str:
    """What is expected in place of a URL that leads into a network of one's own, or is not
    encrypted; empty: nothing."""
    parts = parts_of(url)
    if parts is None:
        return ""  # the value says it
    if is_inside(parts.hostname or ""):
        return "an address on the internet, or allow_private: true beside it"
    return "" if parts.scheme == "https" else "https://, or allow_private: true beside it"
