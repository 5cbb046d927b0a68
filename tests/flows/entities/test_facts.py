"""Every fact belongs to a family that says how a person is found in it."""

import ast
from pathlib import Path

import pytest

from flows.entities import facts
from flows.entities.facts import FAMILIES, MOVED, SALT, Family, Personal, family_of

ROOT = Path(__file__).parents[3]
METHODS = {"get", "locked", "shared", "beginning", "set", "drop"}


def test_every_family_says_how_a_person_is_found_in_it() -> None:
    made = [each for each in vars(facts).values() if isinstance(each, Family)]
    assert list(FAMILIES.values()) == made
    assert len({family.name for family in made}) == len(made) > 10
    assert all(isinstance(family.personal, Personal) for family in made)
    with pytest.raises(TypeError, match="personal"):
        Family("new")  # type: ignore[call-arg]


def test_only_families_with_keys_have_a_person_in_their_names() -> None:
    found = [each for each in FAMILIES.values() if each.personal is Personal.BY_NAME]
    assert found
    assert all(family.keyed for family in found)


def test_a_fact_is_found_by_its_name() -> None:
    assert family_of(SALT.name) is SALT
    assert family_of(MOVED.of(-100)) is MOVED
    assert family_of("seen:-100:anna") is facts.SEEN


@pytest.mark.parametrize("name", ["unknown", "unknown:1", "salt:1", "moved", "moved:", ""])
def test_a_fact_of_no_family_is_refused(name: str) -> None:
    with pytest.raises(LookupError, match="family"):
        family_of(name)


def _spelled(tree: ast.AST) -> list[int]:
    """Lines on which a fact is asked for by a name that is written there."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in METHODS
        and ast.unparse(node.func.value).split(".")[-1] == "facts"
        and node.args
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    ]


def test_no_other_module_spells_the_name_of_a_fact() -> None:
    seen = 0
    for room in ("bot", "storage"):
        for path in (ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            assert _spelled(tree) == [], path
            seen += "facts." in path.read_text("utf-8")
    assert seen > 10
    assert _spelled(ast.parse('unit.facts.set(f"{X}1", "")')) == [1]
