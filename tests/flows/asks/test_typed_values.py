"""What admins type, as the configuration writes it."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asks.typed_values import (
    CLEARABLE,
    NONE,
    NOTHING,
    READERS,
    read,
    read_cap,
    read_list,
    read_period,
    read_range_within,
    read_share,
    read_window,
)
from flows.languages import LanguageError, load
from tests.made_up import make_language, speaking

NUMBERS = st.integers(min_value=1, max_value=300)


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("3 days", "P3D"), ("3 дня", "P3D"), ("3天", "P3D"), ("P3D", "P3D"), ("p1m", "P1M"),
        ("36 ч", "PT36H"), ("1 week 2 days", "P1W2D"), ("2周", "P2W"), ("90 мин", "PT90M"),
        ("1 month", "P1M"), ("1个月", "P1M"), ("2 недели и 1 день", "P2W1D"), ("1 год", "P1Y"),
        ("at once", "PT0S"), ("сразу", "PT0S"), ("立即", "PT0S"), ("5 m", "PT5M"),
    ],
)  # fmt: skip
def test_periods_in_three_languages(typed: str, period: str) -> None:
    assert read_period(typed) == period


@pytest.mark.parametrize("typed", ["soon", "3", "3 bananas", "1 day 2 days", "", "P", "-3 days"])
def test_what_is_no_period_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"read|period"):
        read_period(typed)


@pytest.mark.parametrize(
    "typed", ["10:00-20:00", "10–20", "с 10 до 20", "1000-2000", "10.00 to 20"]
)
def test_windows(typed: str) -> None:
    assert read_window(typed) == {"from": "10:00", "to": "20:00"}


@pytest.mark.parametrize(
    "typed", ["2 per 90 days", "2/P90D", "2 раза за 90 дней", "90天2次", "2 in 90 days"]
)
def test_caps(typed: str) -> None:
    assert read_cap(typed) == {"asks": 2, "per": "P90D"}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1-3 / 90 days", {"from": 1, "to": 3, "within": "P90D"}),
        ("1+", {"from": 1}), ("от 2", {"from": 2}), ("до 5", {"to": 5}),
        ("0", {"from": 0, "to": 0}),
    ],
)  # fmt: skip
def test_ranges(typed: str, value: object) -> None:
    assert read_range_within(typed) == value


def test_shares_and_lists() -> None:
    assert (read_share("2,5 %"), read_share("10")) == ("2.5%", "10%")
    assert read_list("eu, pro，eu") == ["eu", "pro"]
    assert read_list("нет") == []


@pytest.mark.parametrize(
    ("kind", "typed", "plain"),
    [
        ("share", "１０％", "10%"), ("share", "2,5﹪", "2.5%"), ("after", "50％", "50%"),
        ("window", "10：00-20：00", "10:00-20:00"), ("window", "１０：００～２０：００", "10-20"),
        ("window", "10〜20", "10-20"), ("period", "３天", "P3D"), ("cap", "90天２次", "2/P90D"),
        ("range", "１００＋", "100+"), ("range_within", "１－３／90天", "1-3/P90D"),
        ("number", "７０", "70"), ("event", "ｔｒｉａｌ", "trial"),
        ("cron", "0 10 ＊ ＊ 1", "0 10 * * 1"), ("zones", "Ｅｕｒｏｐｅ／＊", "Europe/*"),
    ],
)  # fmt: skip
def test_full_width_is_read_as_plain(kind: str, typed: str, plain: str) -> None:
    assert read(kind, typed) == read(kind, plain)


@pytest.mark.parametrize(("kind", "value"), [("name", "ＶＩＰ（１）"), ("list", ["ＶＩＰ（１）"])])
def test_names_and_the_businesss_own_words_stay_as_they_were_typed(
    kind: str, value: object
) -> None:
    assert read(kind, "ＶＩＰ（１）") == value


def test_kinds_that_can_be_cleared_read_none() -> None:
    assert all(read(kind, NONE) in (NOTHING, [], "PT0S") for kind in CLEARABLE)


@pytest.mark.parametrize(
    "kind", ["window", "cap", "range", "range_within", "optional_period", "name"]
)
@pytest.mark.parametrize("word", ["none", "Нет", "无"])
def test_none_leaves_the_key_out(kind: str, word: str) -> None:
    assert READERS[kind](word) is NOTHING


@given(NUMBERS, st.sampled_from(["days", "дней", "天", "hours", "часов", "小时"]))
@settings(max_examples=60)
def test_what_is_read_is_read_again_as_the_same(number: int, unit: str) -> None:
    once = read_period(f"{number} {unit}")
    assert read_period(once) == once


@given(st.sampled_from(sorted(READERS)), st.text(max_size=80))
@settings(max_examples=60)
def test_any_text_is_read_or_refused(kind: str, text: str) -> None:
    with contextlib.suppress(ValueError):
        read(kind, text)


def test_what_is_typed_in_an_added_language(tmp_path: Path) -> None:
    with speaking(load(make_language(tmp_path / "languages"))):
        assert read_period("1 keéw dná 2 syád") == "P1W2D"
        assert read_period("won") == "PT0S"
        assert read_cap("2 semít rep 90 syád") == {"asks": 2, "per": "P90D"}
        assert read_window("morf 10 ot 20") == {"from": "10:00", "to": "20:00"}
        assert read_list("enón") == []
        assert read_period("3 дня") == "P3D"
    with pytest.raises(ValueError, match="read"):
        read_period("2 syád")


def test_a_head_whose_words_cannot_stand_inside_of_others_is_refused(tmp_path: Path) -> None:
    folder = make_language(tmp_path / "languages", head="name: Q\nlocale: en\ntyped: {days: [(d)]}")
    with pytest.raises(LanguageError, match=r"typed\.days.*counted"):
        load(folder)
