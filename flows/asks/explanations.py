"""Puts decisions into words for `/why`, in English, Russian and simplified Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta, get_timezone_location
from babel.units import format_unit

from flows.asks.decisions import Decision, Outcome, Reason
from flows.asks.restraint_words import RESTRAINT_REASONS
from flows.time.durations import Period, as_utc

_LOCALES = {"en": "en_GB", "ru": "ru", "zh": "zh_Hans"}

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "asked": {
        "en": "{schedule}: asked, nothing speaks against it.",
        "ru": "{schedule}: вопрос отправлен, ничто не мешало.",
        "zh": "{schedule}：已询问，没有任何阻碍。",
    },
    "final": {
        "en": "{schedule}: not asked, because {reason}.",
        "ru": "{schedule}: вопрос не отправлен: {reason}.",
        "zh": "{schedule}：未询问，因为{reason}。",
    },
    "deferred": {
        "en": "{schedule}: not asked, because {reason}; will be looked at again on {until}.",
        "ru": "{schedule}: вопрос не отправлен: {reason}; следующая проверка — {until}.",
        "zh": "{schedule}：未询问，因为{reason}；将于{until}再次查看。",
    },
}

REASONS: Mapping[str, Mapping[str, str]] = {
    "send": {
        "en": "nothing speaks against it",
        "ru": "ничто не мешает",
        "zh": "没有任何阻碍",
    },
    "planned": {
        "en": "it is planned for {due}",
        "ru": "запланировано на {due}",
        "zh": "已安排在{due}",
    },
    "stopped_all": {
        "en": "the customer asked us to stop asking",
        "ru": "клиент попросил больше не задавать вопросов",
        "zh": "客户要求不再询问",
    },
    "stopped_kind": {
        "en": "the customer stopped this kind of question",
        "ru": "клиент отказался от вопросов этого вида",
        "zh": "客户已停止接收此类询问",
    },
    "consent_refused": {
        "en": "the customer did not agree to be asked",
        "ru": "клиент не согласился получать вопросы",
        "zh": "客户不同意接收询问",
    },
    "consent_not_given": {
        "en": "the customer has not yet agreed to be asked",
        "ru": "клиент ещё не дал согласия на вопросы",
        "zh": "客户尚未同意接收询问",
    },
    "not_linked": {
        "en": "the customer is not connected by the personal link",
        "ru": "клиент не подключён по личной ссылке",
        "zh": "客户尚未通过专属链接接入",
    },
    "blocked": {
        "en": "the customer has blocked the bot",
        "ru": "клиент заблокировал бота",
        "zh": "客户已屏蔽机器人",
    },
    "unless_event": {
        "en": "“{event}” happened on {at}",
        "ru": "{at} произошло событие «{event}»",
        "zh": "{at}已发生“{event}”",
    },
    "contact": {
        "en": "the customer wrote to us on {at}",
        "ru": "клиент сам написал нам {at}",
        "zh": "客户已于{at}主动联系我们",
    },
    "not_silent": {
        "en": "“{event}” happened again on {at}, so there was no silence",
        "ru": "событие «{event}» повторилось {at}, тишины не было",
        "zh": "“{event}”于{at}再次发生，并未沉默",
    },
    "too_soon": {
        "en": "we ask about “{event}” only if {gap} have passed, and the one before was on {at}",
        "ru": "о событии «{event}» спрашиваем не чаще, чем раз в {gap}, а прежнее было {at}",
        "zh": "“{event}”之间至少相隔{gap}才会询问，而上一次在{at}",
    },
    "withdrawn": {
        "en": "the business has withdrawn the event",
        "ru": "компания отозвала событие",
        "zh": "商家已撤回该事件",
    },
    "no_end": {
        "en": "the event has no period, so its end is not known",
        "ru": "у события нет периода, и его конец неизвестен",
        "zh": "该事件没有周期，无法得知其结束时间",
    },
    "ended": {
        "en": "what began with the event ended on {at}",
        "ru": "начатое этим событием закончилось {at}",
        "zh": "该事件的周期已于{at}结束",
    },
    "fixed_times": {
        "en": "the schedule asks at fixed times now, and not after events",
        "ru": "расписание теперь спрашивает в заданное время, а не после событий",
        "zh": "该计划现在按固定时间询问，而不是在事件之后",
    },
    "other_event": {
        "en": "it waits for another event, “{event}”",
        "ru": "расписание ждёт другого события — «{event}»",
        "zh": "它等待的是另一事件“{event}”",
    },
    "no_period": {
        "en": "the event has no period to take {share} of",
        "ru": "у события нет периода, от которого можно отсчитать {share}",
        "zh": "该事件没有周期，无法计算其{share}",
    },
    "other_product": {
        "en": "the product “{product}” is not in the audience",
        "ru": "продукт «{product}» не входит в аудиторию",
        "zh": "产品“{product}”不在受众范围内",
    },
    "other_tags": {
        "en": "the customer has none of the tags {tags}",
        "ru": "у клиента нет ни одной из меток: {tags}",
        "zh": "客户没有以下任何标签：{tags}",
    },
    "other_language": {
        "en": "the customer's language “{spoken}” is not in the audience",
        "ru": "язык клиента «{spoken}» не входит в аудиторию",
        "zh": "客户的语言“{spoken}”不在受众范围内",
    },
    "too_late": {
        "en": "it was due on {due}, which is too long ago",
        "ru": "срок был {due}, это слишком давно",
        "zh": "应询问的时间是{due}，已过去太久",
    },
    "paused": {
        "en": "the schedule is switched off",
        "ru": "расписание выключено",
        "zh": "该计划已关闭",
    },
    "paused_by_guardrail": {
        "en": "the schedule paused itself, as too many people blocked or stopped the bot",
        "ru": "расписание само приостановилось: слишком многие заблокировали бота или отказались",
        "zh": "该计划已自动暂停，因为太多人屏蔽或停用了机器人",
    },
    "open_ticket": {
        "en": "the customer has an open ticket",
        "ru": "у клиента есть открытое обращение",
        "zh": "客户有未关闭的工单",
    },
    "in_conversation": {
        "en": "a conversation with the customer, or a question to them, is still open",
        "ru": "разговор с клиентом или вопрос к нему ещё не закрыт",
        "zh": "与客户的对话或向其提出的询问尚未结束",
    },
    "cooldown": {
        "en": "the last ask was {last} and the cooldown is {cooldown}",
        "ru": "последний вопрос был {last}, а перерыв между вопросами — {cooldown}",
        "zh": "上次询问在{last}，而间隔期为{cooldown}",
    },
    "just_agreed": {
        "en": "the customer agreed {agreed}, and nobody is asked within {after_consent} of that",
        "ru": "клиент дал согласие {agreed}, а перерыв после согласия — {after_consent}",
        "zh": "客户在{agreed}同意接受询问，同意后{after_consent}内不询问",
    },
    "schedule_cooldown": {
        "en": "this schedule last asked {last} and its cooldown is {cooldown}",
        "ru": "это расписание спрашивало {last}, а его перерыв — {cooldown}",
        "zh": "该计划上次询问在{last}，而其间隔期为{cooldown}",
    },
    "capped": {
        "en": "the limit is reached: {asks} per {per}",
        "ru": "достигнут предел вопросов: {asks} за {per}",
        "zh": "已达上限：每{per}{asks}次",
    },
    "held_out": {
        "en": "the customer belongs to the {share} left unasked for comparison",
        "ru": "клиент входит в {share}, которых не спрашивают для сравнения",
        "zh": "客户属于留作对照的{share}",
    },
    "quiet_hours": {
        "en": "it is outside {opens}–{closes} where the customer is, or a holiday",
        "ru": "у клиента сейчас не {opens}–{closes} или выходной",
        "zh": "客户当地时间不在{opens}–{closes}之内，或是假日",
    },
    **RESTRAINT_REASONS,
}

_AGO = frozenset({"last", "agreed"})
_MOMENTS = frozenset({"at", "due"})
_PERIODS = frozenset({"after_consent", "cooldown", "per", "gap", "within"})
_UNITS = {
    "years": "duration-year",
    "months": "duration-month",
    "weeks": "duration-week",
    "days": "duration-day",
    "hours": "duration-hour",
    "minutes": "duration-minute",
    "seconds": "duration-second",
}


@dataclass(frozen=True, slots=True)
class _Clock:
    """By whose clock moments are told, when, and which zone need not be named."""

    zone: ZoneInfo
    now: datetime
    told: ZoneInfo | None = None


def explain(decision: Decision, language: str) -> str:
    """One sentence on a decision; English for a language without words."""
    kind = (
        "asked" if decision.outcome is Outcome.SEND else "deferred" if decision.until else "final"
    )
    zone = ZoneInfo(decision.zone)
    tongue = _tongue(language)
    until = format_moment(decision.until, tongue, zone, decision.at) if decision.until else ""
    reason = explain_reason(decision.reason, tongue, zone, decision.at)
    template = _SENTENCES[kind][tongue]
    return template.format(schedule=decision.schedule, reason=reason, until=until)


def explain_reason(
    reason: Reason, language: str, zone: ZoneInfo, now: datetime, told: ZoneInfo | None = None
) -> str:
    """A reason as the part of a sentence after "because"; `told` as in `format_moment`."""
    tongue = _tongue(language)
    clock = _Clock(zone, now, told)
    args = {name: _worded(name, value, tongue, clock) for name, value in reason.args.items()}
    return REASONS[reason.key][tongue].format(**args)


def format_moment(
    moment: datetime, language: str, zone: ZoneInfo, now: datetime, told: ZoneInfo | None = None
) -> str:
    """`4 May 10:00 (Berlin)`; the year is shown when it is not this one.

    `told`: the time zone of which the reader knows already, so that its city is not repeated.
    """
    locale = _locale(_tongue(language))
    local = as_utc(moment).astimezone(zone)
    same_year = local.year == as_utc(now).astimezone(zone).year
    if same_year:
        day = format_skeleton("dMMMM", local, tzinfo=zone, locale=locale)
    else:
        day = format_date(local.date(), "long", locale=locale)
    if told is not None and told.key == zone.key:
        return f"{day}{'' if locale.language == 'zh' else ' '}{local:%H:%M}"
    city = format_city(zone, language)
    if locale.language == "zh":
        return f"{day}{local:%H:%M}（{city}）"
    return f"{day} {local:%H:%M} ({city})"


def format_city(zone: ZoneInfo, language: str) -> str:
    """The city by which a time zone is known: `Berlin`."""
    locale = _locale(_tongue(language))
    return get_timezone_location(zone, locale=locale, return_city=True)


def format_period(period: Period, language: str) -> str:
    """`7 days`, `1 month 2 weeks`."""
    locale = _locale(_tongue(language))
    # The locale data has no long Chinese forms; its short ones are full words.
    length: Literal["short", "long"] = "short" if locale.language == "zh" else "long"
    numbers = {unit: getattr(period, name) for name, unit in _UNITS.items()}
    chosen = {unit: number for unit, number in numbers.items() if number} or {_UNITS["seconds"]: 0}
    parts = [format_unit(number, unit, length, locale=locale) for unit, number in chosen.items()]
    return ("" if locale.language == "zh" else " ").join(parts)


def _worded(name: str, value: str | int, language: str, clock: _Clock) -> str:
    if name in _AGO:
        passed = datetime.fromisoformat(str(value)) - clock.now
        return format_timedelta(passed, add_direction=True, locale=_locale(language))
    if name in _MOMENTS:
        moment = datetime.fromisoformat(str(value))
        return format_moment(moment, language, clock.zone, clock.now, clock.told)
    if name in _PERIODS:
        return format_period(Period.parse(str(value)), language)
    return str(value)


def _tongue(language: str) -> str:
    short = language.split("-", maxsplit=1)[0].lower()
    return short if short in _LOCALES else "en"


@cache
def _locale(tongue: str) -> Locale:
    return Locale.parse(_LOCALES[tongue])
