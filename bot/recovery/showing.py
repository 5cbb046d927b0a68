"""`/ledger`: what was granted in months, and the lines as a table."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from bot.core.delivery import Call, Composer, File
from bot.core.rich import Rich
from bot.core.work import Work
from bot.recovery.views import RemedyViews
from flows.entities import Dimension, Fund, Group, LedgerLine, LedgerSum, Outgoing
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person
from flows.money import Money
from flows.recovery.limits import day_of

METHOD = "@ledger"
MONTHS_SHOWN = 12
_SUMS = 100
"""Sums that are read for them: several currencies and funds may be in each month."""
MOST_IN_TABLE = 20_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes text that begins so for a formula (OWASP: CSV injection)."""
_HEADINGS = (
    "remedy_id", "at", "day", "kind", "fund", "amount", "currency", "remedy", "team", "granted_by",
    "allowed_by", "place", "guarantee",
)  # fmt: skip


def _views(work: Work, group: Group) -> RemedyViews:
    services = work.services
    return RemedyViews(services, services.language_at(group), services.config.brand.time_zone)


async def own(work: Work, group: Group, by: Person) -> Rich:
    """What a member of staff granted, by month, and what they may still grant in this one."""
    views, config = _views(work, group), work.services.config
    found = await work.unit.ledger.sums(Dimension.PERSON, [str(by.id)], _SUMS)
    rich = views.ledger(views.say("ledger_own"), _newest(found))
    month = day_of(work.now, config.brand.time_zone)[:7]
    for most in config.grants.per_person:
        spent = next((each.amount for each in found if _is(each, month, most)), 0)
        rich = rich + "\n" + views.left(most, spent)
    for most in config.grants.per_grant:
        rich = rich + "\n" + views.say("ledger_each", most=most.shown(views.language))
    return rich


def _is(each: LedgerSum, month: str, most: Money) -> bool:
    is_for_harm = each.fund is Fund.COMPENSATION
    return each.period == month and each.currency == most.currency and is_for_harm


async def of_team(work: Work, group: Group) -> Rich:
    """What a group's team granted, by month."""
    views = _views(work, group)
    found = await work.unit.ledger.sums(Dimension.TEAM, teams_of(work, group), _SUMS)
    return views.ledger(views.say("ledger_team"), _newest(_together(found)))


def teams_of(work: Work, group: Group) -> list[str]:
    """The teams that work in a group: its own; at a desk of all, each."""
    known = [each.id for each in work.services.config.teams]
    return [group.team_id] if group.team_id in known else [group.team_id, "", *known]


def _together(sums: Sequence[LedgerSum]) -> list[LedgerSum]:
    """The sums of several teams as one, by month."""
    found: dict[tuple[str, str, str], LedgerSum] = {}
    for each in sums:
        key = (each.period, each.fund.value, each.currency)
        before = found.get(key)
        amount, grants = (before.amount, before.grants) if before is not None else (0, 0)
        found[key] = replace(each, amount=amount + each.amount, grants=grants + each.grants)
    return list(found.values())


def _newest(sums: Sequence[LedgerSum]) -> list[LedgerSum]:
    months = list(dict.fromkeys(each.period for each in sums))[:MONTHS_SHOWN]
    return [each for each in sums if each.period in months]


# -- a table --------------------------------------------------------------------------------------


def send_table(work: Work, group: Group, place: dict[str, object]) -> None:
    """Have the lines of a group's team sent as a CSV document, written when its turn comes.

    `place` are the parameters that put it where it was asked for.
    """
    params = {"teams": teams_of(work, group), "place": place}
    work.call(group.chat_id, METHOD, params, purpose=Purpose.FIGURES)


async def compose_table(work: Work, row: Outgoing) -> Call | None:
    """Write the table, unless the group is none of staff's any more."""
    group = work.services.group_at(row.chat_id)
    if group is None:
        return None
    text, count = io.StringIO(), 0
    writer = csv.writer(text)
    writer.writerow(_HEADINGS)
    async for line in work.unit.ledger.lines(row.params["teams"], MOST_IN_TABLE):
        writer.writerow(map(_cell, _cells(line)))
        count += 1
    file = File("document", "ledger.csv", text.getvalue().encode("utf-8-sig"), "text/csv")
    caption = _views(work, group).say("ledger_table", n=count)
    return Call("sendDocument", {"caption": caption, **row.params["place"]}, file=file)


def _cells(line: LedgerLine) -> Sequence[str]:
    amount = str(Money(line.currency, line.amount)).split()[0] if line.currency else "0"
    return (
        str(line.remedy_id),
        line.at.isoformat(),
        line.day,
        line.kind,
        line.fund,
        amount,
        line.currency,
        line.option,
        line.team_id,
        line.staff_name,
        line.approver_name,
        line.place,
        line.guarantee,
    )


def _cell(text: str) -> str:
    """A number below zero is one; any other text that begins like a formula is none."""
    is_number = text.removeprefix("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


COMPOSERS: dict[str, Composer] = {METHOD: compose_table}
