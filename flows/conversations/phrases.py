"""The engine's own words: buttons and short sentences that every flow shares.

They are written in ``flows/definitions/_engine.yaml`` like the texts of a flow. A flow may define a
text under the same key to say it differently, or in another language.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flows.conversations.definition import PLACEHOLDER, FlowError, Problem
from flows.conversations.reading import Document, Parts, read_texts
from flows.conversations.yamlnodes import documents

DEFINITIONS = Path(__file__).parent.parent / "definitions"
ENGINE_FILE = "_engine.yaml"


def _load() -> Mapping[str, Mapping[str, str]]:
    problems: list[Problem] = []
    parts = Parts()
    text = (DEFINITIONS / ENGINE_FILE).read_text("utf-8")
    for node in documents(ENGINE_FILE, text):
        read_texts(Document(ENGINE_FILE, node), problems, parts)
    if problems:
        raise FlowError(tuple(problems))
    return parts.texts


PHRASES = _load()
"""By key, then language."""

PHRASE_KEYS = frozenset(PHRASES)

PHRASE_PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    key: tuple(PLACEHOLDER.findall(texts["en"])) for key, texts in PHRASES.items()
}
"""What the engine fills into each of its phrases."""
