"""`verso completion` and `verso man`: what shells and `man` know of the commands, by their help."""

from collections.abc import Iterator
from importlib.metadata import version

import click
from click.shell_completion import get_completion_class

_SHELLS = ("bash", "zsh", "fish")
_CODES = (
    ("0", "Done."),
    ("1", "Done, but something is not as it should be."),
    ("2", "Not done, because a setting, a file or the command is wrong."),
)


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what completes commands in a SHELL.

    \b
    bash:  verso completion bash > ~/.local/share/bash-completion/completions/verso
    zsh:   verso completion zsh > ~/.zfunc/_verso   (a folder of your fpath)
    fish:  verso completion fish > ~/.config/fish/completions/verso.fish
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"{shell} cannot be completed.")
    click.echo(made(context.find_root().command, {}, "verso", "_VERSO_COMPLETE").source())


@click.command()
@click.pass_context
def man(context: click.Context) -> None:
    """Print the manual page: verso man > /usr/local/share/man/man1/verso.1"""
    click.echo("\n".join(page(context.find_root())))


def page(root: click.Context) -> Iterator[str]:
    """The lines of the manual page, in the language of `man`."""
    command = root.command
    yield f'.TH VERSO 1 "" "Verso {version("verso")}" "Verso"'
    yield from (".SH NAME", rf"verso \- {_plain(command.get_short_help_str(200))}")
    yield from (".SH SYNOPSIS", ".B verso", r"[\-\-debug] COMMAND [ARGUMENTS]")
    yield from (".SH DESCRIPTION", _plain(_about(command)))
    yield ".SH OPTIONS"
    yield from _options(command, root)
    yield ".SH COMMANDS"
    for name, each in _leaves(command, "verso"):
        context = click.Context(each, info_name=name)
        pieces = " ".join(each.collect_usage_pieces(context))
        yield from (f'.SS "{_plain(name)} {_plain(pieces)}"', _plain(_about(each)))
        yield from _options(each, context)
    yield ".SH EXIT STATUS"
    for code, meaning in _CODES:
        yield from (".TP", f".B {code}", meaning)
    yield ".SH FILES"
    yield from (".TP", ".I .env", "The settings, in the folder in which verso is called.")
    yield from (".TP", ".I verso.yaml", "The configuration.")


def _leaves(group: click.Command, before: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(group, click.Group):
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        command, full = group.get_command(context, name), f"{before} {name}"
        if command is None:
            continue
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield full, command
        yield from _leaves(command, full)


def _about(command: click.Command) -> str:
    return (command.help or "").replace("\b\n", "")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        if record := parameter.get_help_record(context):
            yield from (".TP", f".B {_plain(record[0])}", _plain(record[1]) or r"\&")


def _plain(text: str) -> str:
    """Text as it is: `man` reads backslashes, hyphens, and dots and quotes that begin a line.

    Letters beyond ASCII are named, as not every reader of such pages is told how they are encoded.
    """
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    escaped = "".join(each if each.isascii() else rf"\[u{ord(each):04X}]" for each in escaped)
    return "\n".join(
        rf"\&{line}" if line.startswith((".", "'")) else line or ".PP"
        for line in map(str.strip, escaped.splitlines())
    )
