"""Whom to greet by a name that comes from outside, and when rather nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.identity import known_names
from flows.identity.names import LONGEST, given_name, whole_name

GREETED = {
    # as it should be, and surname first
    "Anna": "Anna", "Anna Smith": "Anna", "  Anna   Smith ": "Anna", "Petrov, Ivan": "Ivan",
    "Petrov, Zadig Ivanovich": "Zadig", "Petrova, Anna Sergeevna": "Anna",
    "van der Berg, Jan": "Jan",
    "Garcia Marquez, Gabriel": "Gabriel", "Smith, Dr. John": "John", "John Smith, PhD": "John",
    "Müller Hans": "Hans", "Petrov Ivan": "Ivan", "Jan van der Berg": "Jan",
    "José María García": "José", "François Dupont": "François", "John F. Kennedy": "John",
    "John Smith Jr.": "John", "Anna K.": "Anna", "Sean O'Neil": "Sean", "O’Neil Sean": "Sean",
    "Lee Cooper": "Lee", "Mohammed Al-Fayed": "Mohammed", "Jean-Luc Picard": "Jean-Luc",
    "Anna-Maria Rossi": "Anna-Maria", "Anna (VIP)": "Anna", "Anna 🌸": "Anna", "Анна-": "Анна",
    "✨Anna✨": "Anna",
    "Rahul Sharma": "Rahul", "Ayşe Yılmaz": "Ayşe", "Zoë": "Zoë", "Łukasz Nowak": "Łukasz",
    # as it was shouted or mumbled
    "IVAN PETROV": "Ivan", "anna smith": "Anna", "ANNA-MARIA ROSSI": "Anna-Maria",
    "иванова анна": "Анна", "СЕМЁН": "Семён", "İPEK": "İpek", "JÜRGEN KLEIN": "Jürgen",
    # with a title
    "Dr. John Smith": "John", "Mr John Smith": "John", "Herr Dr. Hans Müller": "Hans",
    "Frau Anna Müller": "Anna", "Mme Claire Dubois": "Claire", "г-жа Петрова Анна": "Анна",
    "Господин Иван Петров": "Иван", "Prof. Maria Rossi": "Maria",
    # Russian and its neighbours
    "Иванова Анна Сергеевна": "Анна", "Анна Сергеевна Иванова": "Анна", "Анна Сергеевна": "Анна",
    "Иванова Анна": "Анна", "Анна Иванова": "Анна", "Ким Анна": "Анна", "Анна Ким": "Анна",
    "Абрамович Роман Аркадьевич": "Роман", "Роман Абрамович": "Роман",
    "Анна Сергеевна Абрамович": "Анна", "Пётр Ильич Чайковский": "Пётр",
    "Чайковский Пётр Ильич": "Пётр", "Ёлкин Семён": "Семён", "Кузьменко Богдан": "Богдан",
    "Каримов Азиз Рустам угли": "Азиз", "Азиз Рустам угли Каримов": "Азиз",
    "Римский-Корсаков Николай Андреевич": "Николай", "Петрова Домна Ильинична": "Домна",
    "Иван Петров Георгиев": "Иван", "Мария-Луиза Соколова": "Мария-Луиза",
    "Дар'я Коваль": "Дар'я", "Ivanova Anna Sergeevna": "Anna", "Шевченко Тарас Григорович": "Тарас",
    # Vietnamese, Hungarian, Chinese, Korean, Japanese
    "Nguyễn Văn An": "An", "Trần Thị Mai": "Mai", "Lê Thị Hồng Gấm": "Gấm", "Anh Nguyen": "Anh",
    "Nagy Anna": "Anna", "Kovács János Péter": "János", "Szabó István": "István",
    "Anna Nagy": "Anna", "王伟": "王伟", "王小明": "王小明", "欧阳娜娜": "欧阳娜娜",
    "王女士": "王女士",
    "김민준": "김민준", "Wang Xiaoming": "Xiaoming", "Kim Min-jun": "Min-jun",
    "Min-jun Kim": "Min-jun", "Tanaka Hiroshi": "Hiroshi", "Hiroshi Tanaka": "Hiroshi",
    "さくら": "さくら", "マイケル・ジャクソン": "マイケル", "买买提·艾力": "买买提",
    # from right to left, and other scripts
    "محمد علي": "محمد", "דנה כהן": "דנה", "\u202bדנה\u202c": "דנה",
    "Γιώργος Παπαδόπουλος": "Γιώργος",
}  # fmt: skip

NOBODY = [
    # nothing, and what stands for nothing
    "", " ", "-", "...", "…", "?", "null", "NULL", "None", "N/A", "n/a", "undefined", "nan", "nil",
    "unknown", "Unknown User", "Customer", "Customer 12", "New Customer", "test", "Test Test",
    "Test Anna", "Guest", "No Name", "First Last", "John Doe", "asdf", "Клиент", "Клиент №5",
    "Покупатель", "Не указано", "Имя Фамилия", "Частное лицо", "Гость", "客户", "新客户",
    "微信用户",
    "先生", "测试", "无", "고객", "テスト", "عميل", "{{first_name}}", "%FIRSTNAME%", "*|FNAME|*",
    "[name]",
    # not a name at all
    "anna@example.com", "@anna", "+79161234567", "8 (916) 123-45-67", "12345", "cus_NffrFeUfNV2Hib",
    "K-1042", "anna42", "user_17", "https://example.com/a", "www.example.com", "example.com",
    "550e8400-e29b-41d4-a716-446655440000", "🌸", "👩‍👩‍👧", "❤️", "<b>Anna</b>", "Anna</b>",
    "&amp;",
    "<script>alert(1)</script>", "Anna; DROP TABLE", "x" * 100, "Anna " * 50, "\x00", "\u202e",
    # nobody's given name for sure
    "Dr.", "Mr.", "Ms", "Herr", "г-н", "Dr. Smith", "Mr. Petrov", "Frau Müller", "г-н Петров",
    "Господин Петров", "J. Smith", "J.R.R. Tolkien", "Smith J.", "Иванов И.И.", "И. Иванов", "A",
    "Я",
    "Smith", "Müller", "Иванов", "Иванова", "Петренко", "Сергеевна", "Nguyễn", "王", "McDonald",
    "O'Neil",
    "Wang Wei", "Li Na", "Le Anna", "Роман Анна", "Lee Ann Smith", "van der Berg", "عبد الله",
    "Abdul Rahman",
    "王 小明", "山田 太郎", "Aнна", "Md. Rahim", "Qwrt", "JJ", "ASAP",
    # more than one person, or none
    "Anna & Boris", "Anna and Boris", "Anna und Boris Schmidt", "Анна и Борис", "Anna/Boris",
    "Anna + Boris", "Mr. & Mrs. Smith", "Anna, Boris", "Anna, Boris, Clara", "Anna Smith, London",
    "Smith, London", "Acme, Berlin",
    "ООО Ромашка", "ООО «Ромашка»", "ИП Иванов", "Acme GmbH", "Acme", "Smith & Sons Ltd",
    "Anna's Bakery", "Салон Анна", "Семья Петровых", "Hotel Maria", "Familie Müller",
    "上海茶叶有限公司",
    "Курьер Иванов", "Blue Bottle", "Отдел доставки",
]  # fmt: skip


@pytest.mark.parametrize(("name", "greeted"), GREETED.items())
def test_a_given_name_is_found(name: str, greeted: str) -> None:
    assert given_name(name) == greeted


@pytest.mark.parametrize("name", NOBODY)
def test_nobody_is_greeted_by_what_may_be_something_else(name: str) -> None:
    assert given_name(name) == ""


@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from([*GREETED, *NOBODY, *"-.,'&()", "\u200f", "ß", "ı", "ŉ", "ᾳ", "²", "①"]),
        max_size=4,
    ).map(" ".join)
)
def test_nothing_is_made_up(name: str) -> None:
    found = given_name(name)
    assert found.casefold() in name.casefold()
    assert not any(each.isdigit() for each in found)
    assert not set(found) & set("@<>&/ \n")
    assert len(found) <= LONGEST
    assert not found or whole_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Anna Smith",
        "Petrov, Ivan",
        "ООО «Ромашка»",
        "Anna & Boris",
        "Dr. Smith",
        "王 小明",
        "Cafe 24",
    ],
)
def test_a_whole_name_stays_as_it_was_told(name: str) -> None:
    assert whole_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    ["", "null", "N/A", "undefined", "Customer 7", "Клиент", "客户", "-", "🌸", "Mr.",
     "anna@example.com", "+7 916 123-45-67", "K-1042", "cus_1", "example.com", "<b>Anna</b>",
     "{name}", "https://a.example"],
)  # fmt: skip
def test_what_is_no_name_is_none(name: str) -> None:
    assert whole_name(name) == ""


def test_no_word_is_a_given_name_and_something_else() -> None:
    for others in (known_names.PLACEHOLDERS, known_names.COMPANIES, known_names.TITLES):
        assert not known_names.GIVEN & others
