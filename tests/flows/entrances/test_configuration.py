"""What `entrances` may say, and the sentences for what it may not."""

import pytest

from flows.config import ConfigError, dump_config, load_config
from flows.entities.kinds import EntranceKind, Opens

GOOD = """
brand: {languages: [en, ru]}
teams: [{id: support}]
products: [{id: pro, title: {en: Pro, ru: Про}}]
entrances:
  - {id: table-7, title: {en: Table 7, ru: Стол 7}, place: House, greeting: {en: Hi, ru: Привет}}
  - {id: box, title: {en: Box, ru: Набор}, kind: product, product: pro, opens: three_questions}
  - {id: mira, title: {en: Mira, ru: Мира}, kind: desk, team: support, person: "@Mira"}
routes:
  - {id: house, when: {place: House, entrance: [table-7]}, team: support}
"""


def test_what_is_written_is_meant_and_comes_back() -> None:
    config = load_config(GOOD)
    table, box, mira = config.entrances
    assert (table.kind, table.opens, table.at) == (EntranceKind.PLACE, Opens.COMPLAINT, "House")
    assert (box.opens, box.at, mira.person) == (Opens.THREE_QUESTIONS, "box", "@mira")
    assert config.entrance("mira") is mira
    assert config.entrance("") is None
    assert load_config(dump_config(config)) == config


@pytest.mark.parametrize(
    ("entrance", "sentence"),
    [
        ("{id: a}", "entrances[0].title: found nothing, expected the key 'title'"),
        ("{id: a, title: {en: A}}", "no title in ru"),
        ("{id: a, title: {en: A, ru: А}, greeting: {en: Hi}}", "no text in ru"),
        ("{id: a, title: {en: A, ru: А}, product: pr0}", "a product: one of pro. Did you mean"),
        ("{id: a, title: {en: A, ru: А}, team: x}", "a team: one of support"),
        ("{id: a, title: {en: A, ru: А}, kind: product}", 'expected "product" with the id'),
        ("{id: a, title: {en: A, ru: А}, kind: desk}", "whose desk this is"),
        ("{id: a, title: {en: A, ru: А}, kind: room}", "one of place, product, desk"),
        ("{id: a, title: {en: A, ru: А}, opens: quiz}", "complaint or three_questions"),
        (f"{{id: {'a' * 33}, title: {{en: A, ru: А}}}}", "an id of 1 to 32 small letters"),
        ("{id: Стол, title: {en: A, ru: А}}", "an id of 1 to 32 small letters"),
        ("{id: a, title: {en: A, ru: А}}\n  - {id: a, title: {en: B, ru: Б}}", "the id 'a' again"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(entrance: str, sentence: str) -> None:
    before, _, _ = GOOD.partition("entrances:")
    with pytest.raises(ConfigError) as caught:
        load_config(f"{before}entrances:\n  - {entrance}\n")
    [problem] = caught.value.problems
    assert problem.line >= 6
    assert sentence in str(problem)


def test_routes_name_entrances_and_places_that_there_are() -> None:
    source = GOOD.replace("place: House, entrance: [table-7]", "place: Hause, entrance: table-9")
    with pytest.raises(ConfigError) as caught:
        load_config(source)
    assert [str(each).partition(": ")[2] for each in caught.value.problems] == [
        "found 'table-9', expected an entrance: one of box, mira, table-7. Did you mean 'table-7'?",
        "found 'Hause', expected a place of an entrance: one of House. Did you mean 'House'?",
    ]
