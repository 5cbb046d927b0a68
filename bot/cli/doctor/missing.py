"""What is not there: settings that nothing reads, and events that nobody tells of."""

from collections.abc import Mapping

from bot.cli.doctor.report import Line, fine, problem
from bot.console.warnings import Unheard
from bot.settings import unknown_settings
from flows.config import Config


def check_names(environment: Mapping[str, str], config: Config) -> Line:
    """See that every setting that is given is one."""
    found = unknown_settings(environment, [each.secret for each in config.webhooks])
    if not found:
        return fine("settings", "every name is known")
    name, near = next(iter(found.items()))
    remedy = f"Did you mean {near}?" if near else "Take it out; docs/operators.md lists them all."
    return problem("settings", f"nothing reads {', '.join(found)}", f"{name}: {remedy}")


def check_events(unheard: Mapping[str, Unheard]) -> list[Line]:
    """See that what sets off the schedules which are on is told, where anything is told at all."""
    return [
        problem(
            f"schedule {schedule}",
            f"waits for {each.type}, of which none has come; these have: {', '.join(each.others)}",
            "Have your shop tell of it, mend `when` in the configuration, or switch it off.",
        )
        for schedule, each in unheard.items()
    ]
