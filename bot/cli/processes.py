"""`verso run`, `verso demo`, `verso sandbox`, `verso doctor`."""

import click

from bot.cli.doctor.examination import examine
from bot.cli.doctor.report import Line
from bot.cli.failures import PROBLEM, WrongUse
from bot.cli.opened import complete, settings_for
from bot.runtime import memory

_PORT = click.IntRange(0, 65535)


@click.command()
def run() -> None:
    """Run the bot, the HTTP server and the scheduler until SIGTERM or Ctrl-C."""
    memory.tune_gc()
    from bot import app  # noqa: PLC0415  the other commands start faster without it

    app.run(settings_for(token_needed=True))


@click.command()
@click.option("--port", type=_PORT, default=8765, show_default=True, help="Of the web page.")
@click.option("--script", is_flag=True, help="Tell the whole loop here, without a page.")
@click.option("--all", "everything", is_flag=True, help="With --script: every message of it.")
def demo(port: int, script: bool, everything: bool) -> int:
    """Show the whole loop on a web page: no token, no account, no network."""
    from bot import demo as demonstration  # noqa: PLC0415  tests and demo only

    return int(demonstration.main(port, script or everything, everything) or 0)


@click.command()
@click.option("--port", type=_PORT, default=8081, show_default=True)
def sandbox(port: int) -> None:
    """Run the local Bot API server alone, to try out any bot."""
    from bot import sandbox as server  # noqa: PLC0415  tests and demo only

    try:
        server.run("127.0.0.1", port)
    except server.SandboxError as error:
        raise WrongUse(str(error)) from error


@click.command()
def doctor() -> int:
    """Check token, mode, database, groups, privacy mode, clock and links; say what to mend."""
    lines = complete(examine(settings_for(token_needed=True)))
    for line in lines:
        _show(line)
    return 0 if all(line.ok for line in lines) else PROBLEM


def _show(line: Line) -> None:
    mark = click.style("ok     ", fg="green") if line.ok else click.style("problem", fg="red")
    click.echo(f"{mark}  {line.name}: {line.finding}")
    if not line.ok:
        click.echo(f"         → {line.remedy}")
