"""`replaced` gives what `dataclasses.replace` gives."""

from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any

import pytest

from flows.entities.making import made_at_once, maker
from flows.entities.replaced import replaced


@dataclass(frozen=True, slots=True)
class Tin:
    """Something with a rule."""

    tea: str
    grams: int = 100

    def __post_init__(self) -> None:
        if self.grams < 0:
            raise ValueError("less than nothing")


@dataclass(frozen=True, slots=True)
class Cup:
    """Something without a rule."""

    tea: str
    sips: tuple[int, ...] = field(default=(1, 2))


def test_what_is_made_is_what_the_class_makes() -> None:
    cup = maker(Cup)("sencha", (3,))
    assert cup == Cup("sencha", (3,))
    assert type(cup) is Cup
    assert hash(cup) == hash(Cup("sencha", (3,)))
    assert replaced(cup, tea="mate") == Cup("mate", (3,))
    with pytest.raises(FrozenInstanceError):
        cup.tea = "mate"  # type: ignore[misc]
    with pytest.raises(TypeError):
        maker(Cup)("sencha", (3,), "too many")


@dataclass(frozen=True, slots=True)
class Pot:
    """Something that is made in haste."""

    tea: str
    grams: int = 4
    cups: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.grams < 0:
            raise ValueError("less than nothing")


class _Subclass(Cup):
    """Something with more than its own slots."""


def test_what_is_made_at_once_is_what_the_class_makes() -> None:
    plain = Pot("sencha", cups=["mine"]), Pot("mate", 5), Pot("mate", 5)
    quick = made_at_once(Pot)
    assert (quick("sencha", cups=["mine"]), quick("mate", 5)) == plain[:2]
    assert quick("mate").cups == []
    assert quick("mate").cups is not quick("mate").cups
    assert replaced(quick("mate"), grams=5) == plain[2]
    assert type(quick("mate")) is Pot
    with pytest.raises(FrozenInstanceError):
        quick("mate").grams = 7  # type: ignore[misc]
    with pytest.raises(ValueError, match="less than nothing"):
        quick("mate", -1)
    with pytest.raises(TypeError, match="missing 1 required"):
        quick()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="slots"):
        made_at_once(_Subclass)


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
