"""Whole asks with the longest word in every place: one message, and nothing cut in two."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.asks import texts
from bot.core.names import display_safe, first_word
from bot.core.rich import TEXT_LIMIT
from bot.core.screen_texts import buttons_of, text_of
from flows.asks.recent import ShippedChange
from flows.config.ask_texts import PLACEHOLDERS
from flows.conversations import Facts, FlowLibrary, Option
from flows.entities import ConversationId
from flows.utf16 import utf16_length
from tests.bot.desk.test_longest_words import LANGUAGE, SERVICES, WORD, whole

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
FLOWS = FlowLibrary.shipped()
ASKS = st.sampled_from(sorted(FLOWS.for_schedules()))


@dataclass(frozen=True)
class Reader:
    """Who is asked, with which word in every place."""

    word: str
    language: str
    told_of_a_change: bool

    def facts(self) -> Facts:
        """What the flow knows of them, as long as Verso lets it be."""
        name, title = display_safe(self.word, 64), display_safe(self.word, 60)
        values = {"quote": self.word, "change": self.word, "done": self.word, "reason": self.word}
        if self.told_of_a_change:
            change = ShippedChange(self.word[:200], self.word[:1000], NOW, 12, {}, {}, "en", {})
            values["recent_change"] = texts.change_sentence(
                SERVICES, self.language, change, "Europe/Berlin"
            )
        return Facts(
            brand=name,
            language=self.language,
            name=name,
            first_name=first_word(name),
            product=title,
            options={each: (Option("one", title),) for each in ("categories", "stages")},
            values=values,
        )


READER = st.builds(Reader, WORD, LANGUAGE, st.booleans())


@settings(max_examples=60, deadline=None)
@given(reader=READER, flow=ASKS, reminder=st.booleans())
@example(reader=Reader("漢" * 4000, "zh", True), flow="trial_check_in", reminder=True)
@example(reader=Reader("🙂" * 2000, "ru", True), flow="purchase_check_in", reminder=True)
@example(reader=Reader("a" * 4000, "en", False), flow="verification", reminder=True)
def test_an_ask_is_one_message_with_its_buttons(reader: Reader, flow: str, reminder: bool) -> None:
    turn = FLOWS.latest(flow).begin(reader.facts(), NOW)
    assert turn.screen is not None
    say = SERVICES.words.say
    before = say(reader.language, "asking.reminder") if reminder else ""
    said = text_of(turn.screen, before)
    assert 0 < utf16_length(said.text) <= TEXT_LIMIT
    assert whole(said.text)
    assert said.text.startswith(before)
    assert not any(f"{{{each}}}" in said.text for each in PLACEHOLDERS)
    keyboard = buttons_of(turn.screen, ConversationId(2**63 - 1), turn.state.turn)
    assert keyboard
    for label, data in (button for row in keyboard for button in row):
        assert label.strip()
        assert len(data.encode()) <= 64
