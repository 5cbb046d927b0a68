"""No word is printed without its author's yes to exactly these words; a withdrawal always counts.

Staff edit, ask, post and take out, the author presses what they see and what they saw long ago,
and somebody forgets them; posts are on their way meanwhile, arrive, are refused, or may have
arrived: whatever the order.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

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
from flows.book.posting import arrived, may_leave, not_arrived, taken_back, why_not
from flows.entities import (
    ChangeId,
    CustomerId,
    Story,
    StoryId,
    StoryPost,
    StoryPostId,
    TicketId,
)
from flows.entities.lifecycle import Refusal

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CHANNEL = -100500
WITHDRAWN = "withdrawn"
ACTIVE = ("waiting", "posted")
GOING = ("leaving", "stuck")
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

        self.posts: dict[int, StoryPost] = {}
        self.waiting: list[int] = []
        """Posts that were not sent yet."""
        self.underway: list[tuple[int, object]] = []
        """Posts that are being sent, and what stands in them."""
        self.channel: dict[int, object] = {}
        """What its readers see, by message; `WITHDRAWN` says nothing of anybody."""
        self.to_delete: list[int] = []

    def take(self, outcome: Story | Refusal) -> None:
        if isinstance(outcome, Story):
            self.story = outcome
            if not may_be_read(outcome):
                self.take_back(self.posts.values())

    def take_back(self, posts: Iterable[StoryPost]) -> None:
        for post in taken_back(posts):
            self.keep(post)

    def keep(self, post: StoryPost) -> None:
        self.posts[post.id] = post
        if post.state == "leaving" and post.message_id is not None:
            self.to_delete.append(post.message_id)

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
        posts = [replace(each, story_id=None) for each in self.posts.values()]
        self.posts = {each.id: each for each in posts}
        self.take_back(posts)

    # -- the channel -------------------------------------------------------------------------

    @rule(language=st.sampled_from(["en", "ru"]))
    def staff_post(self, language: str) -> None:
        if self.story is None or why_not(self.story, [*self.posts.values()], CHANNEL, language):
            return
        number = StoryPostId(len(self.posts) + 1)
        self.posts[number] = StoryPost(number, self.story.id, CHANNEL, language, NOW, 7)
        self.waiting.append(number)

    @precondition(lambda self: self.waiting)
    @rule()
    def a_post_leaves(self) -> None:
        post = self.posts[self.waiting.pop(0)]
        if may_leave(self.story, post) and self.story is not None:
            self.underway.append((post.id, _read(self.story)))

    @precondition(lambda self: self.underway)
    @rule(how=st.sampled_from(["sent", "refused", "doubt"]))
    def it_is_known_what_became_of_a_post(self, how: str) -> None:
        number, words = self.underway.pop(0)
        if how == "sent":
            message = 10 + number
            self.channel[message] = words
            self.keep(arrived(self.story, self.posts[number], message))
        else:
            self.keep(not_arrived(self.posts[number], doubtful=how == "doubt"))

    @precondition(lambda self: self.to_delete)
    @rule(how=st.sampled_from(["deleted", "too old", "not allowed"]))
    def a_withdrawn_post_is_taken_out(self, how: str) -> None:
        message = self.to_delete.pop(0)
        post = next(each for each in self.posts.values() if each.message_id == message)
        if how == "deleted":
            self.channel.pop(message, None)
        elif how == "too old":
            self.channel[message] = WITHDRAWN
        self.keep(replace(post, state="stuck" if how == "not allowed" else "out"))

    @rule()
    def the_channel_gives_the_right_back(self) -> None:
        self.take_back(each for each in self.posts.values() if each.state == "stuck")

    @invariant()
    def what_stands_in_the_channel_was_agreed_to_and_else_is_on_its_way_out(self) -> None:
        for number, post in self.posts.items():
            shown = self.channel.get(10 + number, WITHDRAWN)
            if shown is WITHDRAWN:
                continue
            assert shown in self.agreed_to
            readable = self.story is not None and may_be_read(self.story)
            assert post.state in (("posted", "leaving", "stuck") if readable else GOING)
        there = [each.language for each in self.posts.values() if each.state in ACTIVE]
        assert len(there) == len(set(there)), "twice"

    def teardown(self) -> None:
        """When all that is under way has ended, what was withdrawn is out."""
        if self.story is not None:
            self.take(taken_out(self.story))
        while self.underway:
            self.it_is_known_what_became_of_a_post("sent")
        self.the_channel_gives_the_right_back()
        while self.to_delete:
            self.a_withdrawn_post_is_taken_out("deleted")
        assert set(self.channel.values()) <= {WITHDRAWN}

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
