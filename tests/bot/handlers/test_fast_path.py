"""The most frequent updates mean the same without python-telegram-bot's types as with them."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.core.work import Work
from bot.handlers.customer import fast_path
from bot.handlers.customer.fast_path import Press, Words
from bot.handlers.customer.messages import _Written
from bot.handlers.customer.pieces import piece_of
from bot.handlers.customer.visitors import private_visitor, visitor_of
from flows.conversations import Piece

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ADMIN, SOMEBODY = 900, 1000
texts = st.text(min_size=1, max_size=20)
users = st.fixed_dictionaries(
    {"id": st.sampled_from([SOMEBODY, ADMIN]), "is_bot": st.booleans(), "first_name": texts},
    optional={
        "username": texts,
        "language_code": texts,
        "last_name": texts,
        "is_premium": st.just(True),
    },
)
chats = st.fixed_dictionaries(
    {"id": st.sampled_from([SOMEBODY, -5]), "type": st.sampled_from(["private", "group"])},
    optional={"first_name": texts, "title": texts},
)
entity = {"type": "bot_command", "offset": 0, "length": 1}
messages = st.fixed_dictionaries(
    {"message_id": st.integers(1, 2**31), "date": st.just(1), "chat": chats, "from": users},
    optional={
        "text": texts | st.just("/my") | st.just("\x00a"),
        "entities": st.just([entity]),
        "media_group_id": texts,
        "caption": texts,
    },
)
plain_messages = st.builds(
    lambda user, text: {
        "message_id": 7,
        "date": 1,
        "chat": {"id": user["id"], "type": "private"},
        "from": user | {"is_bot": False},
        "text": text,
    },
    users,
    texts,
)
queries = st.fixed_dictionaries(
    {"id": texts, "from": users, "chat_instance": texts},
    optional={
        "message": messages | plain_messages,
        "data": texts | st.just("c:a:1:0:keep") | st.just("t:take:1"),
    },
)
updates = st.builds(
    lambda message: {"update_id": 1, "message": message}, messages | plain_messages
) | st.builds(lambda query: {"update_id": 1, "callback_query": query}, queries)
SERVICES: Any = SimpleNamespace(admins={ADMIN})


@given(updates)
def test_what_is_read_is_what_the_types_tell(data: dict[str, Any]) -> None:
    found = fast_path.read(data, SERVICES)
    update = Update.de_json(data, None)
    if found is None:
        return
    if isinstance(found, Words):
        assert _Written().filter(update)
        assert found.visitor == private_visitor(update)
        assert update.effective_message is not None
        assert _heard(found) == piece_of(update.effective_message, NOW)
        return
    assert isinstance(found, Press)
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert found.visitor == visitor_of(query.from_user)
    assert (found.query_id, found.data) == (query.id, query.data)
    place = (query.message.chat.id, query.message.message_id)
    assert place == (found.visitor.telegram_id, found.message_id)
    assert query.message.chat.type == "private"


def _heard(words: Words) -> Piece:
    """Give the piece that a handler would be given, without handling it."""
    taken: list[Piece] = []

    async def hear(_work: Work, _visitor: object, piece: Piece) -> None:
        taken.append(piece)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.handlers.customer.messages.hear", hear)
        work: Any = SimpleNamespace(now=NOW)
        with pytest.raises(StopIteration):
            words.handle(work).send(None)
    return taken[0]


def message(**more: Any) -> dict[str, Any]:
    """Plain words in a private chat, with what is given changed."""
    plain = {
        "message_id": 7,
        "date": 1,
        "chat": {"id": SOMEBODY, "type": "private"},
        "from": {"id": SOMEBODY, "is_bot": False, "first_name": "Anna"},
        "text": "it leaks",
    }
    return {"update_id": 1, "message": {**plain, **more}}


def test_plain_words_are_read() -> None:
    assert isinstance(fast_path.read(message(), SERVICES), Words)


@pytest.mark.parametrize(
    "data",
    [
        message(entities=[]),
        message(reply_to_message={}),
        message(text="/my"),
        message(text=""),
        message(text=["a"]),
        message(photo=[]),
        message(message_id="7"),
        message(message_id=True),
        message(chat={"id": -5, "type": "group"}),
        message(chat={"id": SOMEBODY + 1, "type": "private"}),
        message(**{"from": {"id": SOMEBODY, "is_bot": True, "first_name": "Anna"}}),
        message(**{"from": {"id": SOMEBODY, "is_bot": False}}),
        message(**{"from": {"id": SOMEBODY, "is_bot": False, "first_name": "A", "username": 5}}),
        message(
            **{"from": {"id": ADMIN, "is_bot": False, "first_name": "Ada"}},
            chat={"id": ADMIN, "type": "private"},
        ),
        {"update_id": 1, "edited_message": message()["message"]},
        {**message(), "callback_query": {}},
        {"update_id": 1, "callback_query": {"id": "5", "from": message()["message"]["from"]}},
        {"update_id": 1, "message": None},
        {"update_id": 1},
        [],
    ],
)
def test_anything_special_is_left_to_the_handlers(data: Any) -> None:
    assert fast_path.read(data, SERVICES) is None
