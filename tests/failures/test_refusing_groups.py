"""A group that refuses for an hour: nothing is swallowed, and somebody outside of it is told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Budgets, running_sandbox
from bot.sandbox.world.model import USUAL_PERMISSIONS
from storage.database import Database
from tests.conftest import migrated_database
from tests.crash.process import Process
from tests.journeys.world import CONFIG, TOKEN, World, press, until, world

BEFORE, COMPLAINTS, WORDS, ANSWERS = 5, 20, 3, 10
"""Tickets before the hour; in it: new ones, words of each of their customers, answers of staff."""
GENERAL = 1
MESSAGES = ["sendMessage", "copyMessage", "copyMessages"]
NO_TEXTS = "not enough rights to send text messages to the chat"
NOT_OPENED = "not enough rights to close or open the topic"
PAUSES = {
    "bot.runtime.sending.refusals.FIRST_PAUSE": 0.2,
    "bot.runtime.sending.refusals.LONGEST_PAUSE": 0.5,
}
PHOTO = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow one another quickly: the hour of these tests takes seconds."""
    for name, seconds in PAUSES.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture
async def w(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Verso on SQLite, unless a test names another: what a group refuses is no matter of rows."""
    kind = getattr(request, "param", "sqlite")
    async with migrated_database(kind, request) as url, world(url) as made:
        yield made


async def complain(w: World, name: str) -> Any:
    person = await w.customer(name)
    await person.say(w.bot, f"complaint of {name}!")
    await w.finish_complaint(person)
    return person


async def card(w: World, name: str) -> Any:
    """The card of somebody's complaint, once the bot knows which message it is."""
    found = await w.staff.wait_for(w.group, f"complaint of {name}!", where=lambda m: bool(m.labels))
    return await w.recorded(found)


async def texts(w: World, person: Any, chat: Any) -> list[str]:
    return [m.text for m in await person.messages(chat) if m.from_bot]


async def told(w: World, text: str) -> bool:
    return any(text in each for each in await texts(w, w.admin, w.bot))


async def nothing_waits(w: World) -> bool:
    async with w.app.database.reading() as unit:
        return (await unit.outbox.counts()).get("waiting", 0) == 0


async def refuse(sandbox: Any, bot: Any, group: Any, kind: str) -> None:
    """Let a group refuse, by its own settings where it can."""
    match kind:
        case "fault":  # as Telegram did to everybody's bots for hours on 2023-10-31
            await sandbox.refuse(NO_TEXTS, method=MESSAGES, chat=group.id, count=None)
        case "closed":
            await sandbox.refuse("TOPIC_CLOSED", method=MESSAGES, chat=group.id, count=None)
            await sandbox.refuse(NOT_OPENED, method="reopenForumTopic", count=None)
        case "muted":
            await group.restrict(bot)
        case "silent":
            await group.demote(bot)
            await group.set_permissions([])
        case "reactions":
            await group.set_reactions([])


async def allow(sandbox: Any, bot: Any, group: Any) -> None:
    await sandbox.clear_faults()
    await group.set_permissions(None)
    await group.promote(bot)


async def refused(w: World) -> bool:
    """Whether the group has refused something of the bot's."""
    return any(counts.get("400") or counts.get("403") for counts in (await calls(w)).values())


async def calls(w: World) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = await w.sandbox.request_counts()
    return found


async def an_hour(w: World, cards: list[Any], earlier: list[Any]) -> list[str]:
    """What customers and staff do while the group refuses; gives the names of the customers."""
    names = [f"N{n}" for n in range(COMPLAINTS)]
    people = await asyncio.gather(*(complain(w, name) for name in names))
    await w.advance(minutes=1.2)
    for n in range(WORDS):
        for name, person in zip(names, people, strict=True):
            await person.say(w.bot, f"word {n} of {name}!")
        await w.advance(minutes=19)
    for n in range(ANSWERS):
        shown = cards[n % BEFORE]
        await w.staff.say(w.group, f"answer {n}!", reply_to=shown.id, thread=shown.topic)
    for n in range(ANSWERS):
        await w.told(earlier[n % BEFORE], f"answer {n}!")
    return names


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("w", "kind"),
    [
        ("sqlite", "fault"),
        ("postgres", "fault"),
        ("sqlite", "closed"),
        ("sqlite", "muted"),
        ("sqlite", "silent"),
        ("sqlite", "reactions"),
    ],
    indirect=["w"],
)
async def test_a_group_that_refuses_for_an_hour(w: World, kind: str) -> None:
    earlier = await asyncio.gather(*(complain(w, f"E{n}") for n in range(BEFORE)))
    cards = [await card(w, f"E{n}") for n in range(BEFORE)]
    await refuse(w.sandbox, w.bot, w.group, kind)
    names = await an_hour(w, cards, list(earlier))
    assert await refused(w)
    what = "does not allow 👌" if kind == "reactions" else "does not take my messages"

    async def known() -> bool:
        return await told(w, what)

    await until(known)
    heard = [each for each in await texts(w, w.admin, w.bot) if what in each]
    assert len(heard) == 1, "once an episode"
    if kind != "reactions":
        assert not await told(w, "takes my messages again")
        shown = "\n".join(await texts(w, w.staff, w.group))
        assert not [name for name in names if f"complaint of {name}!" in shown]
    await allow(w.sandbox, w.bot, w.group)
    await until(lambda: nothing_waits(w))
    shown = await texts(w, w.staff, w.group)
    for name in names:
        said = [f"complaint of {name}!", *(f"word {n} of {name}!" for n in range(WORDS))]
        # The card has labels and is edited; each other message is there once, in order.
        seen = [each for text in shown for each in said if each in text]
        assert seen == said, name
    for n in range(ANSWERS):
        person = earlier[n % BEFORE]
        assert sum(f"answer {n}!" in text for text in await texts(w, person, w.bot)) == 1
    marks = [m for m in await w.staff.messages(w.group) if m.text.startswith("answer ")]
    replies = [m for m in await w.staff.messages(w.group) if m.text.startswith("With E")]
    if kind == "reactions":
        assert {m.reply_to for m in replies} == {m.id for m in marks}
        return
    await until(lambda: _all_marked(w))

    async def over() -> bool:
        await w.advance(seconds=11)
        return await told(w, "takes my messages again")

    await until(over)
    assert sum("messages again" in each for each in await texts(w, w.admin, w.bot)) == 1


async def _all_marked(w: World) -> bool:
    """A bot that may not write may not react either; words say then what the sign would."""
    here = await w.staff.messages(w.group)
    said = [m for m in here if m.text.startswith("answer ")]
    worded = {m.reply_to for m in here if m.text.startswith("With E")}
    return all("👌" in m.reactions or m.id in worded for m in said)


async def test_admins_hear_of_it_within_two_minutes_and_monitors_at_once(w: World) -> None:
    anna = await complain(w, "Anna")
    await card(w, "Anna")
    await w.group.restrict(w.bot)
    await anna.say(w.bot, "The handle broke, too!")
    await until(lambda: refused(w))
    assert not await told(w, "does not take")
    await until(lambda: _ready(w))
    check = await _check(w)
    assert check["status"] == "warning"
    assert str(w.group.id) in check["detail"]
    async with w.http.get("/metrics") as metrics:
        assert "verso_outbox_refused 1.0" in (await metrics.text()).splitlines()
    await w.advance(seconds=70)
    await w.admin.wait_for(w.bot, "1 message waits")
    await w.advance(hours=2)
    assert sum("does not take" in each for each in await texts(w, w.admin, w.bot)) == 1
    await w.advance(hours=23)
    await until(lambda: _times(w, "does not take", 2))
    await w.group.unrestrict(w.bot)
    await w.staff.wait_for(w.group, "The handle broke, too!")

    async def over() -> bool:
        await w.advance(seconds=11)
        return await told(w, "takes my messages again")

    await until(over)
    assert (await _check(w))["status"] == "ok"


async def _ready(w: World) -> bool:
    """It has ticked, so that nothing but the group is in its way."""
    async with w.http.get("/readyz") as ready:
        return ready.status == 200


async def _is_held(w: World) -> bool:
    return (await _check(w))["status"] == "warning"


async def _check(w: World) -> dict[str, str]:
    async with w.http.get("/readyz") as ready:
        found: dict[str, str] = (await ready.json())["checks"]["groups"]
        return found


async def _times(w: World, text: str, times: int) -> bool:
    return sum(text in each for each in await texts(w, w.admin, w.bot)) == times


async def test_a_403_is_a_refusal_and_no_farewell(w: World) -> None:
    """An unknown 403 of a group does not say that the bot is no longer there."""
    anna = await complain(w, "Anna")
    await card(w, "Anna")
    await w.sandbox.refuse("something new", 403, method=MESSAGES, chat=w.group.id, count=None)
    await anna.say(w.bot, "one")

    async def again() -> bool:
        return (await calls(w))["sendMessage"].get("403", 0) > 2

    await until(again)
    assert w.group.id in w.app.services.groups
    await w.sandbox.clear_faults()
    await w.staff.wait_for(w.group, "one")


async def test_words_that_waited_for_more_than_a_day_are_shown(w: World) -> None:
    """Neither the refusal nor the first trouble after it gives them up."""
    anna = await complain(w, "Anna")
    await card(w, "Anna")
    await w.group.restrict(w.bot)
    said = ["one!", "two!", "three!"]
    for text in said:
        await anna.say(w.bot, text)
    await until(lambda: refused(w))
    await w.advance(hours=50)
    await w.sandbox.add_fault("429", chat=w.group.id, retry_after=1, count=2)
    await w.group.unrestrict(w.bot)
    await w.staff.wait_for(w.group, "three!")
    shown = await texts(w, w.staff, w.group)
    assert [each for text in shown for each in said if each in text] == said


async def test_a_group_that_takes_no_photos_is_shown_the_words(w: World) -> None:
    anna = await complain(w, "Anna")
    await card(w, "Anna")
    everything = sorted(USUAL_PERMISSIONS - {"can_send_photos"})
    await w.group.restrict(w.bot, everything)
    await anna.send(w.bot, "photo", PHOTO)
    await anna.say(w.bot, "Do you see the crack?")
    note = await w.staff.wait_for(w.group, "does not let me send photos")
    await w.staff.wait_for(w.group, "Do you see the crack?")
    await w.admin.wait_for(w.bot, "does not let me send photos")
    await w.group.unrestrict(w.bot)
    await w.recorded(note)
    await w.staff.press(note, "Try again")
    await w.staff.wait_for(w.group, where=lambda m: m.kind == "photo" and m.from_bot)


async def test_what_telegram_leaves_out_of_an_album_is_said(w: World) -> None:
    """It copies what the group allows, and does not say that it was not all."""
    anna = await complain(w, "Anna")
    await card(w, "Anna")
    await w.group.restrict(w.bot, ["can_send_messages", "can_send_photos"])
    photo, video = {"kind": "photo", "data": PHOTO}, {"kind": "video", "data": b"x"}
    await anna.send_album(w.bot, [photo, video])
    await w.staff.wait_for(w.group, "1 of the things that Anna sent together")


async def test_a_group_that_takes_nothing_is_not_asked_for_photos_alone(w: World) -> None:
    """The photo is refused by its own words, and Telegram says that texts would be, too."""
    anna = await complain(w, "Anna")
    await card(w, "Anna")
    await w.group.restrict(w.bot)
    await anna.send(w.bot, "photo", PHOTO)
    await anna.say(w.bot, "Do you see the crack?")
    await until(lambda: refused(w))
    await until(lambda: _is_held(w))  # Telegram has said what the bot may do there
    await w.group.unrestrict(w.bot)
    await w.staff.wait_for(w.group, "Do you see the crack?")
    messages = await w.staff.messages(w.group)
    assert [m.kind for m in messages if m.from_bot and m.kind == "photo"] == ["photo"]
    assert not any("could not be shown" in m.text for m in messages)


async def test_topics_come_back_with_the_right_to_make_them(w: World) -> None:
    await w.group.promote(w.bot, ["can_delete_messages"])
    anna = await complain(w, "Anna")
    first = await card(w, "Anna")
    assert first.topic == GENERAL
    await w.admin.wait_for(w.bot, "I may not make topics")
    await w.group.promote(w.bot)

    async def known() -> bool:
        return bool(w.app.services.groups[w.group.id].forum)

    await until(known)
    await anna.say(w.bot, "Is anybody there?")
    shown = await w.staff.wait_for(w.group, "Is anybody there?")
    assert shown.topic is not None
    await complain(w, "Eve")
    assert (await card(w, "Eve")).topic not in (None, shown.topic)


# -- what people found -----------------------------------------------------------------------------


async def test_a_complaint_that_is_open_again_has_an_open_topic(w: World) -> None:
    """R18 a: the topic had been closed by hand when it was done."""
    anna = await complain(w, "Anna")
    shown = await card(w, "Anna")
    await w.staff.say(w.group, "/resolve sent a new lid", reply_to=shown.id, thread=shown.topic)
    await w.told(anna, "sent a new lid")
    await w.group.close_topic(w.staff, shown.topic)
    await anna.say(w.bot, "It leaks again!")
    await w.staff.wait_for(w.group, "It leaks again!")
    assert await _status(w, shown.topic) == "open"


async def test_words_that_a_closed_topic_refuses_open_it(w: World) -> None:
    """R18 b: the bot may not manage topics, and has made this one itself."""
    anna = await complain(w, "Anna")
    shown = await card(w, "Anna")
    await w.group.close_topic(w.staff, shown.topic)
    await w.group.promote(w.bot, ["can_delete_messages"])
    await anna.say(w.bot, "Is anybody there?")
    await w.staff.wait_for(w.group, "Is anybody there?")
    assert await _status(w, shown.topic) == "open"


async def _status(w: World, topic: int) -> str:
    return str(next(each["status"] for each in await w.group.topics() if each["id"] == topic))


async def test_a_closed_topic_does_not_stop_other_complaints(w: World) -> None:
    anna = await complain(w, "Anna")
    shown = await card(w, "Anna")
    await w.group.close_topic(w.staff, shown.topic)
    await w.group.promote(w.bot, ["can_delete_messages"])
    await w.sandbox.refuse(NOT_OPENED, method="reopenForumTopic", count=None)
    await anna.say(w.bot, "Is anybody there?")
    await until(lambda: refused(w))
    await complain(w, "Eve")
    await card(w, "Eve")
    await w.advance(seconds=70)
    heard = await w.admin.wait_for(w.bot, "does not take my messages")
    assert "closed to me: #1." in heard.text
    await w.group.reopen_topic(w.staff, shown.topic)
    await w.staff.wait_for(w.group, "Is anybody there?")


async def test_a_delivered_answer_is_marked_in_another_way(w: World) -> None:
    """R20: the group allows other reactions, or none."""
    anna = await complain(w, "Anna")
    shown = await card(w, "Anna")
    await w.group.set_reactions(["👍", "❤"])
    first = await w.staff.say(w.group, "A new lid.", reply_to=shown.id, thread=shown.topic)
    await w.staff.wait_for(w.group, where=lambda m: m.id == first.id and "👍" in m.reactions)
    await w.admin.wait_for(w.bot, "does not allow 👌")
    before = (await calls(w))["setMessageReaction"]["400"]
    second = await w.staff.say(w.group, "Today.", reply_to=shown.id, thread=shown.topic)
    await w.staff.wait_for(w.group, where=lambda m: m.id == second.id and "👍" in m.reactions)
    assert (await calls(w))["setMessageReaction"]["400"] == before, "it is remembered"
    await w.group.set_reactions([])
    third = await w.staff.say(w.group, "By post.", reply_to=shown.id, thread=shown.topic)
    note = await w.staff.wait_for(w.group, "With Anna.")
    assert (note.reply_to, note.topic) == (third.id, shown.topic)
    await w.group.set_reactions(None)
    await w.advance(hours=24)
    fourth = await w.staff.say(w.group, "It left.", reply_to=shown.id, thread=shown.topic)
    await w.told(anna, "It left.")
    await w.staff.wait_for(w.group, where=lambda m: m.id == fourth.id and "👌" in m.reactions)
    assert await _times(w, "does not allow 👌", 1)


# -- kills -----------------------------------------------------------------------------------------


@pytest.mark.crash
@pytest.mark.xdist_group("killed")
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("database_url", "kind"),
    [("sqlite", "closed"), ("postgres", "fault")],
    indirect=["database_url"],
)
async def test_killed_while_a_group_refuses(database_url: str, tmp_path: Path, kind: str) -> None:
    async with running_sandbox(budgets=Budgets.unlimited()) as sandbox:
        bot = await sandbox.create_bot(token=TOKEN, username="lumen_tea_bot")
        mira = await sandbox.create_user(first_name="Mira")
        group = await sandbox.create_group(mira, bot, admins={bot.id: None}, forum=True)
        config = tmp_path / "verso.yaml"
        config.write_text(CONFIG.format(chat=group.id), "utf-8")
        process = Process(
            sandbox, database_url, tmp_path, "polling", config, (mira.id,), constants=PAUSES
        )
        await process.start()
        await refuse(sandbox, bot, group, kind)
        people = [await sandbox.create_user(first_name=f"P{n}") for n in range(5)]

        async def complain_of(number: int) -> None:
            person = people[number]
            await person.say(bot, f"complaint {number}!")
            for action in (":skip", ":r:4", ":o:fix", ":send"):
                await press(person, bot, action)
            await person.wait_for(bot, "#")

        await asyncio.gather(*(complain_of(n) for n in range(5)))
        await process.kill()
        for n, person in enumerate(people):
            await person.say(bot, f"first word {n}!")
        await process.start()
        for n, person in enumerate(people):
            await person.say(bot, f"second word {n}!")
            await person.wait_for(bot, "Added to #")
        await process.kill()
        await process.start()
        assert (await sandbox.request_counts())["sendMessage"]["400"] > 0
        assert not any("!" in m.text for m in await mira.messages(group) if m.from_bot)
        await until(lambda: _warned(process))
        await sandbox.clear_faults()
        await process.kill()
        await process.start()
        for n in range(5):
            await mira.wait_for(group, f"second word {n}!")
        shown = [m.text for m in await mira.messages(group) if m.from_bot]
        for n in range(5):
            said = [f"complaint {n}!", f"first word {n}!", f"second word {n}!"]
            seen = [each for text in shown for each in said if each in text]
            assert list(dict.fromkeys(seen)) == said
        assert await process.stop() == 0
        database = await Database.open(database_url, migrate=False)
        async with database.reading() as unit:
            repeated = (await unit.outbox.counts()).get("maybe_repeated", 0)
        await database.close()
        assert len(shown) >= 15
        twice = sum(shown.count(text) - 1 for text in set(shown) if "!" in text)
        assert twice <= repeated


async def _warned(process: Process) -> bool:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{process.port}/readyz") as ready,
    ):
        assert ready.status == 200
        return bool((await ready.json())["checks"]["groups"]["status"] == "warning")
