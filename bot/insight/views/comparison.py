"""What admins see of a schedule's effect: its texts compared, and what asking is good for."""

from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from bot.asks.views.settings import called
from bot.core.admin_view import AdminView
from bot.core.callbacks import pack
from bot.core.numbers import decimal, few, points, share_line, too_early
from bot.core.rich import Rich, bold
from bot.core.work import Keyboard
from bot.insight.experiments import (
    COMPLAINTS,
    TOLD_LATELY,
    Difference,
    Report,
    ReportOfAll,
    VariantFigures,
    shares,
)
from flows.asks.explanations import format_moment, format_period
from flows.config import Config
from flows.insight.measures import ToldCounts
from flows.insight.stats import Evidence, Interval
from flows.languages import tongue
from flows.time.durations import Period

SHARES = ("delivered", "answered", "voiced", "lost")
BUTTONS = 30
"""Schedules that get a button under the figures; /stats SCHEDULE shows any."""


def buttons(config: Config, language: str) -> Keyboard:
    """A button for each segment's figures, and for each schedule's comparison."""
    default = config.brand.default_language
    segments = [
        ((each.title or {}).get(language) or (each.title or {}).get(default) or each.id, each.id)
        for each in config.segments[:BUTTONS]
    ]
    return [
        *([(f"👥 {title}", pack("a", "segment", name))] for title, name in segments),
        *(
            [(called(config, each.id, language), pack("a", "stats", each.id))]
            for each in config.schedules[:BUTTONS]
        ),
    ]


def comparison(view: AdminView, report: Report, config: Config) -> Rich:
    """The whole report on one schedule."""
    zone = config.brand.time_zone
    text = bold(called(config, report.schedule.id, view.language)) + "\n"
    words = _words(view, report, zone)
    told = [("informing.figures", _told(view, report, report.told))] if report.told else []
    for title, lines in (
        *told,
        *([] if told and len(report.variants) < 2 else [("compare.words", words)]),
        ("compare.lift", _lift(view, report, zone)),
    ):
        text += "\n" + bold(view.say(title)) + "\n" + "".join(f"{line}\n" for line in lines)
    return text


def _told(view: AdminView, report: Report, counts: ToldCounts) -> Iterator[str]:
    """Whom a schedule that informs has told something, who left, and who complained."""
    if not counts.messages:
        yield view.say("informing.nobody_told")
        return
    messages = view.say("informing.messages", n=counts.messages)
    days = format_period(Period(days=TOLD_LATELY.days), view.language)
    yield view.say("informing.told", n=counts.people, messages=messages, period=days)
    within = format_period(report.told_within or Period(), view.language)
    for key, hits in (("lost", counts.lost), ("complained", counts.complained)):
        name = view.say(f"informing.{key}", period=within)
        yield share_line(view.say, view.language, name, hits, counts.people)


def _words(view: AdminView, report: Report, zone: str) -> Iterator[str]:
    if report.since is None:
        if report.told is None:
            yield view.say("compare.nobody_asked")
        return
    if len(report.variants) > 1:
        moment = format_moment(report.since, view.language, ZoneInfo(zone), view.now)
        yield view.say("compare.since", moment=moment)
    counted = ("delivered", "lost") if report.schedule.informs else SHARES
    for variant in report.variants:
        if variant.name:
            yield f"\n{view.say('compare.variant', name=variant.name)}"
        yield from _variant(view, variant, report.variants[0].name, counted, zone)
    every = [
        cases for each in report.variants for key, _, cases in shares(each.counts) if key in counted
    ]
    if rest := few(view.say, *every):
        yield rest


def _variant(
    view: AdminView, variant: VariantFigures, first: str, counted: Collection[str], zone: str
) -> Iterator[str]:
    differences = {each.key: each for each in variant.differences}
    for key, hits, cases in shares(variant.counts):
        if key not in counted:
            continue
        line = share_line(view.say, view.language, view.say(f"compare.{key}"), hits, cases)
        known = differences.get(key)
        if known is not None and known.evidence is not Evidence.NOT_ENOUGH:
            line += tongue(view.language).marks.semicolon + _difference(
                view, known, view.say("compare.against", name=first), zone
            )
        yield line


def comparison_of_all(view: AdminView, report: ReportOfAll, config: Config) -> Rich:
    """What asking at all is good for."""
    text = bold(view.say("compare.lift_of_all")) + "\n"
    if report.split is None:
        return text + view.say("compare.no_holdout_of_all")
    return text + "\n".join(_lift(view, report, config.brand.time_zone))


def button_of_all(view: AdminView, config: Config) -> Keyboard:
    """A button for that, where somebody is held out of all schedules."""
    if not config.lift.holdout.hundredths:
        return []
    return [[(view.say("compare.lift_of_all"), pack("a", "stats_all", 0))]]


def _lift(view: AdminView, report: Report | ReportOfAll, zone: str) -> Iterator[str]:
    split, share = report.split, report.share
    if split is None:
        yield view.say("compare.no_holdout")
        return
    every = split.asked + split.held
    if not every:
        yield view.say("compare.split_nobody", share=str(share))
        return
    yield view.say("compare.split", held=split.held, all=every, share=str(share))
    if split.is_off:
        yield view.say("compare.split_off")
        return
    if split.probability is None:
        yield view.say("compare.split_unknown")
    else:
        yield view.say("compare.split_right", p=_probability(split.probability, view.language))
    yield view.say("compare.counted", period=format_period(report.within, view.language))
    for lift in report.lifts:
        yield _group(view, lift, zone)


def _probability(p: float, language: str) -> str:
    return decimal(p, "0.00" if p >= 0.01 else "0.000", language)


def lift_name(view: AdminView, lift: Difference) -> str:
    """What is counted of those who were asked and of those who were not."""
    if lift.key == COMPLAINTS:
        return view.say("compare.complaints")
    return view.say("compare.event", type=view.event(lift.key))


def _group(view: AdminView, lift: Difference, zone: str) -> str:
    name = lift_name(view, lift)
    counts = {
        "asked": f"{lift.hits} / {lift.cases}",
        "held": f"{lift.other_hits} / {lift.other_cases}",
    }
    if lift.evidence is Evidence.NOT_ENOUGH:
        early = _early(view, lift, zone)
        return view.say("compare.lift_not_enough", name=name, early=early, **counts)
    difference = _difference(view, lift, view.say("compare.against_held"), zone)
    return view.say("compare.lift_line", name=name, difference=difference, **counts)


def how_it_stands(view: AdminView, difference: Difference, against: str, zone: str) -> str:
    """What can be said of a difference: in points, or until when it is too early."""
    if difference.evidence is Evidence.NOT_ENOUGH:
        return _early(view, difference, zone)
    return _difference(view, difference, against, zone)


def _early(view: AdminView, difference: Difference, zone: str) -> str:
    smaller, enough_at = difference.smaller, difference.enough_at
    return too_early(view.say, view.language, smaller, enough_at, zone)


def _difference(view: AdminView, difference: Difference, against: str, zone: str) -> str:
    """The difference in points; a conclusion is drawn from enough cases only."""
    found = difference.interval or Interval(0, 0, 0)
    verdict = "hint"
    if difference.evidence is Evidence.ENOUGH:
        verdict = "no_difference" if not found.excludes_zero() else "clear"
    return view.say(
        f"compare.{verdict}",
        against=against,
        early=_early(view, difference, zone),
        points=points(found.estimate, view.language),
        low=points(found.low, view.language),
        high=points(found.high, view.language),
    )
