"""No word is printed without its author's yes to exactly these words; a withdrawal always counts.

Staff edit, ask and take out, the author presses what they see and what they saw long ago, and
somebody forgets them: whatever the order.
"""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flows.book.consent import (
    LIMIT,
    SEEN,
    agreed,
    asked,
    fingerprint,
    may_be_read,
    taken_out,
    with_owner,
    with_text,
)
from flows.entities import ChangeId, CustomerId, Story, StoryId, TicketId
from flows.entities.lifecycle import Refusal

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TEXTS = st.sampled_from(["The tin was dented.", "The lid leaks.", "", " The lid leaks. "])


def story(**more: object) -> Story:
    ids = StoryId(1), 1, TicketId(2), CustomerId(3), -1001, NOW, NOW
    texts = {"en": {"said": "The tin was dented.", "did": "Thicker tins."}}
    base = Story(*ids, texts=texts, language="en", name="Anna", change_id=ChangeId(4))
    return replace(base, **more)  # type: ignore[arg-type]


class Consent(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story: Story | None = story()
        self.shown: list[tuple[str, object]] = []
        """The buttons that the author has ever had, and what stood above them."""
        self.agreed_to: list[object] = []
        self.is_out = False

    def take(self, outcome: Story | Refusal) -> None:
        if isinstance(outcome, Story):
            self.story = outcome

    @rule(language=st.sampled_from(["en", "ru"]), side=st.sampled_from(["said", "did"]), text=TEXTS)
    def staff_edit(self, language: str, side: str, text: str) -> None:
        if self.story is not None:
            self.take(with_text(self.story, language, side, text))

    @rule(name=st.sampled_from(["Mia", ""]))
    def staff_name_somebody(self, name: str) -> None:
        if self.story is not None:
            self.take(with_owner(self.story, name))

    @rule()
    def staff_ask(self) -> None:
        if self.story is None:
            return
        outcome = asked(self.story)
        self.take(outcome)
        if isinstance(outcome, Story):
            self.shown.append((outcome.asked_for[:SEEN], _read(outcome)))

    @rule(which=st.integers(0, 20), named=st.booleans())
    def the_author_says_yes_to_what_they_see_or_saw(self, which: int, named: bool) -> None:
        if self.story is None or not self.shown:
            return
        seen, words = self.shown[-1 - which % len(self.shown)]
        outcome = agreed(self.story, seen, NOW, named=named)
        self.take(outcome)
        if isinstance(outcome, Story):
            assert not self.is_out
            self.agreed_to.append(words)

    @rule(seen=st.text(max_size=SEEN))
    def somebody_makes_a_button_up(self, seen: str) -> None:
        if self.story is not None:
            assert isinstance(agreed(self.story, seen, NOW, named=True), Refusal)

    @rule()
    def the_author_takes_it_out(self) -> None:
        if self.story is not None:
            self.take(taken_out(self.story))
            self.is_out = True

    @rule()
    def the_author_is_forgotten(self) -> None:
        self.story = None

    @invariant()
    def what_may_be_read_was_agreed_to(self) -> None:
        if self.story is not None and may_be_read(self.story):
            assert not self.is_out
            assert self.agreed_to
            assert self.agreed_to[-1] == _read(self.story)


def _read(story: Story) -> object:
    """All words of a story that anybody would read."""
    return {each: dict(texts) for each, texts in story.texts.items()}, story.owner_name, story.name


TestConsent = Consent.TestCase


def test_bad_requests_are_refused_and_nothing_changes() -> None:
    assert with_text(story(), "en", "did", "x" * (LIMIT + 1)) == Refusal("too_long")
    assert asked(story(texts={"en": {"said": "Dented."}})) == Refusal("no_did")
    half = {**story().texts, "ru": {"said": "Мятая."}}
    assert asked(story(texts=half)) == Refusal("half")
    assert taken_out(story(state="withdrawn")) == Refusal("withdrawn")
    forged = story(state="published", agreed_to=fingerprint(story(name="Olga")))
    assert not may_be_read(forged)
