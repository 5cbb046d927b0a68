"""Restraint in words, for admins: audiences, caps, today's budget, the backlog."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.asks.capacity import AskCapacity
from bot.core.words import listed
from flows.asks.explanations import format_moment, format_period
from flows.config import Audience, Config, Guardrail, Schedule, Titled
from flows.entities import Pause

Say = Callable[..., str]
"""Says the sentence of a key, in an admin's language."""


def audience_parts(say: Say, audience: Audience, config: Config, language: str) -> list[str]:
    """What an audience asks for, a part for each condition."""
    lists = (
        ("admin.audience_product", _titles(config, config.products, audience.product, language)),
        ("admin.audience_tags", audience.tags),
        ("restraint.audience_without_tags", audience.without_tags),
        ("admin.audience_language", audience.language),
        ("restraint.audience_stage", _titles(config, config.stages, audience.stage, language)),
        ("restraint.audience_time_zone", audience.time_zone),
    )
    parts = [say(key, values=listed(values, language)) for key, values in lists if values]
    if audience.hypothesis is not None:
        parts.append(say("restraint.audience_hypothesis", name=audience.hypothesis))
    if (value := audience.value) is not None:
        shown = _range(say, value.least, value.most)
        parts.append(say("restraint.audience_value", range=shown))
    if (made := audience.complaints) is not None:
        within = format_period(made.within, language)
        shown = _range(say, made.least, made.most)
        parts.append(say("restraint.audience_complaints", range=shown, within=within))
    return parts


def _titles(
    config: Config, entries: Sequence[Titled], ids: Sequence[str], language: str
) -> Sequence[str]:
    default = config.brand.default_language
    known = {each.id: each.in_language(language, default) for each in entries}
    return [known.get(each, each) for each in ids]


def _range(say: Say, least: int | None, most: int | None) -> str:
    if most is None:
        return say("restraint.at_least", least=least)
    if least is None:
        return say("restraint.at_most", most=most)
    return say("restraint.between", least=least, most=most)


def own_rules(say: Say, schedule: Schedule, language: str) -> list[str]:
    """A schedule's cap, and its priority when it is not the usual one."""
    lines = []
    if schedule.cap is not None:
        per = format_period(schedule.cap.per, language)
        lines.append(say("restraint.rule_cap", n=schedule.cap.asks, per=per))
    if schedule.priority != Schedule.model_fields["priority"].default:
        lines.append(say("restraint.rule_priority", priority=schedule.priority))
    return lines


def capacity_lines(say: Say, hunting: AskCapacity) -> list[str]:
    """How much was asked today, and how far a backlog slows it down."""
    key = "asked_today" if hunting.daily is None else "asked_of"
    lines = [say(f"restraint.{key}", asked=hunting.asked, daily=hunting.daily)]
    if hunting.share < 1:
        share = round(hunting.share * 100)
        key = "slowed" if hunting.share > 0 else "halted"
        figures = {"waiting": hunting.unanswered, "limit": hunting.backlog, "share": share}
        lines.append(say(f"restraint.{key}", **figures))
    return lines


def pause_line(
    say: Say, pause: Pause, rule: Guardrail, language: str, zone: ZoneInfo, now: datetime
) -> str:
    """When and why a schedule has paused itself, with the figures."""
    return say(
        "restraint.guard_figures",
        at=format_moment(pause.since, language, zone, now),
        lost=pause.lost,
        sent=pause.sent,
        within=format_period(rule.within, language),
        share=str(rule.share),
    )
