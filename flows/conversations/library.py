"""Every flow version that may be needed: the shipped ones, an admin's, those still in flight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from flows.conversations.added import in_every_language
from flows.conversations.checking import check, nearest
from flows.conversations.definition import Definition, FlowError, Place, Problem
from flows.conversations.engine import Flow
from flows.conversations.phrases import DEFINITIONS, PHRASES
from flows.conversations.reading import Document, Parts, read_flow, read_fragment, read_parts
from flows.conversations.yamlnodes import documents, place_of
from flows.languages import Languages, in_use

SEPARATOR = "\n---\n"


class UnknownFlow(KeyError):
    """The library has no flow of that name or version."""

    def __init__(self, name: str, version: int | None = None) -> None:
        self.sentence = f"There is no flow {name}" + (f" in version {version}." if version else ".")
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    documents: tuple[Document, ...]


class FlowLibrary:
    """Flows by name and version; a conversation finishes on the version it began with."""

    def __init__(self, flows: Iterable[Flow] = ()) -> None:
        self._flows: dict[tuple[str, int], Flow] = {}
        for flow in flows:
            self.put(flow)

    @staticmethod
    def shipped() -> FlowLibrary:
        """The flows that come with Verso."""
        return FlowLibrary.load((DEFINITIONS,))

    @staticmethod
    def load(paths: Iterable[Path]) -> FlowLibrary:
        """The flows in these files and folders; ``FlowError`` lists all problems of all files.

        Files whose name begins with ``_`` are left out of folders. Raises ``OSError`` for a file
        that cannot be opened.
        """
        texts = {str(file.name): _text(file) for path in paths for file in _files(path)}
        return FlowLibrary(_read(texts))

    def add(self, source: str, name: str = "flow") -> Flow:
        """Take in a flow from its text, as kept in ``Flow.source``; raises ``FlowError``."""
        flow, *_ = _read({name: source})
        self.put(flow)
        return flow

    def put(self, flow: Flow) -> None:
        """Take in a flow. Raises ``FlowError`` when its version is known with another text."""
        known = self._flows.setdefault((flow.name, flow.version), flow)
        if known.source != flow.source:
            what = f"version {flow.version} of `{flow.name}` is already known with another text"
            remedy = f"Give the changed flow a higher version, such as {flow.version + 1}."
            raise FlowError((Problem(flow.definition.place, what, remedy),))

    def get(self, name: str, version: int) -> Flow:
        """The flow in this version; raises ``UnknownFlow``."""
        try:
            return self._flows[name, version]
        except KeyError:
            raise UnknownFlow(name, version) from None

    def latest(self, name: str) -> Flow:
        """The newest version, for conversations that begin; raises ``UnknownFlow``."""
        versions = [version for known, version in self._flows if known == name]
        if not versions:
            raise UnknownFlow(name)
        return self._flows[name, max(versions)]

    def names(self) -> tuple[str, ...]:
        """The names of all flows, sorted."""
        return tuple(sorted({name for name, _ in self._flows}))

    def for_schedules(self) -> frozenset[str]:
        """The names of the flows that a schedule can begin, by their newest versions.

        They ask first, and need nothing that an ask does not know, such as a shipped change.
        """
        newest = (self.latest(name).definition for name in self.names())
        return frozenset(each.name for each in newest if each.proactive and not each.needs)

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._flows.values())


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.glob("*.yaml") if not file.name.startswith("_"))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        place = Place(file.name, 1, 1)
        raise FlowError((Problem(place, "not UTF-8 text", "Save the file as UTF-8."),)) from error


def _read(texts: Mapping[str, str]) -> Sequence[Flow]:
    return _compiled(tuple(texts.items()), in_use())


@lru_cache(maxsize=64)
def _compiled(texts: tuple[tuple[str, str], ...], _languages: Languages) -> Sequence[Flow]:
    """The flows of files, by name and text, as they read in these languages."""
    problems: list[Problem] = []
    files = [file for name, text in texts if (file := _parsed(name, text, problems))]
    fragments = {
        document.word("fragment"): (file, document)
        for file in files
        for document in file.documents
        if document.value("fragment")
    }
    flows: list[Definition] = []
    for file in files:
        flows.extend(_definitions(file, fragments, problems))
    if problems:
        raise FlowError(tuple(problems))
    return tuple(Flow(definition) for definition in flows)


def _parsed(name: str, text: str, problems: list[Problem]) -> _File | None:
    try:
        found = tuple(Document(name, node) for node in documents(name, text))
    except FlowError as error:
        problems.extend(error.problems)
        return None
    if not found:
        first = Place(name, 1, 1)
        problems.append(Problem(first, "the file holds no flow", "Begin with `flow: name`."))
    for number, document in enumerate(found):
        if not document.value("fragment") and (number or not document.value("flow")):
            remedy = "Begin the file with `flow: name`; what follows `---` is a `fragment:`."
            place = place_of(name, document.node)
            problems.append(Problem(place, f"part {number + 1} is no flow", remedy))
    return _File(name, text, found)


def _definitions(
    file: _File,
    fragments: Mapping[str, tuple[_File, Document]],
    problems: list[Problem],
) -> Iterator[Definition]:
    if not file.documents or not file.documents[0].value("flow"):
        return
    flow, parts, found, sources = file.documents[0], Parts(), [*problems], [file.text]
    read_parts(flow, found, parts)
    for name in flow.words("include"):
        if name not in fragments:
            remedy = nearest(name, fragments, "fragments")
            place = Place(file.name, 1, 1)
            found.append(Problem(place, f"there is no fragment `{name}` to include", remedy))
            continue
        origin, fragment = fragments[name]
        read_fragment(fragment, found, parts)
        if origin.text not in sources:
            sources.append(origin.text)
    definition = read_flow(flow, found, parts, SEPARATOR.join(sources))
    if definition:
        definition = replace(definition, texts=_with_phrases(definition))
        found.extend(check(definition, frozenset(parts.unread)))
    problems[:] = list(dict.fromkeys(found))
    if definition:
        yield in_every_language(definition, (definition.name, *flow.words("include")))


def _with_phrases(flow: Definition) -> dict[str, dict[str, str]]:
    """The flow's texts and the engine's; what the flow says itself wins."""
    own = {
        key: {name: words for name, words in texts.items() if name in flow.languages}
        for key, texts in PHRASES.items()
    }
    for key, texts in flow.texts.items():
        own[key] = {**own.get(key, {}), **texts}
    return own
