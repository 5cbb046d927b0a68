"""`verso.yaml`: read, checked as a whole, written back, compared."""

from flows.config.dump import diff_config, dump_config
from flows.config.load import SHIPPED_FLOWS, SHIPPED_LANGUAGES, load_config
from flows.config.models import (
    Audience,
    Brand,
    Category,
    Config,
    Guardrail,
    Limits,
    Product,
    Promise,
    Retention,
    Schedule,
    Stage,
    Team,
    Titled,
    Trigger,
    Verification,
    Window,
    WorkingHours,
)
from flows.config.problems import ConfigError, Problem

__all__ = [
    "SHIPPED_FLOWS",
    "SHIPPED_LANGUAGES",
    "Audience",
    "Brand",
    "Category",
    "Config",
    "ConfigError",
    "Guardrail",
    "Limits",
    "Problem",
    "Product",
    "Promise",
    "Retention",
    "Schedule",
    "Stage",
    "Team",
    "Titled",
    "Trigger",
    "Verification",
    "Window",
    "WorkingHours",
    "diff_config",
    "dump_config",
    "load_config",
]
