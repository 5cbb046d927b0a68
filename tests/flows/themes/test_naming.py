"""What a theme is called, and what it is never called."""

from flows.themes.naming import NAME_LIMIT, entitled, often_said, shared_words, suggested

SAID = {
    1: ["The lid leaks. My name is Anna Petrova, call me."],
    2: ["Your lids leak on the train"],
    3: ["lid leaking again and again", "and the lid is loose"],
}


def _named(said: dict[int, list[str]], language: str, apart: tuple[str, ...] = ()) -> str:
    shared = shared_words(said, language, apart)
    return suggested(shared, dict.fromkeys(shared, 2.0))


def test_it_is_called_by_what_several_people_say() -> None:
    assert set(_named(SAID, "English").split(" · ")) <= {"lid", "lids", "leak", "leaks", "leaking"}
    assert "anna" not in _named(SAID, "English")


def test_one_person_alone_names_nothing() -> None:
    assert (
        _named({1: ["My lid leaks, says Anna", "the lid leaks again, says Anna"]}, "English") == ""
    )


def test_names_of_people_name_no_theme() -> None:
    said = {1: ["Petra was rude at the counter"], 2: ["rude Petra at the counter"]}
    assert "petra" in _named(said, "English")
    assert "petra" not in _named(said, "English", ("Petra Klein",))


def test_staff_read_words_in_their_script_where_there_are_any() -> None:
    said = {
        1: ["The lid leaks"],
        2: ["my lid leaks"],
        3: ["крышка течёт"],
        4: ["течёт крышка"],
        5: ["盖子漏水"],
        6: ["茶壶盖子一直漏水"],
    }
    assert _named(said, "Русский") == "крышка · течёт"
    assert set(_named(said, "English").split(" · ")) == {"leaks", "lid"}
    assert "盖子" in _named(said, "中文").split(" · ")
    assert _named({1: ["lid leaks"], 2: ["lid leaks"]}, "Русский") == "leaks · lid"


def test_a_typed_name_is_one_line_that_fits() -> None:
    assert entitled("  Lids\n that   leak ") == "Lids that leak"
    assert len(entitled("x" * 500)) == NAME_LIMIT


def test_what_is_quoted_in_chinese_is_words_and_not_pairs_of_characters() -> None:
    texts = ("说明书太长", "说明书字太小，茶罐瘪了", "茶罐又瘪了", "说明书没有水温", "水温？")
    said = {number: [text] for number, text in enumerate(texts)}
    assert often_said(said, "中文", 3) == ["说明书", "水温", "茶罐"]
    english = {1: ["The tin was dented"], 2: ["A dented lid"]}
    assert often_said(english, "English", 3) == ["dented"]
