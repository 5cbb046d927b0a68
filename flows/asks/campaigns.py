"""Telling people of a change who did not complain, by the rules for asks.

Pure. To those rules a campaign is a schedule that considers everybody once: it belongs to no
configuration, and the id of a configured schedule cannot be its.
"""

from __future__ import annotations

from collections.abc import Collection

from flows.config import Schedule
from flows.entities import Campaign, CampaignId, Change
from flows.entities.states import CHANGE_WORKS
from flows.time.durations import Share

KIND = "change_news"
"""What customers stop when they do not want to hear of changes any more."""
HOLDOUT = Share(1000)
"""The share of people who are told nothing, so that what telling does can be seen."""
PREFIX = "change:"
"""How the ids of the schedules begin that campaigns are."""
_PRIORITY = 1
"""Whatever asks goes first."""


def schedule_id(change: Change, campaign: Campaign) -> str:
    """The id of the schedule that a campaign is; it names the change by the number people know."""
    return f"{PREFIX}{change.number}/{campaign.id}"


def campaign_of(name: str) -> CampaignId | None:
    """The campaign that is the schedule of this id; None: it is a configured one."""
    number = name.rpartition("/")[2]
    return CampaignId(int(number)) if name.startswith(PREFIX) and number.isdecimal() else None


def change_number(name: str) -> int | None:
    """The number of the change that the schedule of this id tells of; None: it tells of none."""
    number = name.removeprefix(PREFIX).partition("/")[0]
    return int(number) if name.startswith(PREFIX) and number.isdecimal() else None


def as_schedule(change: Change, campaign: Campaign, languages: Collection[str]) -> Schedule:
    """A campaign as the rules for asks see it; `languages`: those that the change is written in."""
    plain = Schedule.model_validate(
        {"id": KIND, "when": {"cron": "0 0 1 1 *"}, "flow": KIND, "priority": _PRIORITY}
    )
    audience = plain.audience.model_copy(
        update={"product": tuple(campaign.products), "language": tuple(languages)}
    )
    return plain.model_copy(
        update={
            "id": schedule_id(change, campaign),
            "audience": audience,
            "holdout": Share(campaign.holdout),
            "enabled": change.state in CHANGE_WORKS and campaign.called_off_at is None,
        }
    )
