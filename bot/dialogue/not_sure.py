"""What could not be understood and nobody has settled: staff find it once a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.core.admin_notices import reader_language
from bot.core.callbacks import pack
from bot.core.names import moment, name_of
from bot.core.rich import Rich, bold, clipped, plain, quote
from bot.core.work import Keyboard, Work
from bot.dialogue import understanding
from flows.entities import NOT_SURE, Account, Customer, Remark, RemarkKind, Ticket
from flows.entities.facts import NOT_SURE_DAY
from flows.entities.kinds import Purpose
from flows.time.opening import zone_for

AREA = "r"
SETTLED_BY_THEMSELVES = timedelta(hours=1)
"""So long its author has to say what they meant before staff are shown it."""
FROM_HOUR = 9
"""Of the brand's clock: earlier nobody is at work."""
SHOWN = 20
"""Messages in one posting; the rest waits for the next day."""
COUNTED = 1000
WORDS_SHOWN = 100
"""Characters of somebody's words, so that all of them fit one message."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of words that staff want to answer.

    `became`: `opened` now, `has_ticket` already, settled by their author as `fine` or `stop`, or
    `gone`.
    """

    became: str
    ticket: Ticket | None = None
    name: str = ""


async def show_daily(work: Work) -> None:
    """Post what has waited for more than an hour, once a day; without a group to the admins."""
    zone = work.services.config.brand.time_zone
    local = work.now.astimezone(zone_for(None, zone))
    today = f"{local:%Y-%m-%d}"
    if local.hour < FROM_HOUR or await work.unit.facts.get(NOT_SURE_DAY) == today:
        return
    found = await work.unit.remarks.unshown(work.now - SETTLED_BY_THEMSELVES, COUNTED)
    places = _places(work)
    if not found or not places:
        return
    for chat_id in places:
        text, keyboard = await _posting(work, found, chat_id)
        work.say(chat_id, text, keyboard=keyboard, purpose=Purpose.NOTE, subject=NOT_SURE)
    await work.unit.remarks.note_shown([remark.id for remark in found[:SHOWN]], work.now)
    await work.unit.facts.set(NOT_SURE_DAY, today)


def _places(work: Work) -> list[int]:
    """The group of the team that takes everything, else the first; without one the admins."""
    services = work.services
    team = services.config.team_for("")
    group = services.group_of(team.id) if team is not None else None
    if group is None:
        group = min(services.groups.values(), key=lambda each: each.bound_at, default=None)
    return [group.chat_id] if group is not None else sorted(services.admins)


async def _posting(work: Work, found: Sequence[Remark], chat_id: int) -> tuple[Rich, Keyboard]:
    names = await _names(work, found[:SHOWN])
    zone, language = work.services.config.brand.time_zone, await reader_language(work, chat_id)
    say = partial(work.services.words.say, language)
    text = bold(say("not_sure.title", n=len(found)))
    text += f"\n{say('not_sure.explained')}"
    rows = []
    for remark, name in zip(found, names, strict=False):
        when = moment(remark.at, zone, language)
        heading = say("not_sure.line", name=name, when=when)
        words = clipped(" ".join(remark.text.split()), WORDS_SHOWN)
        text += plain(f"\n\n{heading}\n") + quote(words)
        label = say("not_sure.b_answer", name=name)
        rows.append([(label, pack(AREA, "answer", remark.id))])
    if len(found) > SHOWN:
        text += f"\n\n{say('not_sure.more', n=len(found) - SHOWN)}"
    return text, rows


async def _names(work: Work, remarks: Sequence[Remark]) -> list[str]:
    ids = {remark.customer_id for remark in remarks}
    people = await work.unit.customers.by_ids(ids)
    linked = (await work.unit.customers.accounts_of_many(ids)).values()
    accounts = {account.telegram_id: account for mine in linked for account in mine}
    return [name_of(people.get(each.customer_id), accounts.get(each.chat_id)) for each in remarks]


async def answer(work: Work, remark_id: int) -> Found:
    """Make a ticket of words that were not understood, for staff who are about to answer.

    Their author is told nothing: the answer comes soon.
    """
    remark = await work.unit.get(Remark, remark_id)
    if remark is None or remark.kind is not RemarkKind.UNSURE:
        return Found("gone")
    ticket = await work.unit.get(Ticket, remark.ticket_id) if remark.ticket_id else None
    if ticket is not None:
        return Found("has_ticket", ticket)
    customer = await work.unit.get(Customer, remark.customer_id)
    if customer is None:
        return Found("gone")
    if remark.choice in ("fine", "stop"):
        account = await work.unit.get(Account, remark.chat_id)
        return Found(remark.choice, name=name_of(customer, account))
    conversation = await understanding.still_open(work, remark)
    ticket = await understanding.hand_over(
        work, customer, remark.chat_id, understanding.piece_of(remark), conversation
    )
    work.unit.put(replace(remark, ticket_id=ticket.id, shown_at=remark.shown_at or work.now))
    return Found("opened", ticket)
