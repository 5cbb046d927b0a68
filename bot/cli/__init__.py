"""The command line: `verso`.

Exit codes: 0 done; 1 done, but something is not as it should be; 2 not done, because a setting,
a file or the command itself is wrong.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from bot.cli.failures import explained

_COMMANDS = {
    "init": "beginning.init",
    "samples": "samples.samples",
    "run": "processes.run",
    "demo": "processes.demo",
    "sandbox": "processes.sandbox",
    "doctor": "processes.doctor",
    "apply": "configuration.apply",
    "dump": "configuration.dump",
    "import": "transfer.import_",
    "imports": "imports.imports",
    "codes": "codes.codes",
    "customers": "customers.customers",
    "link": "links.link",
    "entrances": "entrances.entrances",
    "language": "languages.language",
    "export": "transfer.export",
    "backup": "transfer.backup",
    "report": "report.report",
    "forget": "erasure.forget",
    "forgotten": "erasure.forgotten",
    "admins": "offices.admins",
    "webhooks": "webhooks.webhooks",
    "recall": "recalls.recall",
    "hooks": "hooks.hooks",
    "completion": "manual.completion",
    "man": "manual.man",
}
"""Where each command is, below this folder."""


class _Commands(click.Group):
    """Commands that are imported when they are called: hardly one needs what another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them; None: there is none of this name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(".")
        found: click.Command = getattr(import_module(f"{__name__}.{module}"), name)
        return found


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--debug", is_flag=True, help="Show the traceback when something goes wrong.")
@click.version_option(package_name="verso", message="%(prog)s %(version)s")
def verso(debug: bool) -> None:
    """Finds out what went wrong, gets it mended, tells the people who said so."""


def invoke(arguments: Sequence[str]) -> int:
    """Run a command and give its exit code; whatever goes wrong is said in sentences."""
    debug = "--debug" in arguments
    with explained(debug=debug) as outcome:
        result = verso.main(args=list(arguments), prog_name="verso", standalone_mode=False)
        outcome.code = result if isinstance(result, int) else 0
    return outcome.code


def main() -> None:
    """Run `verso` with the process's arguments; what it writes only its own user may read."""
    os.umask(0o077)
    sys.exit(invoke(sys.argv[1:]))
