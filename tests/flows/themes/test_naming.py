"""What a theme is called, and what it is never called."""

from flows.themes.naming import NAME_LIMIT, entitled, shared_words, suggested

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
