"""What is wrong with a YAML file is said in our words, by whichever of PyYAML's readers."""

import pytest
import yaml

from flows import yaml_faults

FAULTS = [
    ("a: b: c", "colon", {(1, 5)}),
    ("a:\n\tb: 1", "tab", {(2, 1)}),
    ("a: [1, 2\nb: 3", "brackets", {(2, 2)}),
    ("a: {x: 1\n", "braces", {(2, 1)}),
    ("x: 1\na: 'x\nb: 1", "quote", {(2, 4)}),
    ("a:\n  b: 1\n c: 2", "indented", {(3, 2)}),
    ("- a\nb: 1", "line", {(2, 1)}),
    ('a: "\\q"', "backslash", {(1, 5), (1, 6)}),
    ("a: @x", "sign", {(1, 4)}),
    ("a: ]", "value", {(1, 4)}),
]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize(("text", "word", "places"), FAULTS)
def test_why_and_where(text: str, word: str, places: set[tuple[int, int]], loader: type) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as raised:
        list(yaml.parse(text, Loader=loader))
    said = yaml_faults.fault(raised.value)
    assert word in said
    assert "no use for" not in said
    assert yaml_faults.place(raised.value) in places
