"""`verso.yaml`: read, checked as a whole, written back, compared."""

from flows.config.conditions import Audience, ComplaintRange, Route, Segment, ValueRange
from flows.config.dump import diff_config, dump_config, plain_config
from flows.config.load import SHIPPED_FLOWS, load_config
from flows.config.models import (
    Brand,
    Cap,
    Category,
    Config,
    Guardrail,
    Lift,
    Limits,
    Phrases,
    Product,
    Promise,
    Retention,
    Schedule,
    Stage,
    Team,
    Titled,
    Trigger,
    Variant,
    Verification,
    Window,
    WorkingHours,
)
from flows.config.phrases import says_stop
from flows.config.problems import ConfigError, Problem
from flows.config.versions import TakenBack, overwritten, take_back

__all__ = [
    "SHIPPED_FLOWS",
    "Audience",
    "Brand",
    "Cap",
    "Category",
    "ComplaintRange",
    "Config",
    "ConfigError",
    "Guardrail",
    "Lift",
    "Limits",
    "Phrases",
    "Problem",
    "Product",
    "Promise",
    "Retention",
    "Route",
    "Schedule",
    "Segment",
    "Stage",
    "TakenBack",
    "Team",
    "Titled",
    "Trigger",
    "ValueRange",
    "Variant",
    "Verification",
    "Window",
    "WorkingHours",
    "diff_config",
    "dump_config",
    "load_config",
    "overwritten",
    "plain_config",
    "says_stop",
    "take_back",
]
