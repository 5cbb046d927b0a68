"""`replaced` gives what `dataclasses.replace` gives."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from flows.entities.replaced import replaced


@dataclass(frozen=True, slots=True)
class Tin:
    """Something with a rule."""

    tea: str
    grams: int = 100

    def __post_init__(self) -> None:
        if self.grams < 0:
            raise ValueError("less than nothing")


@pytest.mark.parametrize("changes", [{}, {"tea": "oolong"}, {"tea": "mate", "grams": 5}])
def test_it_is_the_same(changes: dict[str, Any]) -> None:
    tin = Tin("sencha")
    assert replaced(tin, **changes) == replace(tin, **changes)
    assert tin == Tin("sencha")


def test_rules_and_names_are_kept() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        replaced(Tin("sencha"), grams=-1)
    with pytest.raises(TypeError):
        replaced(Tin("sencha"), colour="green")  # type: ignore[call-arg]
