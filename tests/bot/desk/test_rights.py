"""Who may do what in a group, and how a group is kept from those who are not staff's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from bot.core.callbacks import pack
from bot.core.work import Work
from bot.desk import membership
from flows.config import load_config
from flows.entities import Change, JournalLine, Member, SendResult, SendState, Ticket
from flows.entities.facts import PEOPLE
from flows.entities.kinds import MemberStatus
from storage.repositories.base import all_of
from tests.bot.desk.world import ADMIN, BORIS, CLARA, CONFIG, FORUM, OTHER, World, card_of
from tests.databases import on_both

MALLORY = 7666
OWN_CHANNEL = -100999


async def known(world: World, who: int, status: MemberStatus, **more: Any) -> None:
    """Let it be known what somebody is in the group."""
    more = {"asked_at": world.now, **more}
    world.services.members[FORUM, who] = Member(FORUM, who, status, **more)


async def answered(world: World, who: int, told: dict[str, Any]) -> None:
    """Let Telegram answer what it was asked about somebody, and have what waited handled."""
    rows = await world.read(lambda unit: unit.outbox.recent(1000))
    row = next(r for r in rows if r.method == "getChatMember" and r.params["user_id"] == who)

    async def report(work: Work) -> None:
        result = SendResult(row.id, SendState.SENT, world.now, 1)
        await membership.report(work, row, result, told, None)

    await world.do(report)
    waiting = await world.read(lambda unit: unit.inbox.counts())
    for raw in await _taken(world) if waiting["new"] else []:
        await world.update(**raw)


async def _taken(world: World) -> list[dict[str, Any]]:
    async def take(work: Work) -> list[dict[str, Any]]:
        rows = await work.unit.inbox.waiting(10)
        await work.unit.inbox.done([row.id for row in rows])
        return [orjson.loads(row.payload) for row in rows]

    return list(await world.do(take))


async def made(world: World, ticket: Ticket) -> Change:
    """A change with the ticket and a text."""
    await world.write("/change Lids", topic=ticket.topic_id, by=ADMIN)
    await world.deliver()

    async def text(work: Work) -> None:
        change = await work.unit.changes.by_number(1)
        assert change is not None
        work.unit.put(replace(change, text="We use tighter lids."))

    await world.do(text)
    return await change_of(world)


async def change_of(world: World) -> Change:
    found = await world.read(lambda unit: unit.changes.by_number(1))
    assert found is not None
    return found  # type: ignore[no-any-return]


# -- of whom nothing is known ---------------------------------------------------------------------


async def test_who_was_never_a_member_resolves_nothing(world: World, ticket: Ticket) -> None:
    await world.write("/resolve #1 done by a stranger", by=MALLORY)
    await world.press(pack("t", "take", ticket.id), by=MALLORY)
    await answered(world, MALLORY, {"status": "left"})
    assert (await world.ticket(1)).state == "open"
    assert (await world.ticket(1)).owner_id is None
    await world.deliver()
    assert world.texts(FORUM)[-1] == "This is for people who are in this group."


async def test_what_a_member_wants_waits_for_telegram_s_word_and_is_done_then(
    world: World, ticket: Ticket
) -> None:
    answer = await world.press(pack("t", "take", ticket.id), by=MALLORY)
    assert answer == {}
    assert (await world.ticket(1)).state == "open"
    await answered(world, MALLORY, {"status": "member"})
    assert (await world.ticket(1)).owner_id == MALLORY
    assert [text for text in (a.get("text") for a in world.answers.values()) if text] == [
        "You have it."
    ]


@on_both
async def test_an_answer_that_another_process_took_counts_here(
    world: World, ticket: Ticket
) -> None:
    await world.press(pack("t", "take", ticket.id), by=MALLORY)
    await _stored_elsewhere(world)
    await world.later(seconds=4)
    for raw in await _taken(world):
        await world.update(**raw)
    assert (await world.ticket(1)).owner_id == MALLORY
    await world.write("/resolve #1 New seals.", by=MALLORY)
    assert (await world.ticket(1)).state == "resolved"


async def _stored_elsewhere(world: World) -> None:
    """Telegram's word comes, and only the database learns it."""

    async def store(work: Work) -> None:
        known = await work.unit.get(Member, FORUM, MALLORY)
        assert known is not None
        work.unit.put(replace(known, status=MemberStatus.MEMBER))

    await world.do(store)


async def test_other_processes_notice_who_may_less_than_before(
    world: World, ticket: Ticket
) -> None:
    before = await world.read(lambda unit: unit.facts.get(PEOPLE))
    gone = {"id": BORIS, "is_bot": False, "first_name": "Boris"}
    await world.write(by=ADMIN, left_chat_member=gone)
    assert await world.read(lambda unit: unit.facts.get(PEOPLE)) != before


async def test_of_whom_nothing_is_known_answers_all_the_same(world: World, ticket: Ticket) -> None:
    await world.write("We are on it.", to=card_of(ticket), by=MALLORY)
    assert (await world.ticket(1)).first_response_at is not None


async def test_without_telegram_s_word_only_answering_is_left(world: World, ticket: Ticket) -> None:
    await world.write("/take #1", by=MALLORY)
    await world.later(minutes=2)
    for raw in await _taken(world):
        await world.update(**raw)
    await world.deliver()
    assert (await world.ticket(1)).owner_id is None
    assert world.texts(FORUM)[-1].startswith("I could not find out from Telegram")


async def test_who_has_left_presses_old_buttons_in_vain(world: World, ticket: Ticket) -> None:
    gone = {"id": BORIS, "is_bot": False, "first_name": "Boris"}
    await world.write(by=ADMIN, left_chat_member=gone)
    answer = await world.press(pack("t", "take", ticket.id), by=BORIS)
    assert answer["text"] == "This is for people who are in this group."
    assert (await world.ticket(1)).owner_id is None


# -- newcomers, readers, seniors ------------------------------------------------------------------


@on_both
async def test_a_newcomer_answers_and_works_and_ships_nothing(world: World, ticket: Ticket) -> None:
    change = await made(world, ticket)
    await known(world, CLARA, MemberStatus.ADMIN)
    await world.write("Hello", by=CLARA)
    world.now += timedelta(hours=1)  # who comes while a group is set up is not new
    new = {"id": MALLORY, "is_bot": False, "first_name": "Mallory"}
    await world.write(by=ADMIN, new_chat_members=[new])
    await world.press(pack("t", "take", ticket.id), by=MALLORY)
    assert (await world.ticket(1)).owner_id == MALLORY
    answer = await world.press(pack("g", "ship", change.id), by=MALLORY)
    assert answer["text"] == (
        "Tell customers of a change, or that something is here: not yet, because you joined this "
        "group only recently. "
        "You can already answer and work on complaints. Ask Clara."
    )
    assert (await change_of(world)).state == "proposed"
    world.now += timedelta(days=8)
    await world.press(pack("g", "ship", change.id), by=MALLORY)
    await world.later(minutes=1)
    assert (await change_of(world)).state == "shipped"
    lines: list[JournalLine] = await world.read(lambda unit: unit.people.recent())
    assert [(line.actor, line.kind) for line in lines if line.kind == "change_shipped"] == [
        (f"staff:{MALLORY}", "change_shipped")
    ]


@on_both
async def test_a_newcomer_declines_no_change_by_an_old_prompt(world: World, ticket: Ticket) -> None:
    change = await made(world, ticket)
    await world.press(pack("g", "decline", change.id), by=BORIS)
    await world.deliver()
    prompt = next(sent for sent in world.sent if sent.row.purpose == "prompt")
    await known(world, MALLORY, MemberStatus.MEMBER, since=world.now)
    await world.write("No.", to=prompt.message_id, by=MALLORY)
    assert (await change_of(world)).state == "proposed"
    await world.write("Too dear.", to=prompt.message_id, by=BORIS)
    await world.later(minutes=1)
    assert (await change_of(world)).state == "declined"


async def test_who_may_only_read_reads(world: World, ticket: Ticket) -> None:
    world.services.config = load_config(CONFIG + f"roles: {{reader: {BORIS}}}\n")
    await world.write("Hello from a reader", to=card_of(ticket))
    await world.deliver()
    assert world.texts(FORUM)[-1] == (
        "Answer customers: that is for staff, and here you can only read."
    )
    assert (await world.ticket(1)).first_response_at is None
    await world.write("/tickets")
    await world.deliver()
    assert "Open complaints: 1" in world.texts(FORUM)[-1]


async def test_a_role_by_user_name_counts(world: World, ticket: Ticket) -> None:
    world.services.config = load_config(CONFIG + 'roles: {staff: ["@Mal_lory"]}\n')
    await world.press(pack("t", "take", ticket.id), by=MALLORY, username="mal_lory")
    assert (await world.ticket(1)).owner_id == MALLORY


# -- channels, and groups that others read --------------------------------------------------------


async def test_a_post_of_a_linked_channel_commands_nothing(world: World, ticket: Ticket) -> None:
    channel = {"id": OWN_CHANNEL, "type": "channel", "title": "News"}
    await world.write("/resolve #1 by channel", sender_chat=channel, is_automatic_forward=True)
    assert (await world.ticket(1)).state == "open"
    assert (await world.ticket(1)).owner_id is None


async def test_who_writes_as_a_channel_is_asked_to_write_as_themselves(
    world: World, ticket: Ticket
) -> None:
    channel = {"id": OWN_CHANNEL, "type": "channel", "title": "Mallory's"}
    await world.write("/resolve #1 by channel", sender_chat=channel)
    await world.write("Dear customer", to=card_of(ticket), sender_chat=channel)
    found = await world.ticket(1)
    assert (found.state, found.owner_id, found.first_response_at) == ("open", None, None)
    await world.deliver()
    assert all("write as a channel" in text for text in world.texts(FORUM)[-2:])


async def test_who_writes_as_the_group_is_one_of_its_administrators(
    world: World, ticket: Ticket
) -> None:
    as_group = {"id": FORUM, "type": "supergroup", "title": "Staff"}
    await world.write("/take #1", sender_chat=as_group)
    assert (await world.ticket(1)).owner_id == FORUM
    await world.write("/setup support", sender_chat=as_group, chat=OTHER)
    assert OTHER not in world.services.groups


async def test_a_public_group_is_bound_only_by_whoever_means_it(world: World) -> None:
    open_to_all = {"id": OTHER, "type": "supergroup", "title": "Tea", "username": "tea_lovers"}
    await world.update(message=_command("/setup tasting", open_to_all))
    assert OTHER not in world.services.groups
    await world.deliver()
    asked = world.to(OTHER)[-1]
    assert asked.text.startswith("This group is public: anybody on Telegram can read")
    [[button]] = asked.params["reply_markup"]["inline_keyboard"]
    await world.press(button["callback_data"], by=BORIS, chat=OTHER)
    assert OTHER not in world.services.groups
    await world.press(button["callback_data"], by=ADMIN, chat=OTHER)
    assert world.services.groups[OTHER].team_id == "tasting"


def _command(text: str, chat: dict[str, Any]) -> dict[str, Any]:
    length = len(text.split(maxsplit=1)[0])
    return {
        "message_id": 4000,
        "date": 1777888800,
        "chat": chat,
        "from": {"id": ADMIN, "is_bot": False, "first_name": "Ada"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": length}],
    }


@on_both
async def test_setup_offers_teams_and_all_of_them(world: World) -> None:
    await world.write("/setup", by=ADMIN)
    await world.deliver()
    rows = world.texts(FORUM), world.to(FORUM)[-1].params["reply_markup"]["inline_keyboard"]
    labels = {button["text"]: button["callback_data"] for row in rows[1] for button in row}
    assert list(labels) == ["support", "tasting", "All of them here"]
    await world.press(labels["support"], by=ADMIN)
    await world.deliver()
    left = next(sent for sent in world.to(FORUM) if "their complaints wait: tasting" in sent.text)
    [[all_here]] = left.params["reply_markup"]["inline_keyboard"]
    await world.press(all_here["callback_data"], by=ADMIN)
    assert world.services.groups[FORUM].team_id == "*"
    taste = await world.complain(await world.customer(), category="taste")
    assert taste.group_chat_id == FORUM


async def test_who_comes_is_remembered(world: World, ticket: Ticket) -> None:
    new = {"id": MALLORY, "is_bot": False, "first_name": "Mallory"}
    await world.write(by=ADMIN, new_chat_members=[new])
    members = await world.read(lambda unit: unit.find(Member, all_of(Member)))
    assert [(each.telegram_id, each.status) for each in members] == [(MALLORY, "member")]
