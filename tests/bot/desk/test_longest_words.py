"""The longest word in every place: nothing is cut in the midst of a sign, nothing is too long."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.asks import texts
from bot.changes.views import ChangeViews
from bot.core.delivery import Failure, FailureKind
from bot.core.names import display_safe, name_of
from bot.core.rich import TEXT_LIMIT
from bot.core.words import Words
from bot.desk.list_views import LIST_PAGE, ListFacts, TicketListViews
from bot.desk.views import (
    CARD_WORDS,
    TOPIC_NAME_LIMIT,
    CardFacts,
    Earlier,
    TicketViews,
    words_pages,
)
from bot.runtime.sending import digest
from flows.asks.recent import ShippedChange
from flows.desk.lists import Listed
from flows.entities import Account, Change, ChangeId, Customer, CustomerId, Ticket, TicketId
from flows.utf16 import utf16_length
from tests.bot.console.pressing import ON_SQLITE
from tests.bot.desk.world import FORUM, NOW, World
from tests.bot.harness import services_for

LANGUAGE = st.sampled_from(["en", "ru", "zh"])
WORD = st.builds(
    lambda sign, length: (sign * length)[:length],
    st.sampled_from(
        ["a", "Ж", "漢", "ש", "ش", "🙂", "👨‍👩‍👧", "Donaudampfschifffahrt", "\u202e", "e\u0301"]
    ),
    st.integers(1, 4000),
)
"""One word without a blank: plain, right to left, Chinese, of signs made of several."""
FAILED = Failure(FailureKind.TOO_MANY)
SERVICES = services_for()
VIEWS = {language: TicketViews(Words.shipped(), language) for language in ("en", "ru", "zh")}


def whole(text: str) -> bool:
    """Tell whether no sign of two UTF-16 units is cut in two."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def ticket_of(word: str, number: int = 1, state: str = "taken", **more: Any) -> Ticket:
    values: dict[str, Any] = {"words": word, "wish": word, "owner_name": word[:64]}
    return Ticket(
        TicketId(number), number, CustomerId(1), 501, state, NOW, "support", **(values | more)
    )


def facts_of(word: str) -> CardFacts:
    name = word[:64]
    customer = Customer(CustomerId(1), word[:64], NOW, name=name, tags=(name, name, name))
    change = Change(ChangeId(1), 1, word[:200], NOW, "in_progress", word, 1, name, NOW, FORUM)
    earlier = ticket_of(word, 2, resolution=word, state="resolved")
    return CardFacts(
        ticket=ticket_of(word, resolution=word, urgent=True, severity=5, tags=(word[:13],) * 8),
        customer=customer,
        account=Account(501, customer.id, NOW, first_name=name, username="a" * 32),
        zone="Europe/Berlin",
        staff_zone="Europe/Berlin",
        category=name,
        stage=name,
        events=[(name, NOW)] * 3,
        earlier=[Earlier(earlier, told=True)] * 9,
        again=list(range(1, 20)),
        media=3,
        change=change,
        now=NOW,
        reads="kk",
        notes=[word[:260]] * 3,
        joined=[(number, word) for number in range(90001, 90009)],
        here=f"Here until Mon 4 May, 11:30: {name[:40]}",
        barred=f"Blocked by {name[:48]} on Mon 4 May, 11:30: {display_safe(word, 80)}",
    )


@settings(max_examples=80, deadline=None)
@given(word=WORD, language=LANGUAGE)
@example(word="漢" * 4000, language="zh")
@example(word="🙂" * 2000, language="ru")
def test_a_card_and_its_topic_fit(word: str, language: str) -> None:
    views, facts = VIEWS[language], facts_of(word)
    card = views.card(facts)
    assert 0 < utf16_length(card.text) <= TEXT_LIMIT
    assert whole(card.text)
    name = name_of(facts.customer, facts.account)
    topic = views.topic_name(facts.ticket, name, facts.category)
    assert 0 < len(topic) <= TOPIC_NAME_LIMIT
    assert whole(topic)
    for row in views.keyboard(facts.ticket):
        assert all(label.strip() and len(data.encode()) <= 64 for label, data in row)


@settings(max_examples=40, deadline=None)
@given(word=WORD.filter(lambda word: "\u202e" not in word), language=LANGUAGE)
def test_nothing_of_what_was_said_is_cut_or_doubled(word: str, language: str) -> None:
    ticket = ticket_of(word, wish="")
    pages = words_pages(ticket)
    assert "".join(page.text for page in pages) == word
    assert all(utf16_length(page.text) <= TEXT_LIMIT for page in pages)
    assert utf16_length(pages[0].text) <= CARD_WORDS
    change = Change(ChangeId(1), 1, "", NOW, "shipped", word[:1000], 1, "Mia", NOW, FORUM)
    notice = ChangeViews(Words.shipped(), language).notice(change, [ticket], "UTC", "Tea", language)
    assert all(utf16_length(page.text) <= TEXT_LIMIT for page in notice.pages())
    assert word in notice.text
    assert notice.text.count(word[:1000]) >= 1


@settings(max_examples=40, deadline=None)
@given(word=WORD, language=LANGUAGE)
def test_a_list_of_tickets_fits(word: str, language: str) -> None:
    tickets = [ticket_of(word, n, response_due_at=NOW - timedelta(hours=1)) for n in range(1, 31)]
    names = {CustomerId(1): word[:64]}
    facts = ListFacts(NOW, "Europe/Berlin", {"": word[:64]})
    found = [Listed(*(getattr(ticket, name) for name in Listed._fields)) for ticket in tickets]
    shown, _ = TicketListViews(Words.shipped(), language).listing(
        found, tickets[:LIST_PAGE], names, "all", 0, facts
    )
    assert 0 < utf16_length(shown.text) <= TEXT_LIMIT
    assert whole(shown.text)


@ON_SQLITE
@pytest.mark.parametrize("sign", ["a", "漢", "🙂", "ש"])
async def test_a_digest_of_many_fits(world: World, sign: str) -> None:
    await world.group()
    anna = await world.customer()
    world.failing["sendMessage"] = world.failing["createForumTopic"] = FAILED
    for _ in range(digest.LISTED + 5):
        await world.complain(anna, sign * 2000)
    row = next(iter(await world.read(lambda unit: unit.outbox.recent(1))))
    call = await world.do(lambda work: digest.compose(work, row))
    assert 0 < utf16_length(call.params["text"]) <= TEXT_LIMIT
    assert whole(call.params["text"])


@settings(max_examples=30, deadline=None)
@given(word=WORD.filter(lambda word: "\u202e" not in word), language=LANGUAGE)
def test_an_ask_that_quotes_a_change_fits(word: str, language: str) -> None:
    change = ShippedChange(word[:200], word[:1000], NOW, 12, {}, {}, language, {})
    said = texts.change_sentence(SERVICES, language, change, "UTC")
    assert whole(said)
    assert 0 < utf16_length(said) <= TEXT_LIMIT - 1000
    assert word[:200] in said
