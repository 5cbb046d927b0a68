"""When webhooks are tried again, and in which order they arrive."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.data.webhooks import (
    BACK_OFF,
    CLAIM,
    JITTER,
    LONGEST_ASKED,
    Answer,
    Step,
    after_try,
    again,
    pause,
    retry_after,
    turns,
)
from flows.entities import CustomerId, Webhook
from flows.entities.kinds import WebhookState

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TAKEN, BROKEN = Answer(204), Answer(500)


def webhook(number: int, customer: int | None = 1) -> Webhook:
    about = CustomerId(customer) if customer is not None else None
    return Webhook(number, "shop", "ticket.opened", about, NOW, {}, NOW)


def test_it_is_tried_ten_times_over_three_days_and_then_given_up() -> None:
    one, now, tries = webhook(1), NOW, 0
    while one.state is WebhookState.WAITING:
        now, tries = one.next_at, tries + 1
        step, one = after_try(one, BROKEN, now, 0.0)
    assert (step, tries, one.failed_at) == (Step.PARKED, len(BACK_OFF) + 1, NOW)
    assert timedelta(days=3) < now - NOW < timedelta(days=4)
    once_more = again(one, now)
    assert (once_more.state, once_more.tries, once_more.next_at) == (WebhookState.WAITING, 0, now)
    assert once_more.name == one.name


@given(
    st.integers(0, len(BACK_OFF) - 1),
    st.sampled_from([None, 301, 400, 429, 500, 503]),
    st.none() | st.timedeltas(timedelta(), timedelta(days=400)),
    st.floats(0, 1),
)
def test_a_pause_is_never_shorter_than_it_should_be(
    failures: int, status: int | None, asked: timedelta | None, drawn: float
) -> None:
    found = pause(failures, Answer(status, retry_after=asked), drawn)
    assert found >= BACK_OFF[failures]
    heeded = asked if status in (429, 503) and asked is not None else timedelta()
    assert found >= min(heeded, LONGEST_ASKED)
    longest = BACK_OFF[failures] * (1 + JITTER)
    assert found <= max(longest, min(heeded, LONGEST_ASKED))


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        (Answer(200), Step.DELIVERED),
        (Answer(299), Step.DELIVERED),
        (Answer(302), Step.AGAIN),
        (Answer(400), Step.AGAIN),
        (Answer(410), Step.GONE),
        (Answer(error="timeout"), Step.AGAIN),
    ],
)
def test_what_an_answer_means(answer: Answer, step: Step) -> None:
    assert after_try(webhook(1), answer, NOW, 0.5)[0] is step


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("Mon, 04 May 2026 09:31:00 GMT", timedelta(minutes=1)),
        ("Mon, 04 May 2026 08:00:00 GMT", timedelta()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - NOW),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("9" * 40, None),
        ("١٢", None),
    ],
)
def test_what_a_receiver_asks_for(header: str, expected: timedelta | None) -> None:
    assert retry_after(header, NOW) == expected


@dataclass
class Table:
    """What is in the database, as plain values, and what a receiver has got."""

    rows: dict[int, Webhook]
    now: datetime = NOW
    got: list[int] = field(default_factory=list)

    def waiting(self) -> list[Webhook]:
        return [each for each in self.rows.values() if each.state is WebhookState.WAITING]

    def step(self, room: int, fates: list[str]) -> None:
        """One look: what is claimed is sent; a killed one was sent, and nobody noted it."""
        due = sorted(
            (each for each in self.waiting() if each.next_at <= self.now),
            key=lambda each: (each.next_at, each.id),
        )
        first_of: dict[CustomerId, Webhook] = {}
        for each in sorted(self.waiting(), key=lambda each: each.id):
            if each.customer_id is not None:
                first_of.setdefault(each.customer_id, each)
        claimed, behind = turns(due, first_of, (), room, self.now)
        assert len(claimed) <= room
        owners = [each.customer_id for each in claimed if each.customer_id is not None]
        assert len(owners) == len(set(owners)), "of a customer one at a time"
        for each in (*claimed, *behind):
            self.rows[each.id] = each
        for each in claimed:
            fate = fates.pop() if fates else "taken"
            if fate != "down":
                self.got.append(each.id)
            if fate != "killed":
                answer = BROKEN if fate == "down" else TAKEN
                self._keep(after_try(each, answer, self.now, 0.3)[1])

    def _keep(self, tried: Webhook) -> None:
        self.rows[tried.id] = tried
        for each in self.waiting():
            if each.customer_id == tried.customer_id is not None and each.id != tried.id:
                self.rows[each.id] = replace(each, next_at=tried.next_at)


@settings(max_examples=60)
@given(
    st.lists(st.none() | st.integers(1, 4), min_size=1, max_size=25),
    st.lists(st.sampled_from(["taken", "down", "killed"]), max_size=60),
    st.integers(1, 5),
)
def test_each_arrives_in_the_order_of_its_customer(
    customers: list[int | None], fates: list[str], room: int
) -> None:
    table = Table({n: webhook(n, customer) for n, customer in enumerate(customers, 1)})
    for _ in range(500):
        if not table.waiting():
            break
        table.step(room, fates)
        waits = [each.next_at for each in table.waiting()]
        table.now = max(table.now, min(waits, default=table.now))
    parked = {each.id for each in table.rows.values() if each.state is WebhookState.PARKED}
    assert set(table.got) | parked == set(table.rows)
    assert not table.waiting()
    for customer in {each for each in customers if each is not None}:
        theirs = [n for n in dict.fromkeys(table.got) if customers[n - 1] == customer]
        assert theirs == sorted(theirs)


def test_who_waits_behind_somebody_waits_as_long_and_holds_up_nobody_else() -> None:
    failed = replace(webhook(1), next_at=NOW + timedelta(hours=2), failed_at=NOW)
    mine, other, nobodys = webhook(2), webhook(3, customer=2), webhook(4, customer=None)
    first_of = {CustomerId(1): failed, CustomerId(2): other}
    claimed, behind = turns([mine, other, nobodys], first_of, (), 5, NOW)
    assert [each.id for each in claimed] == [3, 4]
    assert all(each.next_at == NOW + CLAIM for each in claimed)
    assert [(each.id, each.next_at) for each in behind] == [(2, failed.next_at)]
