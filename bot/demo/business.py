"""Lumen Tea: the small business that the demo plays in. Invented for this purpose.

Times are given relative to the moment at which the demo's present begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

TOKEN = "7000001:demo-of-verso-not-a-secret-at-all"  # noqa: S105  known to the sandbox alone
USERNAME = "lumen_tea_bot"
NAME = "Lumen Tea"
GROUP_ID = -1_001_000_001
GROUP_TITLE = "Lumen Tea support"
ZONE = ZoneInfo("Europe/Berlin")
NIGHT_HOUR = 0
"""Half past midnight in Berlin: late evening in London, early morning in Shanghai."""
WORK_BEGINS, FRIDAY = 9, 4
"""When working days begin, as in the demo's configuration."""
MORNING_HOUR = 11
"""On the business's clock: late enough that the quiet hours have ended in London, too."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in the demo: a customer, a member of staff, or the owner."""

    id: int
    key: str
    role: str  # customer, staff or admin
    first_name: str
    last_name: str
    language: str
    zone: str = "Europe/Berlin"
    ref: str = ""
    about: str = ""
    """Who this is, in a line under the phone."""
    receipt: str = ""
    """What stands on the card that carries the personal link."""
    shown: bool = True
    """Whether there is a phone for them from the start; the others are a press away."""

    @property
    def username(self) -> str:
        """The name in Telegram."""
        return f"{self.key}_demo"


CAST = (
    Actor(
        501_001,
        "emma",
        "customer",
        "Emma",
        "Clarke",
        "en",
        "Europe/London",
        "C-1042",
        "Trial box, half-way through, has never written to support",
        "Your trial box is on its way. Anything wrong, even something small? Tell us here.",
    ),
    Actor(
        501_002,
        "ivan",
        "customer",
        "Иван",
        "Петров",
        "ru",
        "Europe/Moscow",
        "C-1043",
        "Monthly box, delivered this week",
        "Ваш чай в пути. Что-то не так, даже мелочь? Напишите нам сюда.",
    ),
    Actor(
        501_003,
        "lina",
        "customer",
        "李娜",
        "",
        "zh",
        "Asia/Shanghai",
        "C-1044",
        "Trial box, half-way through",
        "你的茶已经寄出。哪怕一点小问题，也请在这里告诉我们。",
    ),
    Actor(
        501_004,
        "peter",
        "customer",
        "Peter",
        "Novak",
        "en",
        "Europe/Prague",
        "C-0907",
        "Complained before, and was told of a change",
        "Thank you for your order. Anything wrong, even something small? Tell us here.",
        shown=False,
    ),
    Actor(
        501_005,
        "olga",
        "customer",
        "Ольга",
        "Соколова",
        "ru",
        "Europe/Berlin",
        "C-0911",
        "Complained before; the change did help",
        "Спасибо за заказ. Что-то не так, даже мелочь? Напишите нам сюда.",
        shown=False,
    ),
    Actor(502_001, "mia", "staff", "Mia", "Brandt", "en", about="Answers complaints"),
    Actor(502_002, "tom", "staff", "Tom", "Okafor", "en", about="Leads the support team"),
    Actor(
        503_001, "sam", "admin", "Sam", "Lumen", "en", about="Owns the shop and tunes the schedules"
    ),
)


def actor(key: str) -> Actor:
    """Somebody by their key. Raises KeyError."""
    return {a.key: a for a in CAST}[key]


def customers() -> list[Actor]:
    """The customers, those with a phone first."""
    return [a for a in CAST if a.role == "customer"]


def configuration() -> bytes:
    """Lumen Tea's verso.yaml, bound to the demo's group."""
    text = files("bot.demo").joinpath("lumen_tea.yaml").read_text("utf-8")
    return text.replace("CHAT_ID", str(GROUP_ID)).encode()


def records() -> dict[str, dict[str, Any]]:
    """What the business tells of its customers: reference and body of the PUT."""
    return {
        a.ref: {
            "name": f"{a.first_name} {a.last_name}".strip(),
            "language": a.language,
            "time_zone": a.zone,
            "tags": ["eu"] if a.zone.startswith("Europe") else ["asia"],
        }
        for a in customers()
    }


def earlier_events(now: datetime) -> list[dict[str, Any]]:
    """What had happened before the history begins."""
    return [
        _event("order-0907", "peter", "order_delivered", now - timedelta(days=40), "pro"),
        _event("order-0911", "olga", "order_delivered", now - timedelta(days=38), "pro"),
    ]


def present_events(now: datetime) -> list[dict[str, Any]]:
    """What has happened lately; it makes the schedules plan.

    Trials of fourteen days reach their middle within the next night, so that the next morning
    brings the question.
    """
    middle = now - timedelta(days=7) + timedelta(hours=13)
    return [
        _event("trial-1042", "emma", "trial_started", middle, "trial_box", "P14D"),
        _event("trial-1044", "lina", "trial_started", middle, "trial_box", "P14D"),
        _event("order-1043", "ivan", "order_delivered", now - timedelta(days=4, hours=14), "pro"),
    ]


def script_events(now: datetime) -> list[dict[str, Any]]:
    """As `present_events`, and somebody who puts the question off: Lina complains in the script."""
    middle = now - timedelta(days=7) + timedelta(hours=13)
    put_off = _event("trial-0911", "olga", "trial_started", middle, "trial_box", "P14D")
    return [*present_events(now), put_off]


def _event(
    number: str, who: str, kind: str, at: datetime, product: str, period: str = ""
) -> dict[str, Any]:
    told: Mapping[str, Any] = {"period": period} if period else {}
    return {
        "id": number,
        "customer": actor(who).ref,
        "type": kind,
        "at": at.isoformat(),
        "product": product,
        **told,
    }


def next_morning(now: datetime) -> datetime:
    """The next late morning on the business's clock."""
    here = now.astimezone(ZONE)
    morning = here.replace(hour=MORNING_HOUR, minute=5, second=0, microsecond=0)
    return morning if morning > here else morning + timedelta(days=1)


def next_working_morning(now: datetime) -> datetime:
    """The next moment at which the staff's working hours begin."""
    here = now.astimezone(ZONE)
    begins = here.replace(hour=WORK_BEGINS, minute=0, second=0, microsecond=0)
    while begins <= here or begins.weekday() > FRIDAY:
        begins += timedelta(days=1)
    return begins


def deep_night(now: datetime) -> datetime:
    """The next moment at which everybody here sleeps: quiet hours from London to Shanghai."""
    here = now.astimezone(ZONE)
    night = here.replace(hour=NIGHT_HOUR, minute=30, second=0, microsecond=0)
    return night if night > here else night + timedelta(days=1)


def opening_moment(now: datetime) -> datetime:
    """The next late morning of a Tuesday, at which the demo's history begins.

    From there the whole loop fits into working days.
    """
    morning = next_morning(now)
    while morning.weekday() != 1:
        morning += timedelta(days=1)
    return morning
