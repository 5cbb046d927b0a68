"""Where a difference stands on its line."""

from hypothesis import given
from hypothesis import strategies as st

from flows.console.scale import scale_for

SHARES = st.floats(-1, 1, allow_nan=False)


@given(st.lists(SHARES, min_size=1), SHARES)
def test_whatever_is_shown_has_its_place_and_order(shares: list[float], other: float) -> None:
    scale = scale_for(*shares)
    places = [scale.at(each) for each in sorted(shares)]
    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)
    most = max(abs(each) for each in shares)
    assert abs(scale.at(most) - (0.5 + most * 50 / scale.end)) < 1e-9  # nothing is cut off
    assert scale.at(0) == 0.5
    assert (scale.at(other) > 0.5) == (scale.at(-other) < 0.5)


def test_the_ends_of_the_line_are_round() -> None:
    assert [scale_for(each).end for each in (0.0, 0.009, -0.03, 0.05, 0.479, 1.0)] == [
        *(1, 1, 5, 5, 50, 100)
    ]
    assert scale_for().end == 1
