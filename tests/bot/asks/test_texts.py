"""The words of an ask, from the configuration to what the customer reads."""

from datetime import timedelta

import pytest

from bot.asks import texts
from bot.core.rich import TEXT_LIMIT
from bot.core.words import Words, named
from bot.core.work import Work
from flows.asks.recent import ShippedChange
from flows.config import Config, Schedule, load_config
from flows.config.ask_texts import PLACEHOLDERS, RESERVED, fill
from flows.entities import Account, Change, ChangeId, Customer, CustomerId, Outgoing
from flows.languages import SHIPPED
from flows.utf16 import utf16_length
from storage.database import Database
from tests.bot.asks.making import NOON, SHOP, World
from tests.databases import on_both

TEXT = (
    "    text: {en: 'Hi {name}, how is {product}? {recent_change}', "
    "ru: '{name}, как вам {product}?', zh: '{name}，{product}怎么样？'}\n"
)
VARIANTS = """    variants:
      - {id: short, text: {en: 'Short?', ru: 'Кратко?', zh: '短？'}}
      - {id: news, text: {en: 'News? {recent_change}', ru: 'Новости?', zh: '新闻？'}}
"""
THIRD = "      - {id: third, text: {en: 'Third?', ru: 'Третий?', zh: '三？'}}\n"
WORDS = Words.shipped()


def config(words: str) -> Config:
    """The shop with these words for its silent trial."""
    return load_config(
        SHOP.replace("    flow: trial_check_in\n", f"    flow: trial_check_in\n{words}")
    )


def trial(found: Config) -> Schedule:
    return found.schedules[0]


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    made.services.config = config(TEXT)
    return made


async def shipped(
    world: World, number: int, *people: str, days_ago: int = 3, **ticket: object
) -> Change:
    """A change that works since some days, because of these people's complaints."""
    change = Change(
        ChangeId(number), number, f"Lids {number}", NOON, "shipped", f"They close {number}.",
        shipped_at=world.now - timedelta(days=days_ago),
    )  # fmt: skip
    await world.add(change)
    for ref in people:
        person = await world.customer(f"{ref}-{number}", name="Zoe")
        await world.ticket(
            person, "resolved", words="My secret words", change_id=change.id, **ticket
        )
    return change


async def asked(world: World, **customer: object) -> tuple[Customer, Outgoing]:
    anna = await world.customer(**customer)  # type: ignore[arg-type]
    await world.tell(anna)
    [row] = await world.tick()
    return anna, row


async def read(world: World, row: Outgoing) -> str:
    sent = await world.deliver(row)
    assert sent is not None
    return str(sent["text"])


# -- what customers read --------------------------------------------------------------------------


async def test_a_schedule_says_it_in_its_own_words_and_the_flow_keeps_its_buttons(
    world: World,
) -> None:
    _, row = await asked(world)
    sent = await world.deliver(row)
    assert sent is not None
    assert sent["text"] == "Hi Anna, how is Monthly box?"
    labels = [button["text"] for line in sent["reply_markup"]["inline_keyboard"] for button in line]
    assert "All fine" in labels
    assert "entities" not in sent


async def test_the_reminder_repeats_the_same_words(world: World) -> None:
    _, row = await asked(world)
    await world.deliver(row)
    world.clock.move(days=3)
    [again] = await world.tick()
    text = await read(world, again)
    assert text.startswith("A few days ago")
    assert text.endswith("\n\nHi Anna, how is Monthly box?")


async def test_in_the_customers_language_and_without_a_name(world: World) -> None:
    _, row = await asked(world, language="ru", name="")
    assert await read(world, row) == "Как вам Набор?"


async def test_words_changed_before_the_ask_leaves_are_the_new_ones(world: World) -> None:
    _, row = await asked(world)
    world.services.config = config(TEXT.replace("how is", "what about"))
    assert await read(world, row) == "Hi Anna, what about Monthly box?"
    world.services.config = config("")
    [row] = world.rows
    call = await world.compose(row)
    assert call is not None
    assert call.params["text"].startswith(
        "Hello Anna, this is Lumen Tea. You have been trying our Monthly box for a while."
    )


@pytest.mark.parametrize("name", ["{brand}<b>\u202e", "null", "anna@example.com", "+79161234567"])
async def test_what_is_no_name_is_not_said(world: World, name: str) -> None:
    _, row = await asked(world, name=name)
    assert await read(world, row) == "Hi, how is Monthly box?"


async def test_customers_are_greeted_by_their_given_name(world: World) -> None:
    world.services.config = config(TEXT.replace("{name}", "{first_name}"))
    _, row = await asked(world, name="Иванова Анна Сергеевна", language="ru")
    assert await read(world, row) == "Анна, как вам Набор?"


async def test_without_a_name_for_them_telegrams_is_taken(world: World) -> None:
    world.services.config = config(TEXT.replace("{name}", "{first_name}"))
    _, row = await asked(world, name="ООО Ромашка")
    assert await read(world, row) == "Hi, how is Monthly box?"


@pytest.mark.parametrize("text", [TEXT, ""])
@pytest.mark.parametrize("product", ["SKU-00123_XL", "<b>box</b>"])
async def test_a_product_without_a_title_is_not_shown(
    world: World, text: str, product: str
) -> None:
    world.services.config = config(text)
    await world.tell(await world.customer(), product=product)
    [row] = await world.tick()
    said = await read(world, row)
    assert product not in said
    assert "Lumen Tea" in said


# -- variants -------------------------------------------------------------------------------------


async def test_the_variant_of_a_customer_is_said_and_stored(world: World) -> None:
    world.services.config = config(VARIANTS)
    said = set()
    for _ in range(6):
        customer = await world.customer(f"C-{world.number()}")
        await world.tell(customer)
        [row] = await world.tick()
        text = await read(world, row)
        variant = (await world.candidate(customer)).variant
        expected = texts.variant_for(world.services, trial(world.services.config), customer)
        assert variant == expected
        assert text == {"short": "Short?", "news": "News?"}[variant]
        said.add(variant)
    assert said == {"short", "news"}


@on_both
@pytest.mark.parametrize(("before", "after"), [(VARIANTS, TEXT), (TEXT, VARIANTS)])
async def test_an_ask_whose_variant_is_gone_is_decided_anew(
    world: World, before: str, after: str
) -> None:
    world.services.config = config(before)
    anna, row = await asked(world)
    world.services.config = config(after)
    assert await world.deliver(row) is None
    [again] = await world.tick()
    text = await read(world, again)
    variant = (await world.candidate(anna)).variant
    named = {"short": "Short?", "news": "News?", "": "Hi Anna, how is Monthly box?"}
    assert text == named[variant]
    assert bool(variant) == (after == VARIANTS)


def test_a_new_variant_takes_nobody_else_along(still: World) -> None:
    two, three = trial(config(VARIANTS)), trial(config(VARIANTS + THIRD))
    for number in range(60):
        person = Customer(CustomerId(number), f"P-{number}", NOON)
        before = texts.variant_for(still.services, two, person)
        assert texts.variant_for(still.services, three, person) in {before, "third"}


# -- what changed ---------------------------------------------------------------------------------


@on_both
async def test_a_change_of_several_people_is_told_by_counts_and_never_in_their_words(
    world: World,
) -> None:
    await shipped(world, 1, "a", "b", "c", days_ago=9)
    await shipped(world, 2, "d")
    _, row = await asked(world)
    text = await read(world, row)
    assert text.endswith(
        "3 people told us what went wrong, and on 25 April 2026 we changed it. "
        "Lids 1: They close 1."
    )
    assert "secret" not in text
    assert "Zoe" not in text


async def test_a_change_of_the_customers_own_stage_or_product_comes_first(world: World) -> None:
    await shipped(world, 1, "a", "b", days_ago=9, stage="first_use")
    await shipped(world, 2, "c", "d", "e", stage="delivery")
    _, row = await asked(world, stage="first_use")
    assert "Lids 1" in await read(world, row)
    tin = await world.customer("T-1")
    event = await world.tell(tin, "order_delivered", days_ago=2, product="tin")
    candidate = await world.candidate(tin)
    assert candidate.event_id == event.id
    await shipped(world, 3, "f", "g", days_ago=20, candidate_id=candidate.id)
    found = await world.do(lambda work: texts.News(work).changes())
    assert [(each.people, dict(each.by_product)) for each in found] == [
        (3, {"": 3}), (2, {"": 2}), (2, {"tin": 2}),
    ]  # fmt: skip


async def test_somebody_with_several_complaints_is_one_person(world: World) -> None:
    change = await shipped(world, 1)
    person = await world.customer("a")
    for stage in ("first_use", "delivery"):
        await world.ticket(person, "resolved", change_id=change.id, stage=stage)
    [found] = await world.do(lambda work: texts.News(work).changes())
    assert (found.people, dict(found.by_product)) == (1, {"": 1})
    assert dict(found.by_stage) == {"first_use": 1, "delivery": 1}


@on_both
async def test_old_changes_and_those_without_people_are_no_news(world: World) -> None:
    await shipped(world, 1, "a", "b", days_ago=61)
    await shipped(world, 2)
    _, row = await asked(world)
    assert await read(world, row) == "Hi Anna, how is Monthly box?"


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("people", [1, 2, 3, 5, 11, 21, 1000])
def test_the_sentence_about_a_change_fits_and_ends(
    language: str, people: int, still: World
) -> None:
    for title, text in (
        ("New lids.", "They close"),
        ("😀" * 200, "x! " * 500),
        ("a" * 200, "b" * 999),
    ):
        change = ShippedChange(title, text, NOON, people)
        said = texts.change_sentence(still.services, language, change, "Europe/Berlin")
        assert utf16_length(said) <= PLACEHOLDERS["recent_change"]
        assert said[-1] in ".!…。"
        assert str(people) in said or said.startswith("Somebody told us")


def test_a_text_that_begins_with_its_title_is_said_once(still: World) -> None:
    change = ShippedChange("New lids", "New lids close tightly.", NOON, 2)
    said = texts.change_sentence(still.services, "en", change, "Europe/Berlin")
    assert said.count("New lids") == 1
    assert said.endswith("we changed it. New lids close tightly.")


@pytest.mark.parametrize("language", SHIPPED)
def test_a_change_without_a_title_is_told_by_its_text_alone(language: str, still: World) -> None:
    change = ShippedChange("", "They close tightly.", NOON, 2)
    said = texts.change_sentence(still.services, language, change, "Europe/Berlin")
    assert "They close tightly." in said
    assert ": They" not in said
    assert "：They" not in said


@pytest.fixture
def still() -> World:
    return World(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (1, "О том, что было не так, нам рассказал 1 человек,"),
        (3, "О том, что было не так, нам рассказали 3 человека,"),
        (5, "О том, что было не так, нам рассказали 5 человек,"),
        (22, "О том, что было не так, нам рассказали 22 человека,"),
    ],
)
def test_russian_counts_people_as_it_should(people: int, said: str, still: World) -> None:
    change = ShippedChange("Крышки", "Закрываются плотно.", NOON, people)
    text = texts.change_sentence(still.services, "ru", change, "UTC")
    assert text.startswith(said)
    assert "4 мая 2026" in text


# -- for the editor -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", SHIPPED)
def test_what_is_wrong_with_a_text_is_said_in_the_admins_language(
    language: str, still: World
) -> None:
    good = {"en": "Well?", "ru": "Ну как?", "zh": "怎么样？"}
    assert texts.problems_of(still.services, good, language) == []
    wrong = {
        "": 1, "{": 1, "Hi {nmae}, well?": 1, "{zzzzzz}?": 1, "\x07?": 1, "For {name}": 1,
        "x" * 4000: 1,
    }  # fmt: skip
    said = set()
    for text, count in wrong.items():
        problems = texts.problems_of(still.services, good | {"ru": text}, language)
        assert len(problems) == count
        said |= set(problems)
    said |= set(texts.problems_of(still.services, {"en": "Well?", "ru": "Ну?"}, language))
    assert len(said) == len(wrong) + 1
    tongues = {named(each, language) for each in SHIPPED}
    assert all(sentence.partition(":")[0].partition("：")[0] in tongues for sentence in said)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("", "Hi Anna, how is Monthly box? 2 people told us what went wrong, and on 1 May 2026 "
         "we changed it. Lids 1: They close 1."),
        ("ru", "Anna, как вам Набор?"),
        ("zh", "Anna，茶盒怎么样？"),
    ],
)  # fmt: skip
async def test_a_sample_is_what_a_real_customer_would_read(
    world: World, language: str, text: str
) -> None:
    anna = await world.customer()
    await world.tell(anna)
    await shipped(world, 1, "a", "b")
    draft = trial(world.services.config)
    world.services.config = config("")

    async def sample(work: Work) -> str:
        rich = await texts.render_sample(work, draft, anna, language=language)
        return rich.text

    assert await world.do(sample) == text


async def test_a_sample_of_each_variant_and_of_the_flows_own_words(world: World) -> None:
    anna = await world.customer(name="")
    several, none = trial(config(VARIANTS)), trial(config(""))

    async def samples(work: Work) -> list[str]:
        shown = [await texts.render_sample(work, several, anna, variant=each) for each in
                 ("short", "news")]  # fmt: skip
        return [rich.text for rich in (*shown, await texts.render_sample(work, none, anna))]

    assert (await world.do(samples))[:2] == ["Short?", "News?"]
    assert (await world.do(samples))[2].startswith(
        "Hello, this is Lumen Tea. You have been trying our Lumen Tea for a while."
    )


def test_ask_text_is_the_schedules_own_or_nothing(still: World) -> None:
    own, flows = trial(config(TEXT)), trial(config(""))
    values = {"name": "Anna", "product": "Box"}
    assert texts.ask_text(still.services, own, "", "en", values) == "Hi Anna, how is Box?"
    assert texts.ask_text(still.services, own, "", "fr", values) == "Hi Anna, how is Box?"
    assert texts.ask_text(still.services, flows, "", "en", values) is None


def test_what_is_said_around_a_text_fits_into_what_is_kept_free_for_it() -> None:
    longest = max(utf16_length(WORDS.say(each, "asking.reminder")) for each in SHIPPED)
    # Two labels of a scale of at most 60 characters each, and their frame.
    assert longest + 2 + 2 * 120 + 20 <= RESERVED
    text = fill(
        "x" * (TEXT_LIMIT - RESERVED - 404) + ", {name}.", {"name": "😀" * 300, "brand": "b"}
    )
    assert utf16_length(text) <= TEXT_LIMIT - RESERVED


async def test_who_is_asked_where_goes_by_the_account_linked_last(world: World) -> None:
    anna = await world.customer(name="")
    await world.add(Account(5, anna.id, world.now + timedelta(1), "ru", first_name="Аня"))

    async def sample(work: Work) -> str:
        return (await texts.render_sample(work, trial(config(TEXT)), anna)).text

    assert await world.do(sample) == "Аня, как вам Lumen Tea?"
