"""The budgets: never more than Telegram takes, by whatever way the messages get there."""

from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from bot.runtime.sending.pacing import CATCH_UP, RECENT, Budgets, Pacing, Window

BUDGETS = Budgets(per_second=5)
WAY = 0.02
"""Seconds that a message needs at the least to Telegram, and as many back."""


def arrivals(
    delays: Sequence[float], known: Sequence[float] = (), back: Sequence[float] = ()
) -> list[float]:
    """When Telegram counts messages, of which each is held up on the way by so many seconds.

    Before them come answers to messages that were held up by those of `known`. The way back of the
    answers is held up by those of `back`.
    """
    pacing, now, counted = Pacing(BUDGETS), 100.0, []
    answers: list[tuple[float, float]] = []
    for delay in known:
        pacing.answered(now - 2 * WAY - delay, now)
    backs = back or [0.0] * len(delays)
    for chat_id, (delay, late) in enumerate(zip(delays, backs, strict=True), start=1):
        now = _next_turn(pacing, now, answers)
        pacing.spend(chat_id, now)
        counted.append(now + WAY + delay)
        answers.append((now + 2 * WAY + delay + late, now))
    return counted


def _next_turn(pacing: Pacing, now: float, answers: list[tuple[float, float]]) -> float:
    """The moment at which the next may leave, with the answers that come until then heard."""
    while True:
        turn = pacing.all_ready_at(now)
        heard = sorted(answer for answer in answers if answer[0] <= turn)
        if not heard:
            return turn
        for moment, spent_at in heard:
            answers.remove((moment, spent_at))
            pacing.answered(spent_at, moment)
            now = max(now, moment)


def _is_kept(counted: list[float]) -> bool:
    moments = sorted(counted)
    over = zip(moments, moments[BUDGETS.per_second :], strict=False)
    return all(later - first >= 1.0 for first, later in over)


@given(
    st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.05, 0.3, 0.7]), max_size=60),
    st.booleans(),
)
def test_no_second_sees_more_than_its_budget(delays: list[float], known: bool) -> None:
    """Neither when the way without any trouble is known nor right after the start."""
    assert _is_kept(arrivals(delays, known=[0.0] * RECENT if known else ()))


def test_the_first_messages_may_all_be_slow() -> None:
    cold = [0.05] * BUDGETS.per_second
    assert _is_kept(arrivals([*cold, 0.0, 0.0]))


def test_a_way_that_is_shorter_than_was_known_counts_for_what_left_before() -> None:
    pacing = Pacing(BUDGETS)
    for _ in range(RECENT):
        pacing.answered(99.0, 99.05 + 2 * WAY)
    for moment, delay in ((100.0, 0.05), (100.5, 0.0)):
        pacing.spend(1, moment)
        pacing.answered(moment, moment + 2 * WAY + delay)
    for chat_id in range(2, BUDGETS.per_second):
        pacing.spend(chat_id, 100.6)
    came = 100.0 + WAY + 0.05
    assert pacing.all_ready_at(100.7) + WAY >= came + 1.0


UNEVEN = st.sampled_from([0.0, WAY / 3])


@example([(WAY / 3, 0.0)] * BUDGETS.per_second + [(0.0, 0.0)])
@given(st.lists(st.tuples(UNEVEN, UNEVEN), max_size=60))
def test_neither_way_is_ever_known_by_itself(ways: list[tuple[float, float]]) -> None:
    """The quickest answer need not have had both the shortest way there and the shortest back."""
    there, back = [way[0] for way in ways], [way[1] for way in ways]
    assert _is_kept(arrivals(there, known=[2 * WAY / 3] * RECENT, back=back))


def test_an_even_way_costs_little_once_it_is_known() -> None:
    counted = arrivals([0.0] * 50, known=[0.0] * RECENT)
    assert counted[-1] - counted[0] < (1.002 + WAY / 2) * (50 / BUDGETS.per_second)


def test_messages_in_no_hurry_flow_evenly_and_catch_up() -> None:
    pacing = Pacing(BUDGETS)
    pacing.spend(1, 100.0)
    pacing.spend(2, 110.0)  # held up for long: a few may follow at once, not all that were missed
    ready = 0
    while pacing.even_at(110.0) <= 110.0:
        pacing.spend(10 + ready, 110.0)
        ready += 1
    assert 0 < ready <= CATCH_UP


def test_what_is_over_is_not_counted_anew() -> None:
    window = Window(1, 1.0)
    window.spend(10.0)
    assert window.ready_at(20.0) == 20.0
    window.correct(10.0, 20.0)
    assert window.ready_at(20.0) == 20.0


def _as_soon_as_allowed(pacing: Pacing, chat: int, pauses: Sequence[float]) -> list[float]:
    """When messages to one chat leave, each as soon as it may after a pause of so many seconds."""
    now, left = 100.0, []
    for pause in pauses:
        now = pacing.chat_ready_at(chat, now + pause)
        pacing.spend(chat, now)
        left.append(now)
    return left


@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.4, 3.0, 70.0]), max_size=60))
def test_a_private_chat_hears_a_few_at_once_and_then_one_a_second(pauses: list[float]) -> None:
    budgets = Budgets()
    left = _as_soon_as_allowed(Pacing(budgets), 7, pauses)
    for number, first in enumerate(left):
        for more, moment in enumerate(left[number:], start=1):
            allowed = budgets.chat_burst + (moment - first) * budgets.chat_per_second
            assert more <= allowed + 0.001


@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 2.0, 3.5, 70.0]), max_size=80))
def test_no_minute_of_a_group_sees_more_than_its_budget(pauses: list[float]) -> None:
    budgets = Budgets()
    pacing = Pacing(budgets)
    left = _as_soon_as_allowed(pacing, -7, pauses)
    most = budgets.group_per_minute - budgets.group_reserve
    for first, over in zip(left, left[most:], strict=False):
        assert over - first > 60
    if left:
        assert pacing.chat_ready_at(-7, left[-1], digest=True) == left[-1]  # its place is kept


def test_retry_after_stops_its_chat_and_all_when_a_second_hears_it_too() -> None:
    pacing = Pacing(BUDGETS)
    pacing.halt(1, 130.0, 100.0)
    assert pacing.chat_ready_at(1, 100.0) == 130.0
    assert pacing.chat_ready_at(2, 100.0) == 100.0
    assert pacing.all_ready_at(100.0) == 100.0
    pacing.halt(1, 135.0, 101.0)
    assert pacing.all_ready_at(101.0) == 101.0
    pacing.halt(2, 140.0, 102.0)
    assert pacing.all_ready_at(102.0) == 140.0
