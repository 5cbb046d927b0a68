"""What tells who somebody is, is covered before anybody reads a draft; what may, is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.book.redaction import COVER, covered

NAMES = ("Anna Petrova", "anna_p", "Мария Иванова", "王小明", "Tom Berger")
PLANTED = [
    # Written before the patterns: the text, and what nobody may read of it.
    ("Call me at +49 30 1234567 after six.", "1234567"),
    ("My number is 020 7946 0958, ask for me.", "7946"),
    ("Write to anna.petrova+tea@mail.example.com please", "mail.example"),
    ("I am @annas_tea on Telegram", "annas_tea"),
    ("See https://shop.example/orders/77?u=anna for the photo", "shop.example"),
    ("It is all on www.my-blog.example/post", "my-blog"),
    ("Order #20481 came late", "20481"),
    ("order LT-20481-B is still missing", "20481"),
    ("My card 4111 1111 1111 1111 was charged twice", "1111"),
    ("Send it back to DE89 3704 0044 0532 0130 00", "3704"),
    ("I live at 12 Rose Garden Lane, come and look", "Rose Garden"),
    ("Tracking RR123456789CN has not moved", "123456789"),
    ("Anna here again, and PETROVA is my name", "PETROVA"),
    ("Tom promised to call me back", "Tom"),
    ("Find me at t.me/annas_tea", "annas_tea"),
    ("Позвоните мне: 8 (916) 123-45-67", "123-45"),
    ("Мой номер +7 916 123 45 67.", "916"),
    ("Пишите на почту ivanova@почта.рф", "ivanova"),
    ("Мой ник @masha_tea", "masha_tea"),
    ("Заказ № 20481 так и не пришёл", "20481"),
    ("номер заказа 88123 потеряли", "88123"),
    ("Карта 2200 7001 2345 6789, верните деньги", "7001"),
    ("Живу на ул. Садовая, д. 5, кв. 12, рядом", "Садовая"),
    ("Адрес: проспект Мира, 101", "Мира"),
    ("Марии Ивановой никто не ответил", "Иванов"),
    ("Я Мария, и я жду", "Мария"),
    ("Фото тут: disk.example.ru/i/abc", "disk.example"),
    ("паспорт 4510 123456", "123456"),
    ("请打电话 138 0013 8000", "0013"),
    ("我的手机是13800138000。", "13800138000"),
    ("邮箱xiaoming@example.cn请联系", "xiaoming"),
    ("订单号20481还没到", "20481"),
    ("订单：LT20481B 少了一罐", "20481"),
    ("我住在幸福路12号3单元501室，请看", "幸福路"),
    ("我叫王小明，等了三天", "王小明"),
    ("微信号：wxm_1990", "wxm_1990"),
    ("银行卡6222021234567890123被扣了两次", "6222"),
    ("照片在https://pan.example.cn/s/1abc里", "pan.example"),
]
KEPT = [
    "The tin was dented and half the tea was dust.",
    "I paid 12.50 for 100 g in 2026, and 3 of 40 came damp!",
    "Банка пришла мятая, половина чая — пыль. Ждала 14 дней.",
    "Заплатила 1500 рублей за 2 банки.",
    "罐子瘪了，一半茶叶成了粉末。等了14天，花了200元。",
]


@pytest.mark.parametrize(("text", "secret"), PLANTED)
def test_planted_identifiers_are_covered(text: str, secret: str) -> None:
    read = covered(text, NAMES).text
    assert COVER in read
    assert secret.casefold() not in read.casefold()


@pytest.mark.parametrize("text", KEPT)
def test_what_tells_nothing_of_anybody_stays(text: str) -> None:
    assert covered(text, NAMES).text == text


def test_doubtful_words_are_marked_for_staff() -> None:
    found = covered("My friend Olga from Riga paid 4500. A王先生 came.", NAMES)
    marked = [found.text[start:end] for start, end in found.doubtful]
    assert marked == ["Olga", "Riga", "4500", "王先生"]


@given(st.text(alphabet="aA@.+ 0123456789-/#№Жж王号路:", max_size=60))
def test_covering_twice_covers_no_more_and_marks_lie_within(text: str) -> None:
    once = covered(text, NAMES)
    assert covered(once.text, NAMES).text == once.text
    assert all(0 <= start < end <= len(once.text) for start, end in once.doubtful)
