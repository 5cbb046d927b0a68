"""Goals with a floor that is needed and an aim above it, and what they become in the page."""

from pathlib import Path

import pytest

from tests.bench.contest import Figures, middle
from tests.bench.conversations import ratio
from tests.bench.report import Report, at_least, at_most, failed, write


@pytest.mark.parametrize(
    ("value", "said"), [(0.69, "**no**"), (0.7, "yes, not the aim"), (0.9, "yes, and the aim")]
)
def test_at_least(value: float, said: str) -> None:
    goal = at_least("against it", value, 0.7, 0.9)
    assert goal.row() == (
        "against it: at least 0.7 times, aim 0.9 times",
        f"{value:.2f} times",
        said,
    )


@pytest.mark.parametrize(
    ("value", "said"), [(201, "**no**"), (200, "yes, not the aim"), (180, "yes, and the aim")]
)
def test_at_most(value: float, said: str) -> None:
    assert at_most("memory", value, 200, 180, " MB").row()[2] == said


def _figures(replies_per_second: float) -> Figures:
    return Figures(replies_per_second, 1.0, 2.0, 2.0, 0.5, 100.0)


def test_a_ratio_is_the_middle_one_of_the_rounds() -> None:
    ones = [_figures(value) for value in (100, 400, 900)]
    others = [_figures(value) for value in (100, 200, 300)]
    assert ratio(ones, others) == 2
    assert middle(ones) == ones[1]


def test_what_was_written_earlier_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Ours\n\n<!-- what follows is written by `make bench` -->\n", "utf-8")
    write("*here*", Report("One", "done so", ("a",), [("1",)]), page)
    write("*here*", failed("Two", "it ended"), page)
    write("*there*", Report("One", "done anew", ("a",), [("2",)]), page)
    text = page.read_text("utf-8")
    assert text.startswith("# Ours\n")
    assert "done so" not in text
    assert text.index("done anew") < text.index("it ended")
