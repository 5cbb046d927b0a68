"""Data of buttons: what is packed comes back, and anything else does no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.callbacks import DATA_LIMIT, number, pack, unpack


@given(st.integers(-(1 << 63) + 1, (1 << 63) - 1))
def test_numbers_come_back(value: int) -> None:
    parts = unpack(pack("t", "take", value))
    assert parts is not None
    assert number(parts[2]) == value
    assert len(pack("t", "take", value).encode()) <= DATA_LIMIT


@given(st.text())
def test_hostile_data_does_no_harm(data: str) -> None:
    parts = unpack(data)
    assert parts is None or len(parts) >= 2
    value = number(data)
    assert value is None or abs(value) < 1 << 63


@pytest.mark.parametrize("text", ["x" * 60, "a:b"])
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        pack("t", "take", text)
