"""Answers that the business has written beforehand, said in the customer's own language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.names import display_safe
from bot.core.rich import clipped
from bot.core.words import listed as listing
from bot.core.work import Work
from bot.desk import cards, endings, merging, relay, routing, sorting, tickets
from bot.desk.speaking import who
from flows.asks.explanations import format_period
from flows.config import AnswerActions, CannedAnswer
from flows.config.ask_texts import fill
from flows.desk.afterwards import tried
from flows.entities import Customer, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal
from flows.identity.names import given_name, whole_name
from flows.time.durations import Period

MORNING = 9
"""The hour at which a ticket comes back that was put off for days."""
_SHOWN = 80
"""Characters of a text in the list."""


def find(work: Work, name: str) -> CannedAnswer | None:
    """The answer with this id, or with this title in any language."""
    word = " ".join(name.split()).casefold()
    for each in work.services.config.answers:
        titles = {title.casefold() for title in (each.title or {}).values()}
        if word == each.id or word in titles:
            return each
    return None


def listed(work: Work, language: str, *, with_actions: bool) -> list[str]:
    """A line for each answer that there is; those that do something besides only if wanted."""
    default = work.services.config.brand.default_language
    lines = []
    for each in work.services.config.answers:
        if each.then is not None and not with_actions:
            continue
        title = (each.title or {}).get(language, "")
        text = each.text.get(language) or each.text.get(default) or ""
        name = f"{each.id} · {display_safe(title)}" if title else each.id
        line = f"{name}: {clipped(' '.join(text.split()), _SHOWN)}"
        lines.append(f"{line} {_does(work, each.then, language)}" if each.then else line)
    return lines


def _does(work: Work, then: AnswerActions, language: str) -> str:
    """What an answer does besides, in brackets."""
    say = work.services.words.say
    parts = [
        say(language, f"canned.does_{name}") for name in ("resolve", "wait") if getattr(then, name)
    ]
    if then.snooze is not None:
        parts.append(
            say(language, "canned.does_snooze", length=format_period(then.snooze, language))
        )
    if then.severity is not None:
        parts.append(say(language, "canned.does_severity", severity=then.severity))
    if then.assign is not None:
        parts.append(say(language, "canned.does_assign", who=display_safe(str(then.assign))))
    return f"({listing(parts, language)})"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an answer was not sent: nothing was done. `why` names a sentence."""

    why: str
    values: Mapping[str, object] = field(default_factory=dict)


async def send(
    work: Work, ticket: Ticket, by: Person, answer: CannedAnswer, chat_id: int, message_id: int
) -> str | Refused:
    """Pass an answer on as if `by` had written it in that message; gives what is said.

    What the answer does besides is done with it, or none of both.
    """
    then = answer.then or AnswerActions()
    to = await routing.person_known(work, ticket, then.assign) if then.assign is not None else None
    if then.assign is not None and to is None:
        return Refused("canned.nobody", {"who": display_safe(str(then.assign))})
    until = None if then.snooze is None else _until(work, ticket, then.snooze)
    if answer.then is not None:
        found = tried(await merging.standing(work, ticket), then, work.now, by, to, until)
        if isinstance(found, Refusal):
            return Refused(f"desk.refused_{found.reason}", {"owner": ticket.owner_name})
    said, written = await _text(work, ticket, answer)
    # Protected, so that the words go and not a copy of the command.
    message = relay.Message(
        chat_id, message_id, EntryKind.TEXT, said, protected=True, language=written
    )
    if then.severity is not None:
        ticket = await sorting.rate(work, ticket, by, then.severity)
    if then.resolve:
        await endings.resolve(work, ticket, by, said, message)
        return said
    ticket = await relay.answer(work, ticket, by, message)
    if to is not None:
        ticket = _done(await tickets.assign(work, ticket, by, to))
    if then.wait and ticket.state != "waiting":
        ticket = _done(await tickets.wait(work, ticket, by))
    if until is not None:
        _done(await tickets.snooze(work, ticket, by, until))
    return said


def _done(outcome: Ticket | Refusal) -> Ticket:
    assert not isinstance(outcome, Refusal), "it was tried before"  # noqa: S101
    return outcome


def _until(work: Work, ticket: Ticket, length: Period) -> datetime:
    """When so long has passed: of whole days at nine in the morning, as when it is typed."""
    until = length.after(work.now)
    if until - work.now < timedelta(days=1):
        return until
    local = until.astimezone(ZoneInfo(cards.staff_zone(work, ticket)))
    return local.replace(hour=MORNING, minute=0, second=0, microsecond=0)


async def _text(work: Work, ticket: Ticket, answer: CannedAnswer) -> tuple[str, str]:
    """An answer for a ticket's customer, with their name in it, and the language it is in."""
    customer, account = await who(work, ticket)
    language = work.services.language(customer, account)
    default = work.services.config.brand.default_language
    written = next(
        (each for each in (language, default) if answer.text.get(each)), next(iter(answer.text))
    )
    called = customer.name if customer is not None and customer.name else ""
    called = called or (account.first_name if account is not None else "")
    values = {
        "brand": work.services.config.brand.name,
        "name": whole_name(called),
        "first_name": given_name(called),
        "product": await _product(work, customer, language),
    }
    return fill(answer.text[written], values), written


async def _product(work: Work, customer: Customer | None, language: str) -> str:
    """The only product that the customer has, by its title; empty when there is none or more."""
    if customer is None:
        return ""
    events = (await work.unit.schedules.events_of([customer.id])).get(customer.id, [])
    owned = {each.product for each in events if each.product and each.withdrawn_at is None}
    if len(owned) != 1:
        return ""
    wanted = owned.pop()
    config = work.services.config
    known = next((each for each in config.products if each.id == wanted), None)
    return known.in_language(language, config.brand.default_language) if known else wanted
