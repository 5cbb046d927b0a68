"""What is promised about a ticket, by what the configuration says now."""

from __future__ import annotations

from datetime import timedelta

from flows.config import ClockRule, Config, Team
from flows.desk.clocks import Step
from flows.desk.watch import Terms
from flows.entities import ClockKind, Ticket

NOBODYS = Team(id="staff")
"""By whose hours a ticket is answered that no team has."""


def terms_of(config: Config, ticket: Ticket) -> Terms:
    """What is promised about a ticket from now on: by its team, category and severity."""
    team = next((each for each in config.teams if each.id == ticket.team_id), NOBODYS)
    clocks = config.clocks
    return Terms(
        targets={kind: _target(config, ticket, kind) for kind in ClockKind},
        calendar=config.calendar_of(team),
        steps=tuple(Step(step.at, step.tell) for step in clocks.steps),
        ask_after=clocks.ask_after,
        unanswered_after=clocks.unanswered_after,
        owner_silent=clocks.owner_silent.exact,
        news_every=clocks.news_every,
    )


def _target(config: Config, ticket: Ticket, kind: ClockKind) -> timedelta:
    """The time of the first rule that fits the ticket and names this clock, else the usual one."""
    usual = getattr(config.clocks, kind.value)
    fitting = (getattr(rule, kind.value) for rule in config.clocks.rules if _fits(rule, ticket))
    target = next((length for length in fitting if length is not None), usual)
    exact: timedelta = target.exact
    return exact


def _fits(rule: ClockRule, ticket: Ticket) -> bool:
    return (
        (not rule.team or ticket.team_id in rule.team)
        and (not rule.category or ticket.category in rule.category)
        and (not rule.severity or ticket.severity in rule.severity)
    )
