"""The weekly letter: what it is made of, how long it is, who gets it and when."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import wiring
from bot.core.callbacks import pack
from bot.core.delivery import Call
from bot.core.rich import CAPTION_LIMIT
from bot.core.work import Work
from bot.insight import silent_stages
from bot.insight.letter import sending
from bot.insight.letter.counting import Missed, count
from bot.insight.letter.view import letter
from bot.insight.pictures import pair, showing
from bot.insight.pictures.making import drawn
from bot.insight.pictures.picture import Artist
from flows.config import ConfigError, load_config
from flows.desk.watch import with_served
from flows.entities import (
    Change,
    ChangeId,
    Group,
    LostSale,
    LostSaleId,
    MissedItem,
    MissedItemId,
    Notice,
    NoticeId,
    Outgoing,
    Praise,
    PraiseId,
    Theme,
    ThemeId,
)
from flows.entities.praise import Whom
from flows.insight.letter import SECONDS, Heard, Praised, Verdicts, seconds_to_read
from flows.utf16 import utf16_length
from storage.database import Database
from tests.bot.asks.making import ADMIN, NOON, SHOP, World
from tests.bot.insight import letters
from tests.bot.insight.test_pictures import MAY, PLACES
from tests.bot.stage import STAFF_CHAT, Somebody, Stage, buttons, make_stage
from tests.databases import on_both

DAY = timedelta(days=1)
SEGMENTS = """
segments:
  - {id: early, title: {en: Early, ru: Ранние, zh: 早期}, stage: [later]}
  - {id: all-en, title: {en: English, ru: Английские, zh: 英语}, language: [en]}
"""


async def filled(world: World) -> None:
    """A week: three complained, a change was shipped and helped one of two, two missed a thing."""
    world.services.config = load_config(SHOP + PLACES + SEGMENTS)
    anna, boris, chen = [await world.customer(f"C-{n}") for n in range(3)]
    early = await world.customer("C-9", stage="later")
    now, where = world.now - timedelta(hours=1), {"stage": "waiting", "category": "packaging"}
    theme = Theme(ThemeId(1), 1, "dented · tin", now, STAFF_CHAT)
    shipped = Change(ChangeId(3), 3, "Padded box", now - 9 * DAY, "shipped", shipped_at=now)
    planned = Change(ChangeId(4), 4, "Thicker tin", now, "accepted", planned_for=now + 2 * DAY)
    failed = Change(ChangeId(5), 5, "Thin foil", now, "in_progress", judged_at=now)
    helped = Change(
        ChangeId(6), 6, "Softer lid", now - 9 * DAY, "shipped", shipped_at=now - 9 * DAY
    )
    await world.add(theme, shipped, planned, failed, helped)
    rows = [
        await world.ticket(anna, words="It came dented", change_id=shipped.id, theme_id=theme.id,
                           due_at=world.now + DAY, **where),
        await world.ticket(anna, words="Dented again", first_response_at=now, **where),
        await world.ticket(boris, words="A dented tin", due_at=now - DAY, **where),
        await world.ticket(chen, words="Bitter", stage="later", category="taste"),
        await world.ticket(early, "merged", words="A dented tin", **where),
    ]  # fmt: skip
    for each in rows:
        await world.put(replace(each, opened_at=now))
    # What a guarantee promises was granted at once: nobody waits for a word.
    served = await world.ticket(early, words="", stage="later", category="taste")
    await world.put(with_served(replace(served, opened_at=now - 8 * DAY)))
    old = await world.ticket(early, "resolved", stage="later", category="taste")
    await world.put(replace(old, opened_at=now - 8 * DAY))
    item, lonely = (MissedItem(MissedItemId(n), now) for n in (1, 2))
    await world.add(
        Notice(NoticeId(5), shipped.id, rows[0].id, anna.id, 1, now, now, "no", now),
        Notice(NoticeId(7), helped.id, rows[3].id, chen.id, 1, now, now, "yes", now),
        Notice(NoticeId(6), shipped.id, rows[2].id, boris.id, 1, now, now, "yes", now),
        item, lonely,
        *(LostSale(LostSaleId(n), one.id, now, what, what, who.id)
          for n, (one, what, who) in enumerate(((item, "oat milk", anna), (item, "oat milk", boris),
                                                (lonely, "my own secret", chen)), 1)),
        Praise(PraiseId(1), anna.id, 1, now, "Ada is kind", 1, "support", Whom.PERSON, 77,
               "Ada Example", STAFF_CHAT, now),
        Praise(PraiseId(2), boris.id, 1, now, "Not read yet", 2),
    )  # fmt: skip


@on_both
async def test_a_letter_is_counted_from_what_happened_and_names_no_customer(
    database: Database,
) -> None:
    world = World(database)
    await filled(world)

    async def read(work: Work) -> tuple[Any, str, Any]:
        artist = Artist(work.services, "en", work.now)
        week = await count(work, "en", work.now)
        config = work.services.config
        maps = await pair.count(work, artist, MAY, config.segments[:1])
        both = await pair.count(work, artist, MAY, config.segments)
        return week, letter(artist, work.services, week).text.text, (maps, both)

    week, said, ((early, every), (_, english)) = await world.do(read)
    assert (week.complained, week.before) == (3, 1)
    assert list(week.heard) == [Heard("waiting", "packaging", 2), Heard("later", "taste", 1)]
    assert week.words["waiting", "packaging"] == ["dented"]
    assert (week.due, week.overdue, week.planned_count) == (1, 1, 1)
    assert [each.number for each in week.unanswered]
    assert week.unanswered_count == 3
    assert [(theme.number, n) for theme, n in week.unowned] == [(1, 1)]
    assert [(each.number, verdicts) for each, verdicts in week.not_helped] == [
        (5, None), (3, Verdicts(3, 1, 1)),
    ]  # fmt: skip
    assert (week.missed_people, week.missed_things, week.missed) == (3, 2, [Missed("oat milk", 2)])
    assert (week.praised, week.praise) == (1, [Praised(Whom.PERSON, "support", "Ada Example")])
    for line in (
        "Lumen Tea: the week from 27 Apr to 4 May",
        "3 people told us what went wrong. The week before it was 1.",
        "· Waiting, Packaging: 2 people (“dented”)",
        "· C3 · Padded box: 2 people know it",
        "1 complaint is overdue",
        "What helped\n· C6 · Softer lid: 1 person says so, nobody says the opposite",
        "oat milk: 2 people\n… and 1 more",
        "Thank you, Ada.",
    ):
        assert line in said, (line, said)
    for private in ("secret", "Bitter", "Anna", "C-1", "kind"):
        assert private not in said
    assert early.found.total == 0
    assert every.found.of_stage("waiting") == english.found.of_stage("waiting") == 3


def test_it_takes_two_minutes_to_read_in_every_language_and_what_is_left_out_is_counted() -> None:
    for kind, language, short, whole, services in letters.letters():
        said = short.text.text
        assert seconds_to_read(said) <= SECONDS, (kind, language)
        assert len(short.text.pages()) == 1
        assert "{" not in whole.text.text
        assert short.is_shortened is (kind == "much")
        if kind == "much":
            more = services.words.say(language, "letter.more", n=5, shown="5")
            assert more.split("5")[0] in said
            assert seconds_to_read(whole.text.text) > SECONDS
        if kind == "none":
            assert said.count("\n") == 1


async def test_two_maps_have_every_figure_in_words_and_are_drawn() -> None:
    for kind, language, picture, services in letters.pairs():
        said, artist = picture.text.text, Artist(services, language, letters.NOW)
        assert "{" not in said
        assert utf16_length(picture.caption(artist.tell("more_as_text")).text) <= CAPTION_LIMIT
        rows: Any = picture.data["rows"]
        # The last column has all other kinds, which the words tell apart.
        cells = [cell["n"] for row in rows for side in row["sides"] for cell in side["cells"][:-1]]
        assert all(artist.number(each) in said for each in cells if each), kind
        tints = {cell["tint"] for row in rows for side in row["sides"] for cell in side["cells"]}
        assert (max(tints) == 1) is (kind == "little"), "few on one side, and neither is darker"
        if kind != "long" and language == "ru":
            assert "клиенты хотят: чай к пятнице; мы хотим: ни одной потери" in said
            png = await drawn(services, language, picture)
            assert png.startswith(b"\x89PNG")


# -- who gets it ----------------------------------------------------------------------------------


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.clock.moment = NOON
    made.services.admins = {ADMIN}
    made.services.config = load_config(SHOP + PLACES + SEGMENTS)
    return made


async def composed(stage: Stage, row: Outgoing) -> Call | None:
    async with stage.database.reading() as unit:
        work = Work(unit, stage.clock.now(), stage.services)
        call = await wiring.engine().composers[row.method](work, row)
    assert call is None or isinstance(call, Call)
    return call


async def test_it_is_sent_once_a_week_and_never_at_night(stage: Stage) -> None:
    here = stage.services.groups[STAFF_CHAT]
    stage.services.groups[STAFF_CHAT] = replace(here, bound_at=NOON - 9 * DAY)
    left = Group(STAFF_CHAT - 1, "support", "Left", forum=False, bound_at=NOON, left_at=NOON)
    stage.services.groups[left.chat_id] = left

    async def sent(days: float = 0, hours: float = 0) -> list[int]:
        stage.clock.moment = NOON + timedelta(days=days, hours=hours)
        before = len(stage.sent)
        await stage.use(sending.send_due)
        assert all(row.method == sending.METHOD for row in stage.sent[before:])
        return [row.chat_id for row in stage.sent[before:]]

    assert await sent() == [], "nobody is sent what nobody asked for"
    words = "letter: {to: [groups, admins], day: mon, at: '14:30'}\n"
    stage.services.config = load_config(SHOP + PLACES + words)
    # Monday, 14:00 in Berlin.
    assert await sent() == [], "half an hour too early"
    assert await sent(hours=7) == [], "at night nobody is rung, also where it is late"
    assert await sent(days=1, hours=-4) == [STAFF_CHAT, ADMIN]
    assert await sent(days=1) == []
    moved = "letter: {to: admins, day: tue, at: '09:00'}\n"
    stage.services.config = load_config(SHOP + PLACES + moved)
    assert await sent(days=1) == [], "another day of the same week is no second letter"
    assert await sent(days=10) == [], "that week's hour is long over"
    assert await sent(days=15) == [ADMIN]
    for wrong, why in (
        ("day: mon-fri", "one day, such as mon"),
        ("at: '03:00'", "people are awake, from 08:00 to 20:00"),
        ("to: [customers]", "one of groups, admins"),
        ("picture: cake", "one of funnel"),
    ):
        with pytest.raises(ConfigError, match=why):
            load_config(f"letter: {{{wrong}}}")


async def test_whoever_asks_gets_the_letter_with_its_picture_and_maps_of_segments(
    stage: Stage,
) -> None:
    admin, stranger = Somebody(stage, ADMIN, "Ada", "ru"), Somebody(stage, 901, "Eve")
    [row] = await admin.says("/letter")
    call = await composed(stage, row)
    assert call is not None
    assert call.params["text"].startswith("Lumen Tea: неделя с 27 апр. по 4 мая\nТихая неделя")
    assert call.then == (), "a quiet week has no picture"
    [refused] = await stranger.says("/letter")
    assert "look after this bot" in refused.params["text"]
    [again] = await admin.presses(pack("q", "l", int(NOON.timestamp())))
    assert again.params["whole"] is True
    for forged in ("q:l", "q:l:x", "q:l:zzzzzzzzzzzz", "q:l:-1", "q:p:barriers:0:00000000"):
        assert await admin.presses(forged) == [], forged
    [row] = await admin.says("/stats csv")
    table = (await _shown(stage, row)).file
    assert table is not None
    assert (table.parameter, table.name) == ("document", "figures-2026-05.csv")
    assert b"2026-05,funnel,asked,people,0," in table.content
    # Maps.
    for typed, said in (
        ("/map nobody", "Сегмента"),
        ("/map early, early", "один и тот же"),
        ("/map early, all-en, early", "два сегмента"),
    ):
        [row] = await admin.says(typed)
        assert said in row.params["text"], typed
    [row] = await admin.says("/map")
    below = buttons(replace(row, params=(await _shown(stage, row)).params))
    label = next(each for each in below if each.startswith("Ранние"))
    [row] = await admin.presses(below[label])
    assert row.params["segments"] == ["early"]
    [row] = await admin.says("/map Ранние, all-en")
    assert row.params["segments"] == ["early", "all-en"]
    call = await _shown(stage, row)
    assert (
        "\nРанние: сейчас в нём никого нет. Английские: сейчас в нём никого нет.\n"
        in call.params["caption"]
    )
    below = buttons(replace(row, params=call.params))
    [row] = await admin.presses(below["Текстом"])
    assert row.params["segments"] == ["early", "all-en"]
    assert row.method == showing.METHOD


async def test_admins_are_told_once_of_a_stage_that_has_fallen_silent(database: Database) -> None:
    world = World(database)
    world.services.config = load_config(SHOP + PLACES)
    world.services.admins = {ADMIN}
    anna = await world.customer()

    async def complaints(n: int, days_ago: float, stage: str) -> None:
        for _ in range(n):
            ticket = await world.ticket(anna, "resolved", stage=stage)
            await world.put(replace(ticket, opened_at=world.now - days_ago * DAY))

    async def told() -> list[Outgoing]:
        before = len(world.rows)
        await world.do(silent_stages.remind)
        return world.rows[before:]

    await complaints(3, 40, "waiting")
    await complaints(2, 40, "later")
    [row] = await told()
    assert row.params["text"].startswith("Waiting: nobody has complained for four weeks; in the")
    assert list(buttons(row).values()) == ["q:p:barriers:0"]
    world.clock.moment += DAY
    assert await told() == [], "once for each silence"
    await complaints(1, 0.5, "waiting")
    await complaints(20, 0.5, "")
    world.clock.moment += DAY
    [row] = await told()
    assert row.params["text"].startswith("20 of 21 complaints of four weeks do not say")
    world.clock.moment += 30 * DAY
    [row] = await told()
    assert row.params["text"].startswith("Waiting: "), "it is silent again"
    assert await told() == [], "once a day"


async def _shown(stage: Stage, row: Outgoing) -> Call:
    call = await composed(stage, row)
    assert call is not None
    return call
