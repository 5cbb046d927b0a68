"""What goes to a ticket of its own goes whole, and what stays stays as it was."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows.desk.splitting import said, why_not, without, words_of
from flows.entities import CustomerId, Entry, Side, Ticket, TicketId
from flows.formatted import Formatted, joined

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TICKET = Ticket(TicketId(1), 1, CustomerId(1), 501, "open", NOW, "support")
TEXTS = st.lists(st.text("ab\n🙂", max_size=6).map(str.strip).filter(bool), min_size=1, max_size=6)


def entry(number: int, text: str, kind: str = "text", **more: Any) -> Entry:
    values: dict[str, Any] = {"chat_id": 501, "message_id": number, **more}
    at = NOW + timedelta(minutes=number)
    return Entry(number, TicketId(1), at, values.pop("side", Side.CUSTOMER), kind, text, **values)


def test_a_message_goes_with_its_forms_and_an_album_as_a_whole() -> None:
    history = [
        entry(1, "The lid leakd."),
        entry(2, "", "photo", album="a"),
        entry(3, "See?", "photo", album="a"),
        entry(4, "The lid leaks.", "edited", message_id=1),
        entry(5, "We are sorry.", side=Side.STAFF),
        entry(6, "", "shown", message_id=3),
        entry(7, "Pressed", chat_id=None, message_id=None),
    ]
    found = said(history)
    assert [[each.id for each in one.entries] for one in found] == [[1, 4], [2, 3], [7]]
    assert (found[0].first.text, found[0].now.text) == ("The lid leakd.", "The lid leaks.")
    assert words_of(found).text == "The lid leaks.\nSee?\nPressed"


def test_something_goes_and_something_stays() -> None:
    found = said([entry(1, "One."), entry(2, "Two.")])
    assert why_not(TICKET, found, [1]) is None
    assert why_not(TICKET, found, []) == "split_nothing"
    assert why_not(TICKET, found, [77]) == "split_nothing"
    assert why_not(TICKET, found, [1, 2]) == "split_everything"
    assert why_not(Ticket(**{**_fields(), "state": "merged"}), found, [1]) == "not_open"


def _fields() -> dict[str, Any]:
    return {name: getattr(TICKET, name) for name in Ticket.__slots__}


def test_formatting_stays_with_its_words_and_what_was_pressed_stays() -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    parts = [Formatted("🙂", (bold,)), Formatted("b"), Formatted("🙂", (bold,)), Formatted("Price")]
    known = said([entry(1, "🙂"), entry(2, "b"), entry(3, "🙂"), entry(4, "later")])
    assert without(joined(parts), known, {2}) == joined([parts[0], *parts[2:]])
    assert without(joined(parts), known, {1, 2, 3, 4}) == Formatted("Price")


@given(TEXTS, st.data())
def test_words_lose_what_goes_and_nothing_else(texts: list[str], data: st.DataObject) -> None:
    messages = said([entry(place, text) for place, text in enumerate(texts, start=1)])
    going = data.draw(st.sets(st.sampled_from([each.id for each in messages])))
    words = joined(Formatted(text) for text in texts)
    staying = [each.first.text for each in messages if each.id not in going]
    assert without(words, messages, going).text == "\n".join(staying)
