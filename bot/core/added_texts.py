"""The sentences of a language that was added: read, held against the English ones, mended.

What is missing or cannot be said is said in English, and is told once: at the start, and by
`verso doctor` and `verso language check`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from flows.languages import Language, Problem, in_use
from flows.languages.heads import content_of

NOT_SENTENCES = frozenset({"flows", "templates", "ear"})
"""Files of a language that are read elsewhere."""
COMMAND_LIMIT = 256
"""Characters in the description of a command (Bot API: BotCommand)."""
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Added:
    """One added language's sentences, complete: English stands in for what it lacks."""

    code: str
    texts: Mapping[str, Any]
    formal: Mapping[str, Any]
    """What is said instead when the brand addresses formally."""
    problems: tuple[Problem, ...]


def added_texts(language: Language, english: Mapping[str, Any]) -> Added:
    """Read the sentences of an added language. Raises LanguageError for an unreadable file."""
    problems: list[Problem] = []
    own = _gathered(language, english, problems, formal=False)
    formal = _gathered(language, english, problems, formal=True)
    missing = [key for key in english if key not in own]
    file = f"*.{language.code}.yaml"
    problems += [
        Problem(file, key, "missing, English is said instead", "Add the sentence.")
        for key in missing
        if not any(each.key == key for each in problems)
    ]
    return Added(language.code, {**english, **own}, formal, tuple(problems))


def _gathered(
    language: Language, english: Mapping[str, Any], problems: list[Problem], *, formal: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for area, path in in_use().files(language.code, formal=formal).items():
        if area in NOT_SENTENCES:
            continue
        for key, text in _sentences(path, problems):
            fault = _fault(language, key, text, english)
            if key in found:
                problems.append(Problem(path.name, key, "said twice", "Keep one of them."))
            elif fault:
                problems.append(Problem(path.name, key, *fault))
            else:
                found[key] = text
    return found


def _sentences(path: Path, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    for section, sentences in content_of(path).items():
        if not isinstance(sentences, dict):
            remedy = "Write the keys below it, indented."
            problems.append(Problem(path.name, str(section), "no sentences", remedy))
            continue
        yield from ((f"{section}.{key}", text) for key, text in sentences.items())


def _fault(
    language: Language, key: str, text: Any, english: Mapping[str, Any]
) -> tuple[str, str] | None:
    """What keeps a sentence from being said, and the remedy."""
    if key not in english:
        close = get_close_matches(key, english, 1)
        return "no such sentence", f"Did you mean {close[0]}?" if close else "Take it out."
    forms = text if isinstance(text, Mapping) else {"other": text}
    if not all(isinstance(each, str) and each.strip() for each in forms.values()):
        return "no text", "Put it in quotes."
    of_number = isinstance(english[key], Mapping)
    if isinstance(text, Mapping):
        if not of_number:
            return "this sentence has no plural forms", "Write one text."
        if fault := _fault_of_forms(language, forms):
            return fault
    return _fault_of_gaps(forms, english[key]) or _fault_of_length(key, forms)


def _fault_of_forms(language: Language, forms: Mapping[str, str]) -> tuple[str, str] | None:
    known = sorted({*language.locale.plural_form.tags, "other"})
    unknown = sorted(map(str, forms.keys() - set(known)))
    if unknown:
        what = f"{', '.join(unknown)}: not a plural form of {language.locale}"
        return what, f"It has {', '.join(known)}."
    if "other" not in forms:
        return "no plural form `other`", "Add it: it stands in for every other one."
    return None


def _fault_of_gaps(forms: Mapping[str, str], english: Any) -> tuple[str, str] | None:
    texts = english.values() if isinstance(english, Mapping) else (english,)
    wanted = {name for each in texts for name in _PLACEHOLDER.findall(each)}
    # `one` may say "a person" where the others say how many.
    always = wanted - {"n"} if isinstance(english, Mapping) else wanted
    for each in forms.values():
        gaps = set(_PLACEHOLDER.findall(each))
        if odd := sorted(gaps - wanted):
            names = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "no placeholder"
            return f"nothing can be filled in for {{{odd[0]}}}", f"There is {names}."
        if lost := sorted(always - gaps):
            return f"{{{lost[0]}}} is not in it", f"Put {{{lost[0]}}} where it belongs."
    return None


def _fault_of_length(key: str, forms: Mapping[str, str]) -> tuple[str, str] | None:
    longest = max(map(len, forms.values()))
    if key.partition(".")[0].endswith("commands") and longest > COMMAND_LIMIT:
        return f"{longest} characters", f"Telegram shows at most {COMMAND_LIMIT}."
    return None
