"""`verso.yaml`: read, checked as a whole, written back, compared."""

from flows.config.clocks import ClockRule, Clocks, ClockStep, Promise
from flows.config.conditions import (
    Audience,
    ComplaintRange,
    CustomerConditions,
    Route,
    Segment,
    ValueRange,
)
from flows.config.dump import diff_config, dump_config, plain_config
from flows.config.entrances import Entrance
from flows.config.guarantees import Guarantee
from flows.config.hypotheses import HypothesisPlan
from flows.config.informs import COMPLAINT, INFORM, MOST_STEPS, ChainStep
from flows.config.load import SHIPPED_FLOWS, load_config, outdated
from flows.config.models import (
    DID_NOT_HAVE,
    MISSING,
    AnswerActions,
    Brand,
    CannedAnswer,
    Category,
    Config,
    Guardrail,
    Lift,
    Limits,
    Phrases,
    Product,
    Recurrence,
    Retention,
    Stage,
    Team,
    Verification,
)
from flows.config.parts import Titled
from flows.config.phrases import says_stop
from flows.config.places import Place, SlotHours
from flows.config.problems import ConfigError, Problem
from flows.config.remedies import (
    OF_MONEY,
    Grants,
    Occasion,
    RemedyOption,
    SecondFailure,
    Thanks,
    Trusted,
)
from flows.config.schedules import Cap, Schedule, Trigger, Variant
from flows.config.versions import TakenBack, overwritten, take_back
from flows.config.webhooks import Receiver
from flows.config.windows import Window, WorkingHours

__all__ = [
    "COMPLAINT",
    "DID_NOT_HAVE",
    "INFORM",
    "MISSING",
    "MOST_STEPS",
    "OF_MONEY",
    "SHIPPED_FLOWS",
    "AnswerActions",
    "Audience",
    "Brand",
    "CannedAnswer",
    "Cap",
    "Category",
    "ChainStep",
    "ClockRule",
    "ClockStep",
    "Clocks",
    "ComplaintRange",
    "Config",
    "ConfigError",
    "CustomerConditions",
    "Entrance",
    "Grants",
    "Guarantee",
    "Guardrail",
    "HypothesisPlan",
    "Lift",
    "Limits",
    "Occasion",
    "Phrases",
    "Place",
    "Problem",
    "Product",
    "Promise",
    "Receiver",
    "Recurrence",
    "RemedyOption",
    "Retention",
    "Route",
    "Schedule",
    "SecondFailure",
    "Segment",
    "SlotHours",
    "Stage",
    "TakenBack",
    "Team",
    "Thanks",
    "Titled",
    "Trigger",
    "Trusted",
    "ValueRange",
    "Variant",
    "Verification",
    "Window",
    "WorkingHours",
    "diff_config",
    "dump_config",
    "load_config",
    "outdated",
    "overwritten",
    "plain_config",
    "says_stop",
    "take_back",
]
