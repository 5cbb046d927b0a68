"""Thanks are told from complaints, and when in doubt it is a complaint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.desk.courtesies import is_courtesy


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "ok, thank you very much",
        "OK 👍",
        "👍🏽🙏",
        "Great, it works now",
        "Спасибо большое!",
        "хорошо, понял",
        "Всё в порядке, спасибо",
        "谢谢你！",
        "好的，谢谢",
    ],
)
def test_thanks(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "no thanks",
        "thanks, but it leaks",
        "not good",
        "ok?",
        "👎",
        "👍👎",
        "It works now for the first hour",
        "Спасибо, не помогло",
        "Не работает",
        "谢谢，但是还漏",
        "不好",
        "good good good good good good good good good",
    ],
)
def test_what_is_more_than_thanks(text: str) -> None:
    assert not is_courtesy(text)


@given(st.text(max_size=60))
def test_a_complaint_after_thanks_is_a_complaint(text: str) -> None:
    assert not is_courtesy(f"Thank you. It leaks. {text}")
