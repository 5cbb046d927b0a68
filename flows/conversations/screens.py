"""What the customer sees at each point of a conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flows.conversations.definition import Definition, Step
from flows.conversations.phrases import PHRASES
from flows.conversations.speech import Speaker
from flows.conversations.spoken import alternatives
from flows.conversations.state import FlowState
from flows.conversations.values import (
    LATER_CHOICES,
    SAID,
    Answer,
    Button,
    Facts,
    Option,
    Piece,
    Screen,
)
from flows.ear.bare import bare
from flows.utf16 import shortened

PAGE = 8
"""Options on one page: what a phone shows without scrolling."""
SHORT_LABEL = 14
"""Labels up to this many characters stand two in a row."""
MAX_QUOTE = 1000
HEARD_SKIP = "heard_skip"
"""The engine's text of what else is typed for "skip"."""

Row = tuple[Button, ...]


class Screens:
    """Draws the screens of one flow for one customer at one moment."""

    def __init__(self, flow: Definition, facts: Facts) -> None:
        self.flow = flow
        self.speaker = Speaker(flow, facts)

    def draw(self, state: FlowState) -> Screen:
        """The screen for a state."""
        if state.status == "snoozed":
            return self._snoozed(state)
        if state.status in ("stopped", "abandoned"):
            return Screen(self.speaker.say(state.status))
        if state.view == "later":
            return self._later_menu()
        if state.view == "change":
            return self._change_menu(state)
        return self._question(state, self.flow.steps[state.step])

    def options(self, step: Step) -> tuple[Option, ...]:
        """What can be chosen at a step now."""
        if step.options_from:
            return self.speaker.options(step.options_from)
        return tuple(Option(item.id, self.speaker.say(item.text)) for item in step.options)

    def typed(self, step: Step, text: str) -> Answer:
        """The answer that a typed label or number stands for, or nothing."""
        said = text.strip().casefold()
        if not said:
            return None
        if step.kind == "rating":
            return self._rated(step, said)
        for number, option in enumerate(self.options(step), 1):
            if said in (str(number), option.label.strip().casefold()):
                return option.id
        return self._heard(step, bare(text))

    def doubtful(self, step: Step, text: str) -> bool:
        """Whether this answers the flow's own question, while other words stand in its place.

        A bare "no" is good news or bad, as the question was put.
        """
        return self.is_reworded(step) and any(
            option.replied and bare(text) in alternatives(self.flow.texts[option.replied])
            for option in step.options
        )

    def pressed_in_words(self, state: FlowState, text: str) -> str | None:
        """The action of the button on the screen that is called so, if one is."""
        buttons = [button for row in self.draw(state).rows for button in row]
        called = (each.action for each in buttons if bare(each.label) == bare(text))
        said = alternatives(PHRASES[HEARD_SKIP]) | alternatives(self.flow.texts[HEARD_SKIP])
        skipped = bare(text) in said
        return next(called, None) or next(
            (each.action for each in buttons if skipped and each.action == "skip"), None
        )

    def _rated(self, step: Step, said: str) -> Answer:
        """The number that was typed, or the end of the scale that is called so."""
        ends = ((step.low, 1), (step.high, step.scale))
        called = {bare(self.speaker.say(key)): number for key, number in ends if key}
        numbers = {str(number): number for number in range(1, step.scale + 1)}
        return numbers.get(said) or called.get(bare(said))

    def _heard(self, step: Step, said: str) -> Answer:
        for label in self.options(step):
            if bare(label.label) == said:
                return label.id
        for option in step.options:
            keys = (option.heard, None if self.is_reworded(step) else option.replied)
            if any(key and said in alternatives(self.flow.texts[key]) for key in keys):
                return option.id
        return None

    def _question(self, state: FlowState, step: Step) -> Screen:
        if step.kind == "end":
            return Screen(self._text(step))
        draw = {
            "choice": self._choice,
            "rating": self._rating,
            "confirm": self._confirm,
            "message": self._message,
        }[step.kind]
        return draw(state, step)

    def _choice(self, state: FlowState, step: Step) -> Screen:
        options = self.options(step)
        rows = (*self._option_rows(options, state.page), *self._ways_out(state, step))
        return Screen(self._text(step), rows, "button")

    def _rating(self, state: FlowState, step: Step) -> Screen:
        numbers = [Button(str(n), f"r:{n}") for n in range(1, step.scale + 1)]
        text = self._text(step)
        if step.low and step.high:
            low, high = self.speaker.say(step.low), self.speaker.say(step.high)
            ends = self.speaker.say("scale_ends", low=low, high=high, top=str(step.scale))
            text = f"{text}\n{ends}"
        return Screen(text, (tuple(numbers), *self._ways_out(state, step)), "button")

    def _message(self, state: FlowState, step: Step) -> Screen:
        here = any(piece.step == step.id and step.fits(piece) for piece in state.words)
        keep = self._rows(["keep"]) if here or (step.prefill and state.words) else ()
        quote = _quote(state.words) if keep else None
        rows = (*keep, *self._ways_out(state, step))
        return Screen(self._text(step), rows, "message", quote)

    def _confirm(self, state: FlowState, step: Step) -> Screen:
        lines = [self._text(step), *self._summary(state)]
        change = ["change"] if self._changeable(state) else []
        rows = self._rows(["send"], [*change, "back"], ["discard"] if step.discard else [])
        return Screen("\n".join(lines), rows, "button", _quote(state.words))

    def told(self, answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
        """Each answer that can be shown: its question's title, perhaps empty, and its label."""
        for name, answer in answers.items():
            step = self.flow.steps[name]
            shown = self._shown(step, answer)
            if shown:
                yield self.speaker.say(step.title) if step.title else "", shown

    def _summary(self, state: FlowState) -> Iterator[str]:
        given = {name: state.answers[name] for name in state.trail}
        for title, shown in self.told(given):
            if title:
                yield self.speaker.say("summary_line", title=title, answer=shown)
        sent = Counter(piece.kind for piece in state.words if piece.kind != "text")
        if sent:
            kinds = (f"{self.speaker.say(f'kind_{kind}')} × {n}" for kind, n in sent.items())
            title = self.speaker.say("attached")
            yield self.speaker.say("summary_line", title=title, answer=", ".join(kinds))

    def _shown(self, step: Step, answer: Answer) -> str:
        if answer is None or answer == SAID:
            return ""
        if step.kind == "rating":
            return f"{answer}/{step.scale}"
        return next((item.label for item in self.options(step) if item.id == answer), str(answer))

    def _changeable(self, state: FlowState) -> list[Step]:
        steps = (self.flow.steps[name] for name in state.trail)
        return [step for step in steps if step.title]

    def _change_menu(self, state: FlowState) -> Screen:
        choices = [
            (Button(self.speaker.say(step.title), f"e:{step.id}"),)
            for step in self._changeable(state)
            if step.title
        ]
        text = self.speaker.say("change_question")
        return Screen(text, (*choices, *self._rows(["close"])), "button")

    def _later_menu(self) -> Screen:
        rows = self._rows(*([choice] for choice in LATER_CHOICES), ["close"], prefix="l:")
        return Screen(self.speaker.say("later_question"), rows, "button")

    def _snoozed(self, state: FlowState) -> Screen:
        when = self.speaker.moment(state.until or state.asked)
        text = self.speaker.say("snoozed", when=when)
        return Screen(text, self._rows(["now"]), "button")

    def _ways_out(self, state: FlowState, step: Step) -> tuple[Row, ...]:
        opening = self.flow.proactive and step.id == self.flow.start.step
        unanswerable = bool(step.options_from) and not self.options(step)
        return self._rows(
            [
                *(["back"] if state.trail else []),
                *(["skip"] if step.skip or unanswerable else []),
            ],
            [
                *(["later"] if step.later or opening else []),
                *(["stop"] if step.stop or opening else []),
            ],
            ["never_mind"] if step.discard else [],
        )

    def _option_rows(self, options: Sequence[Option], page: int) -> tuple[Row, ...]:
        pages = max(1, -(-len(options) // PAGE))
        page = min(page, pages - 1)
        shown = options[page * PAGE : (page + 1) * PAGE]
        buttons = [Button(option.label, f"o:{option.id}") for option in shown]
        short = len(shown) > 3 and all(len(option.label) <= SHORT_LABEL for option in shown)
        width = 2 if short else 1
        rows = [tuple(buttons[at : at + width]) for at in range(0, len(buttons), width)]
        turning = [
            *([self._page_button("previous", page - 1)] if page else []),
            *([self._page_button("more", page + 1)] if page + 1 < pages else []),
        ]
        return (*rows, tuple(turning)) if turning else tuple(rows)

    def _page_button(self, name: str, page: int) -> Button:
        return Button(self.speaker.say(f"btn_{name}"), f"page:{page}")

    def _rows(self, *rows: Sequence[str], prefix: str = "") -> tuple[Row, ...]:
        return tuple(tuple(self._button(name, prefix) for name in row) for row in rows if row)

    def _button(self, name: str, prefix: str) -> Button:
        action = {"never_mind": "discard"}.get(name, name)
        if prefix and name != "close":
            action = prefix + name
        return Button(self.speaker.say(f"btn_{name}"), action)

    def is_reworded(self, step: Step) -> bool:
        """Whether a schedule's own text stands in place of the question."""
        return bool(self.speaker.facts.opening) and step.id == self.flow.start.step

    def _text(self, step: Step) -> str:
        if self.is_reworded(step):
            return self.speaker.facts.opening
        for variant in step.variants:
            if self.speaker.value(variant.has):
                return self.speaker.say(variant.text)
        return self.speaker.say(step.text)


def _quote(words: Iterable[Piece]) -> str | None:
    said = "\n".join(piece.text for piece in words if piece.text)
    return shortened(said, MAX_QUOTE) if said else None
