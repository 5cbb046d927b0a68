"""`verso language check`: what the files of more languages lack."""

from pathlib import Path

import click

from bot.cli.failures import NotDone
from bot.configuration import spoken
from flows.languages import in_use, load, use


@click.group()
def language() -> None:
    """Look at the languages that Verso speaks."""


@language.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path) -> None:
    """Check the languages in FOLDER and name each sentence that is missing or cannot be said.

    Verso says those in English. Nothing is changed.
    """
    before = in_use()
    try:
        use(load(folder))
        found = spoken.problems()
        names = ", ".join(f"{each.name} ({each.code})" for each in in_use().added)
    finally:
        use(before)
    for each in found:
        click.echo(str(each))
    if found:
        raise NotDone(f"{names}: {len(found)} to mend; English is said instead.")
    click.echo(f"{names}: complete.")
