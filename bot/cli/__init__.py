"""The command line: `verso`.

Exit codes: 0 done; 1 done, but something is not as it should be; 2 not done, because a setting,
a file or the command itself is wrong.
"""

import os
import sys
from collections.abc import Sequence

import click

from bot.cli.beginning import init
from bot.cli.codes import codes
from bot.cli.configuration import apply, dump
from bot.cli.customers import customers
from bot.cli.entrances import entrances
from bot.cli.erasure import forget, forgotten
from bot.cli.failures import explained
from bot.cli.hooks import hooks
from bot.cli.imports import imports
from bot.cli.languages import language
from bot.cli.links import link
from bot.cli.manual import completion, man
from bot.cli.offices import admins
from bot.cli.processes import demo, doctor, run, sandbox
from bot.cli.report import report
from bot.cli.transfer import backup, export, import_
from bot.cli.webhooks import webhooks


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback when something goes wrong.")
@click.version_option(package_name="verso", message="%(prog)s %(version)s")
def verso(debug: bool) -> None:
    """Finds out what went wrong, gets it mended, tells the people who said so."""


for _command in (
    init,
    run,
    demo,
    sandbox,
    doctor,
    apply,
    dump,
    import_,
    imports,
    codes,
    customers,
    link,
    entrances,
    language,
    export,
    backup,
    report,
    forget,
    forgotten,
    admins,
    webhooks,
    hooks,
    completion,
    man,
):
    verso.add_command(_command)


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
