"""Checks of a business's own phrases: each means one thing, and none of them says stop."""

from __future__ import annotations

from collections.abc import Iterator

from flows.config.models import Phrases
from flows.config.problems import Problem, shown
from flows.config.tree import Keys, key_path, words_at
from flows.ear import Meaning, hear
from flows.ear.bare import bare


def says_stop(phrase: str) -> bool:
    """Tell whether the ear hears a phrase as a stop, which means the same to every business."""
    heard = hear(phrase)
    return Meaning.STOP in heard.meanings and not heard.unsure


def check_phrases(root: Keys, file: str, *, stops: bool) -> Iterator[Problem]:
    """Every phrase with two meanings and, with `stops`, every one that says stop."""
    first: dict[str, tuple[str, int]] = {}
    for meaning in Phrases.model_fields:
        for path, line, text in words_at(root, ("phrases", meaning)):
            before = first.setdefault(bare(text), (meaning, line))
            if before[0] != meaning:
                found = f"the phrase {shown(text)} again"
                place = f"it is already under {before[0]}, on line {before[1]}"
                expected = f"each phrase under one meaning ({place})"
                yield Problem(file, line, key_path(path), found, expected)
            elif stops and says_stop(text):
                found = f"the phrase {shown(text)}, which says stop"
                expected = f"a phrase that can mean {meaning}: what says stop always stops"
                yield Problem(file, line, key_path(path), found, expected)
