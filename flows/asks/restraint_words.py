"""Reasons of the audience and of restraint in words: the part of a sentence after "because"."""

from __future__ import annotations

from collections.abc import Mapping

RESTRAINT_REASONS: Mapping[str, Mapping[str, str]] = {
    "no_product": {
        "en": "the customer has none of the products {products}",
        "ru": "у клиента нет ни одного из продуктов: {products}",
        "zh": "客户没有以下任何产品：{products}",
    },
    "unwanted_tags": {
        "en": "the customer has tags that the audience leaves out: {tags}",
        "ru": "у клиента есть метки, исключённые из аудитории: {tags}",
        "zh": "客户带有受众所排除的标签：{tags}",
    },
    "other_stage": {
        "en": "the customer's stage “{stage}” is not in the audience",
        "ru": "этап клиента «{stage}» не входит в аудиторию",
        "zh": "客户所处阶段“{stage}”不在受众范围内",
    },
    "no_stage": {
        "en": "nobody has told at which stage the customer is",
        "ru": "неизвестно, на каком этапе клиент",
        "zh": "不知道客户处于哪个阶段",
    },
    "other_zone": {
        "en": "the time zone {place} is not in the audience",
        "ru": "часовой пояс {place} не входит в аудиторию",
        "zh": "时区{place}不在受众范围内",
    },
    "no_value": {
        "en": "nobody has told what the customer is worth",
        "ru": "ценность клиента неизвестна",
        "zh": "不知道客户的价值",
    },
    "other_value": {
        "en": "the customer's value {value} is not in the audience",
        "ru": "ценность клиента {value} не входит в аудиторию",
        "zh": "客户价值{value}不在受众范围内",
    },
    "other_complaints": {
        "en": "the number of complaints in {within} is {count}, which is not in the audience",
        "ru": "число жалоб за {within} — {count}, это не входит в аудиторию",
        "zh": "{within}内的投诉数为{count}，不在受众范围内",
    },
    "schedule_capped": {
        "en": "the schedule's own limit is reached: {asks} per {per}",
        "ru": "достигнут собственный предел расписания: {asks} за {per}",
        "zh": "已达该计划自身的上限：每{per}{asks}次",
    },
    "outranked": {
        "en": "the schedule “{other}” wants this customer soon and goes first",
        "ru": "расписание «{other}» скоро спросит этого клиента, и оно важнее",
        "zh": "计划“{other}”即将询问该客户，且优先级更高",
    },
    "over_budget": {
        "en": "the daily budget of asks is used up for now, others were first",
        "ru": "дневной запас вопросов пока исчерпан, другие были раньше",
        "zh": "每日询问额度暂时已用完，其他人排在前面",
    },
    "backlog": {
        "en": "too many tickets wait for staff, so fewer people are asked",
        "ru": "слишком много обращений ждут ответа, поэтому спрашиваем реже",
        "zh": "等待员工处理的工单过多，因此减少询问",
    },
}
