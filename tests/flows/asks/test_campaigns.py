"""Telling others of a change is, to the rules for asks, a schedule of its own."""

from dataclasses import replace
from datetime import UTC, datetime

from flows.asks.campaigns import (
    HOLDOUT,
    KIND,
    as_schedule,
    campaign_of,
    change_number,
    schedule_id,
)
from flows.config.fields import _ID
from flows.entities import Campaign, CampaignId, Change, ChangeId

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CHANGE = Change(ChangeId(9), 3, "Lids", NOW, "shipped", "They close.")
CAMPAIGN = Campaign(CampaignId(2**62), ChangeId(9), NOW, ("tin", "An unknown name"), 1000)


def test_no_configured_schedule_is_one() -> None:
    name = schedule_id(CHANGE, CAMPAIGN)
    assert (change_number(name), campaign_of(name)) == (3, CAMPAIGN.id)
    assert not _ID.fullmatch(name)
    for other in ("", "silent-trial", "change", "change:", "change:x/y", "x:3/4"):
        assert (change_number(other), campaign_of(other)) == (None, None), other


def test_what_it_asks_of_customers() -> None:
    schedule = as_schedule(CHANGE, CAMPAIGN, ["en", "ru"])
    assert (schedule.flow, schedule.enabled, schedule.holdout) == (KIND, True, HOLDOUT)
    assert schedule.audience.product == ("tin", "An unknown name")
    assert schedule.audience.language == ("en", "ru")
    assert not as_schedule(replace(CHANGE, state="not_helped"), CAMPAIGN, ["en"]).enabled
    assert not as_schedule(CHANGE, replace(CAMPAIGN, called_off_at=NOW), ["en"]).enabled
