"""What `guarantees` may say, what proves a claim, and whether it is granted at once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import Config, ConfigError, dump_config, load_config
from flows.conversations import Piece
from flows.entities import Proof
from flows.receipts import LONGEST, number_in
from flows.recovery.guarantees import (
    Above,
    Standing,
    above,
    flow_of,
    marks_of,
    marks_of_files,
)

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"
BEFORE = """
brand: {languages: [en, ru], time_zone: Europe/Berlin}
products: [{id: pro, title: {en: Pro, ru: Про}}]
remedies:
  - {id: tea, title: {en: Tea, ru: Чай}, kind: code, pool: teas}
  - {id: open, title: {en: Money, ru: Деньги}, kind: refund}
"""
GOOD = f"""{BEFORE}
guarantees:
  - id: cold
    title: {{en: Cold tea is free, ru: Холодный чай даром}}
    remedy: tea
    proof: photo
    product: pro
    hours: [{{days: mon-fri, from: "09:00", to: "18:00"}}, {{days: sat}}]
    per_customer: 2
    per_place: 3
  - {{id: word, title: {{en: A, ru: А}}, remedy: tea, proof: none}}
entrances:
  - {{id: till, title: {{en: Till, ru: Касса}}, kind: guarantee, guarantee: cold, place: House}}
"""
PLACES = (
    GOOD.replace("    per_place: 3\n", "    place: [{at: House, per_day: 1}, {at: Kiosk}]\n")
    + "  - {id: kiosk, title: {en: Kiosk, ru: Киоск}, place: Kiosk}\n"
)
HEAD = "id: a, title: {en: A, ru: А}"


def test_what_is_written_is_meant_and_comes_back() -> None:
    config = load_config(GOOD)
    cold = config.guarantee("cold")
    assert cold is not None
    assert (cold.proof, cold.per_customer, cold.per_place) == (Proof.PHOTO, 2, 3)
    assert config.guarantee("word") == config.guarantees[1]
    assert config.guarantee("") is None
    assert load_config(dump_config(config)) == config


@pytest.mark.parametrize(
    ("guarantee", "sentence"),
    [
        (f"{{{HEAD}, remedy: tea}}", "expected the key 'proof'"),
        (f"{{{HEAD}, remedy: tea, proof: word}}", "photo, receipt, or none, written out"),
        (f"{{{HEAD}, remedy: te, proof: photo}}", "a remedy: one of open, tea. Did you mean 'tea'"),
        (f"{{{HEAD}, remedy: open, proof: photo}}", "a remedy with a value"),
        (f"{{{HEAD}, remedy: tea, proof: photo, product: x}}", "a product: one of pro"),
        (f"{{{HEAD}, remedy: tea, proof: photo, per_place: -1}}", "a whole number from 1"),
        (f"{{{HEAD}, remedy: tea, proof: photo, per_customer: -2}}", "a whole number from 1"),
        (
            f'{{{HEAD}, remedy: tea, proof: photo, hours: {{from: "18:00", to: "09:00"}}}}',
            'a "from" earlier than "to" on the same day',
        ),
        ("{id: a, title: {en: A}, remedy: tea, proof: photo}", "no title in ru"),
        (
            f"{{{HEAD}, remedy: tea, proof: photo, place: {{at: Hous}}}}",
            "a place of an entrance (there is none yet)",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(guarantee: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(f"{BEFORE}guarantees:\n  - {guarantee}\n")
    [problem] = caught.value.problems
    assert problem.line == 8
    assert problem.key.startswith("guarantees[0]")
    assert sentence in str(problem)


def test_a_guarantee_holds_where_an_entrance_names_it() -> None:
    config = load_config(PLACES)
    assert load_config(dump_config(config)) == config
    with pytest.raises(ConfigError, match=r"place\[0\]\.per_day.*a whole number from 1"):
        load_config(PLACES.replace("per_day: 1", "per_day: 0"))
    with pytest.raises(ConfigError) as caught:
        load_config(PLACES.replace("place: House}", "place: Kiosk}"))
    assert "guarantees[0].place[0].at: found 'House', expected a place" in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        load_config(PLACES.replace("{at: House, per_day: 1}, ", ""))
    assert "a guarantee that holds here: it names places, and not House" in str(caught.value)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("kind: guarantee", '"guarantee" with the kind guarantee, and with no other'),
        ("guarantee: cold", '"guarantee" with the kind guarantee, and with no other'),
        ("kind: guarantee, guarantee: cald", "a guarantee: one of cold, word. Did you mean"),
    ],
)
def test_entrances_name_guarantees_that_there_are(more: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(GOOD.replace("kind: guarantee, guarantee: cold", more))
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0042-17", "004217"),
        ("Receipt № 0042-17, from yesterday", "004217"),
        ("чек 12 345 678", "12345678"),
        ("小票：Ａ００４２", "小票a0042"),
        ("RB/2026/991", "rb2026991"),
        ("I lost 2 bags", ""),
        ("no receipt", ""),
        ("", ""),
        ("9" * (LONGEST + 1), ""),
    ],
)
def test_numbers_are_the_same_however_written(written: str, number: str) -> None:
    assert number_in(written) == number


@given(st.text(max_size=80))
def test_a_number_is_known_again_from_itself(text: str) -> None:
    found = number_in(text)
    assert found == "" or number_in(found.upper()) in {found, number_in(found)}
    assert found == "" or any(each.isdigit() for each in found)


def _config() -> Config:
    return load_config(GOOD)


def test_hours_are_those_of_the_brand() -> None:
    config = _config()
    assert flow_of(config, "cold", NOON) == "guarantee_photo"
    assert flow_of(config, "cold", NOON + timedelta(hours=6)) is None
    assert flow_of(config, "cold", NOON + timedelta(days=5, hours=6)) == "guarantee_photo"
    assert flow_of(config, "word", NOON + timedelta(hours=12)) == "guarantee_none"
    assert flow_of(config, "gone", NOON) is None


@given(
    st.booleans(),
    st.sampled_from([frozenset[str](), frozenset({"pro"})]),
    st.integers(0, 4),
    st.integers(0, 5),
    st.integers(0, 167),
    st.sampled_from(["House", "Kiosk", "Street"]),
)
def test_at_once_is_what_nothing_speaks_against(
    used: bool,
    products: frozenset[str],
    to_customer: int,
    at_place: int,
    hour: int,
    place: str,
) -> None:
    cold, named = _config().guarantees[0], load_config(PLACES).guarantees[0]
    now = NOON + timedelta(hours=hour)
    standing = Standing(used, products, place, to_customer, at_place)
    holds = flow_of(_config(), "cold", now) is not None
    others = not used and holds and bool(products) and to_customer < 2
    most = {"House": 1, "Kiosk": 20}.get(place, 0)
    assert (above(named, standing, now, ZONE) is None) == (others and at_place < most)
    reason = above(cold, standing, now, ZONE)
    clean = others and at_place < 3
    assert (reason is None) == clean
    assert not used or reason is Above.PROOF


def test_proofs_are_known_again_by_what_they_are_of() -> None:
    cold, word = _config().guarantees
    receipt = cold.model_copy(update={"proof": Proof.RECEIPT})
    photos = [Piece("photo", NOON, file={"file_unique_id": name}) for name in ("B", "A", "B")]
    text = Piece("text", NOON, "It is 0042-17")
    assert marks_of(cold, [*photos, text]) == marks_of_files([p.file for p in photos])
    assert len(marks_of(cold, photos)) == 2
    assert marks_of(receipt, [*photos, text]) == marks_of(
        receipt, [Piece("text", NOON, "№ 004217")]
    )
    assert "4217" not in marks_of(receipt, [text])[0]
    assert marks_of(word, [*photos, text]) == []
    assert marks_of_files([{}]) == []
