"""What a customer wrote is read by that customer and by staff; nobody else ever reads it."""

import json
from datetime import timedelta

from bot.asks import greeting
from bot.asks import texts as ask_texts
from bot.changes import changes, telling, verification
from bot.core.callbacks import pack
from bot.core.work import Work
from flows.entities import Change, Member, Notice, Ticket, Timer
from flows.entities.kinds import MemberStatus
from flows.entities.lifecycle import Person
from flows.languages import SHIPPED
from tests.bot.stage import STAFF_CHAT, Somebody, Stage, buttons, complaint_of, texts

TOM = Person(900, "Tom Berger")
SECRETS = ("zanzibar", "0170", "Kadmium", "Anna")
WORDS = "Zanzibar fever from your tea, it made me ill, call 0170 123456"


async def _shipped_by_button(stage: Stage, ticket: Ticket, other: Ticket) -> Change:
    """Make a change with the button under a complaint, add another one, and ship it."""
    staff = Somebody(stage, 900, "Tom")
    staff.chat = {"id": STAFF_CHAT, "type": "supergroup", "title": "Staff"}
    known = Member(STAFF_CHAT, 900, MemberStatus.MEMBER, asked_at=stage.clock.now())
    stage.services.members[STAFF_CHAT, 900] = known
    await staff.presses(pack("t", "change", ticket.id))

    async def act(work: Work) -> Change:
        found = await work.unit.changes.by_number(1)
        assert found is not None
        await changes.link(work, found, [other.number])
        described = await changes.describe(work, found, "Couriers are trained anew.")
        shipped = await telling.ship(work, described, TOM)  # type: ignore[arg-type]
        assert isinstance(shipped, Change)
        return shipped

    shipped: Change = await stage.use(act)
    return shipped


async def _all_screens(person: Somebody) -> None:
    """Have somebody look at everything that there is to see."""
    for command in ("/start", "/book", "/privacy", "/help", "/stop", "/forget_me", "/language"):
        await person.says(command)
    contents = texts(await person.says("/my"))[-1]
    for label in buttons(contents):
        await person.chooses(contents, label)


async def _verification(stage: Stage, person: Somebody) -> None:
    """Let the days pass after which somebody who was told is asked whether it helped."""
    stage.clock.move(days=4)
    customer = await stage.customer_of(person)
    for notice in await stage.all(Notice):
        if notice.customer_id == customer.id:
            timer = Timer("verify", f"notice:{notice.id}", stage.clock.now())
            await stage.use(lambda work, timer=timer: verification.verify_due(work, timer))


async def test_no_other_customer_ever_reads_a_complaint(
    stage: Stage, anna: Somebody, boris: Somebody, olga: Somebody
) -> None:
    """Olga complained too, and Boris never did."""
    ticket = await complaint_of(stage, anna, WORDS)
    await anna.says("and Kadmium in it")
    other = await complaint_of(stage, olga, "The tea is cold")
    await _shipped_by_button(stage, ticket, other)
    for person in (boris, olga):
        await _all_screens(person)
    await _verification(stage, olga)

    async def asks(work: Work) -> list[str]:
        since = stage.clock.now() - timedelta(days=9)
        [found] = await work.unit.changes.shipped_since(since, stage.clock.now(), 5)
        return [
            ask_texts.change_sentence(stage.services, language, found, "UTC")
            for language in SHIPPED
        ]

    asked = await stage.use(asks)
    rows = [row for row in stage.sent if row.chat_id in (boris.id, olga.id)]
    read = "\n".join([*(json.dumps(row.params, ensure_ascii=False) for row in rows), *asked])
    assert read.count("Couriers are trained anew.") >= 4 + len(SHIPPED), "book, page, notice …"
    assert "The tea is cold" in read
    assert [secret for secret in SECRETS if secret.casefold() in read.casefold()] == []


async def test_a_change_that_has_a_text_alone_reads_well(
    stage: Stage, anna: Somebody, olga: Somebody
) -> None:
    ticket = await complaint_of(stage, anna, WORDS)
    await _shipped_by_button(stage, ticket, ticket)
    [book] = olga.told(await olga.says("/book"))
    assert book.endswith(
        "somebody complained\n\n4 May 2026 · 1 person told us\nCouriers are trained anew."
        "\n\nThe next change may begin with you. Write here."
    )
    # Whoever comes for the first time reads it too, if there is a text in their language.
    await stage.use(greeting.refresh)
    news = "Somebody told us what went wrong, and on 4 May 2026 we changed it. Couriers are trained"
    for number, language, quoted in ((951, "en", True), (952, "ru", False)):
        stranger = Somebody(stage, number, "Sam", language)
        [hello] = stranger.told(await stranger.says("/start"))
        assert (news in hello) is quoted, hello
        assert news not in stranger.told(await stranger.says("/start"))[0]
