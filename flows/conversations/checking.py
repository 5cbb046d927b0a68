"""What must hold of a whole flow before anybody is asked anything with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from flows.config.ask_texts import without
from flows.conversations.definition import (
    OPTIONAL,
    PLACEHOLDER,
    SKIPPED,
    STOP_NAME,
    VALUES,
    WORDS,
    Condition,
    Definition,
    Place,
    Problem,
    Step,
    Target,
)
from flows.conversations.phrases import PHRASE_KEYS, PHRASE_PLACEHOLDERS
from flows.conversations.spoken import BETWEEN, alternatives
from flows.conversations.values import MAX_ACTION_BYTES, SAID
from flows.ear.bare import bare
from flows.utf16 import utf16_length

MAX_TEXT = 1500
"""UTF-16 units; with a summary and a quote a screen stays under Telegram's 4096."""
MAX_LABEL = 60
"""UTF-16 units on a button; longer ones are cut off on a phone."""


def check(flow: Definition, unread: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """Every problem of a flow, steps that could not be read left out of it."""
    astray = list(_check_targets(flow, unread))
    yield from astray
    if not astray and not unread:
        yield from _check_reach(flow)
    yield from _check_ways(flow)
    for step in flow.steps.values():
        yield from _check_step(flow, step)
    yield from _check_conditions(flow)
    yield from _check_texts(flow)
    for step in flow.steps.values():
        yield from _check_hearing(flow, step)


def nearest(name: str, known: Iterable[str], what: str) -> str:
    """A remedy for a name that is not known."""
    names = tuple(known)
    close = difflib.get_close_matches(name, names, 1)
    return f"Did you mean `{close[0]}`?" if close else f"Known {what}: {', '.join(names)}."


def _all_targets(flow: Definition) -> Iterator[Target]:
    yield flow.start
    for step in flow.steps.values():
        yield from step.targets()


def _check_targets(flow: Definition, unread: frozenset[str]) -> Iterator[Problem]:
    for target in _all_targets(flow):
        if target.step not in flow.steps and target.step not in unread:
            remedy = nearest(target.step, flow.steps, "steps")
            yield Problem(target.place, f"there is no step `{target.step}`", remedy)


def _check_reach(flow: Definition) -> Iterator[Problem]:
    reached = _reached(flow)
    for step in flow.steps.values():
        if step.id not in reached:
            remedy = "Name it in a `next`, or take it out."
            yield Problem(step.place, f"no way leads to the step `{step.id}`", remedy)


def _check_ways(flow: Definition) -> Iterator[Problem]:
    for step in flow.steps.values():
        if step.kind != "end" and not _always_goes_on(step):
            remedy = "Add `next:`, to the step or to each of its options."
            yield Problem(step.place, f"the step `{step.id}` is a dead end", remedy)
        if any(target.step == step.id for target in step.targets()) or step.id in flow.ancestors(
            step.id
        ):
            remedy = "Lead forward only; going back is a button that is always there."
            yield Problem(step.place, f"the step `{step.id}` leads back to itself", remedy)


def _reached(flow: Definition) -> set[str]:
    reached: set[str] = set()
    waiting = [flow.start.step]
    while waiting:
        name = waiting.pop()
        if name in flow.steps and name not in reached:
            reached.add(name)
            waiting.extend(target.step for target in flow.steps[name].targets())
    return reached


def _always_goes_on(step: Step) -> bool:
    each_option = bool(step.options) and all(option.next for option in step.options)
    return step.next is not None or (each_option and not step.skip)


def _check_step(flow: Definition, step: Step) -> Iterator[Problem]:
    if step.kind == "choice" and bool(step.options) == bool(step.options_from):
        remedy = "Give either `options` or `options_from`."
        yield Problem(step.place, f"the step `{step.id}` needs one list of options", remedy)
    if step.kind == "message" and not step.accept:
        yield Problem(step.place, f"the step `{step.id}` accepts nothing", "List kinds to accept.")
    if step.kind == "rating" and bool(step.low) != bool(step.high):
        yield Problem(step.place, f"`{step.id}` names one end of its scale", "Name both or none.")
    if step.id == flow.start.step and step.kind in ("confirm", "end"):
        yield Problem(step.place, f"a flow cannot start with {step.kind}", "Ask something first.")
    yield from _check_options(step)


def _check_options(step: Step) -> Iterator[Problem]:
    seen: set[str] = set()
    for option in step.options:
        if option.id in seen:
            yield Problem(option.place, f"the option `{option.id}` is there twice", "Rename one.")
        seen.add(option.id)
        if len(f"o:{option.id}".encode()) > MAX_ACTION_BYTES:
            remedy = f"Keep it under {MAX_ACTION_BYTES - 2} bytes."
            yield Problem(option.place, f"the option id `{option.id}` is too long", remedy)
    for option in [option for option in step.options if option.spoken][1:]:
        yield Problem(option.place, f"`{step.id}` has two `spoken` options", "Leave it at one.")
    for name in (step.id, *seen):
        if name in (SKIPPED, SAID):
            yield Problem(step.place, f"`{name}` is a word of conditions", "Choose another id.")


def _check_conditions(flow: Definition) -> Iterator[Problem]:
    for step in flow.steps.values():
        for branch in step.when:
            yield from _check_condition(flow, branch.condition)
    for verdict in flow.silence:
        yield from _check_condition(flow, verdict.condition)


def _check_condition(flow: Definition, condition: Condition) -> Iterator[Problem]:
    if not condition.tests:
        yield Problem(condition.place, "a condition names no field", "Write `if: {step: answer}`.")
    for name, wanted in condition.tests:
        if name in VALUES:
            continue
        if name not in flow.steps and name != WORDS:
            remedy = nearest(name, (*flow.steps, WORDS, *VALUES), "fields")
            yield Problem(condition.place, f"there is no field `{name}` to compare", remedy)
            continue
        possible = _possible(flow, name)
        for value in sorted(wanted - possible) if possible else ():
            remedy = nearest(value, sorted(possible), "answers")
            yield Problem(condition.place, f"`{name}` is never `{value}`", remedy)


def _possible(flow: Definition, name: str) -> frozenset[str]:
    """The answers a condition may name; none when they are known only at run time."""
    step = flow.steps.get(name)
    if step and step.options_from:
        return frozenset()
    if step is None or step.kind == "message":
        return frozenset((SAID, SKIPPED))
    if step.kind == "rating":
        return frozenset((SKIPPED, *map(str, range(1, step.scale + 1))))
    return frozenset((SKIPPED, *(option.id for option in step.options)))


def _uses(flow: Definition) -> Iterator[tuple[str, Place, frozenset[str], bool]]:
    """Each text key in use: key, place, the optional values that are surely there, is a label."""
    for step in flow.steps.values():
        yield step.text, step.place, frozenset(flow.needs), False
        for variant in step.variants:
            yield variant.text, variant.place, frozenset((*flow.needs, variant.has)), False
        for label in (step.title, step.low, step.high):
            if label:
                yield label, step.place, frozenset(flow.needs), True
        for option in step.options:
            yield option.text, option.place, frozenset(flow.needs), True
            for heard in filter(None, (option.heard, option.replied)):
                yield heard, option.place, frozenset(flow.needs), False


def _check_texts(flow: Definition) -> Iterator[Problem]:
    if not flow.languages:
        yield Problem(flow.place, "the flow names no language", "Write `languages: [en]`.")
    yield from _check_stop_name(flow)
    used: set[str] = {*PHRASE_KEYS, STOP_NAME}
    for key, place, present, is_label in _uses(flow):
        used.add(key)
        if key not in flow.texts:
            own = [known for known in flow.texts if known not in PHRASE_KEYS]
            remedy = nearest(key, own, "texts")
            yield Problem(place, f"there is no text `{key}`", remedy)
            continue
        yield from _check_present(flow, key, present)
        yield from _check_length(flow, key, MAX_LABEL if is_label else MAX_TEXT)
    for key in flow.texts:
        place = flow.text_places.get(key, flow.place)
        yield from _check_languages(flow, key, place)
        if key not in used:
            yield Problem(place, f"the text `{key}` is never used", "Use it or take it out.")


def _check_hearing(flow: Definition, step: Step) -> Iterator[Problem]:
    """What is typed means one option at most, in whatever language of the flow it is."""
    meant: dict[str, str] = {}
    for option in step.options:
        for label in flow.texts.get(option.text, {}).values():
            meant.setdefault(bare(label), option.id)
    for option in step.options:
        keys = [key for key in (option.heard, option.replied) if key and key in flow.texts]
        for key in keys:
            yield from _check_plain(flow, key)
            place = flow.text_places.get(key, flow.place)
            for said in sorted(alternatives(flow.texts[key])):
                if not said:
                    remedy = f"Write words on both sides of each `{BETWEEN}`."
                    yield Problem(place, f"`{key}` has an empty alternative", remedy)
                elif meant.setdefault(said, option.id) != option.id:
                    what = f"`{said}` means both `{meant[said]}` and `{option.id}`"
                    yield Problem(place, what, f"Take it out of `{key}`.")


def _check_stop_name(flow: Definition) -> Iterator[Problem]:
    """It is a button outside of any conversation, where nothing is known that could be put in."""
    if STOP_NAME in flow.texts:
        yield from _check_length(flow, STOP_NAME, MAX_LABEL)
        yield from _check_plain(flow, STOP_NAME)


def _check_plain(flow: Definition, key: str) -> Iterator[Problem]:
    if any(PLACEHOLDER.search(text) for text in flow.texts[key].values()):
        place = flow.text_places.get(key, flow.place)
        yield Problem(place, f"`{key}` has a placeholder", "Write it in plain words.")


def _check_languages(flow: Definition, key: str, place: Place) -> Iterator[Problem]:
    texts = flow.texts[key]
    for language in flow.languages:
        if not texts.get(language):
            remedy = f"Add `{language}:` to it."
            yield Problem(place, f"the text `{key}` is missing in `{language}`", remedy)
    known = (*VALUES, "brand", *PHRASE_PLACEHOLDERS.get(key, ()))
    for language, text in texts.items():
        for name in PLACEHOLDER.findall(text):
            if name not in known:
                what = f"unknown placeholder {{{name}}} in `{key}` ({language})"
                yield Problem(place, what, nearest(name, known, "placeholders"))
        if set(PLACEHOLDER.sub("", text)) & set("{}"):
            yield Problem(place, f"a stray brace in `{key}` ({language})", "Write `{name}`.")


def _check_present(flow: Definition, key: str, present: frozenset[str]) -> Iterator[Problem]:
    place = flow.text_places.get(key, flow.place)
    named = {name for text in flow.texts[key].values() for name in PLACEHOLDER.findall(text)}
    for name in sorted(named & set(VALUES) - present - OPTIONAL):
        remedy = f"Use it in a variant with `has: {name}`, or list it in `needs`."
        yield Problem(place, f"`{key}` names {{{name}}}, which may be missing", remedy)

    for language, text in flow.texts[key].items():
        if not PLACEHOLDER.sub("", without(text, {"first_name"})).strip():
            what = f"nothing is left of `{key}` ({language}) without a {{first_name}}"
            yield Problem(place, what, "Greet with it, or set it between commas.")


def _check_length(flow: Definition, key: str, most: int) -> Iterator[Problem]:
    place = flow.text_places.get(key, flow.place)
    for language, text in flow.texts[key].items():
        if utf16_length(text) > most:
            remedy = f"Keep it to {most} characters."
            yield Problem(place, f"`{key}` ({language}) is {utf16_length(text)} long", remedy)
