"""`verso init`: the first settings and the first configuration."""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

import click

from bot.cli.client import Answer, BotClient, Unreachable
from bot.cli.failures import NotDone, WrongUse
from bot.cli.first_files import Shop, config_of, env_of, write
from bot.cli.opened import complete
from bot.settings import Settings, SettingsError, load_settings
from flows.config import ConfigError
from flows.languages import codes

ENV, CONFIG = Path(".env"), Path("verso.yaml")
_ZONES = "zoneinfo/"


@click.command()
@click.option(
    "--token-file",
    type=click.File("r", encoding="utf-8"),
    help="Read the bot's token from a file; - is standard input.",
)
@click.option("--name", help="What your customers know you by; else the bot's own name.")
@click.option("--languages", help="Which they read, such as en,ru; the first where unknown.")
@click.option("--time-zone", help="By whose clock you work, such as Europe/Berlin.")
@click.option("--unchecked", is_flag=True, help="Do not ask Telegram whether it knows the token.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there without asking.")
def init(
    token_file: TextIO | None,
    name: str | None,
    languages: str | None,
    time_zone: str | None,
    unchecked: bool,
    overwrite: bool,
) -> None:
    """Make .env and verso.yaml in this folder, for one team.

    Asks for what is not given, if there is a terminal to ask at. The token comes from
    --token-file or VERSO_BOT_TOKEN, so that it stands in no list of processes.
    """
    wanted = [path for path in (ENV, CONFIG) if _may_write(path, overwrite=overwrite)]
    if not wanted:
        raise NotDone("Nothing was changed. To replace what is there: verso init --overwrite")
    title = ""
    texts = dict[Path, str]()
    if ENV in wanted:
        settings, title = _bot(token_file.read() if token_file else "", unchecked=unchecked)
        texts[ENV] = env_of(settings.bot_token.get_secret_value(), settings.bot_api_url)
    if CONFIG in wanted:
        texts[CONFIG] = _config(name or "", title, languages or "", time_zone or "")
    for path, text in texts.items():
        write(path, text, private=path == ENV)
        click.echo(f"Made {path}{', which only you can read' if path == ENV else ''}.")
    click.echo(_NEXT)


_NEXT = """
What comes next:
  1. verso run. It prints a link: whoever opens it first looks after the bot.
  2. In Telegram: make a group for your team, switch on Topics, add the bot and make it an
     admin who may manage topics. Type /setup there.
  3. verso samples makes customers to try it with, and says how they are asked.
  4. verso doctor says whether all is well."""


def at_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def _may_write(path: Path, *, overwrite: bool) -> bool:
    if overwrite or not path.exists():
        return True
    if at_terminal() and click.confirm(f"{path} is there already. Replace it?", default=False):
        return True
    click.echo(f"{path} is there already and stays as it is.", err=True)
    return False


# -- the bot --------------------------------------------------------------------------------------


def _bot(given: str, *, unchecked: bool) -> tuple[Settings, str]:
    """The settings with a token that is right, as far as can be seen, and the bot's name."""
    token = given.strip() or os.environ.get("VERSO_BOT_TOKEN", "").strip()
    while True:
        if not token and not at_terminal():
            raise WrongUse(
                "There is no terminal to ask for the bot's token. Give it with --token-file FILE, "
                "or in VERSO_BOT_TOKEN."
            )
        token = token or click.prompt("The bot's token, from @BotFather", hide_input=True).strip()
        try:
            settings = load_settings(None, bot_token=token)
            return settings, "" if unchecked else complete(_look(settings))
        except (SettingsError, WrongUse) as error:
            if not at_terminal() or "VERSO_BOT_TOKEN" not in str(error):
                raise
            click.echo(str(error), err=True)
            token = ""


async def _look(settings: Settings) -> str:
    """Ask Telegram whose token it is, and give the bot's name; empty where nobody answers."""
    async with BotClient(settings) as client:
        try:
            me = await client.call("getMe")
        except Unreachable as error:
            click.echo(f"{error} The token was not checked; verso doctor does it later.", err=True)
            return ""
    return _judged(me)


def _judged(me: Answer) -> str:
    if me.ok:
        click.echo(f"The token belongs to @{me.result.get('username', '?')}.")
        if not me.result.get("can_read_all_group_messages"):
            click.echo("Tell @BotFather /setprivacy, your bot, Disable: staff answer by replying.")
        return str(me.result.get("first_name") or "")
    if me.code in {401, 404}:
        raise WrongUse("Telegram does not know this VERSO_BOT_TOKEN. Copy it from @BotFather.")
    click.echo(f"The token could not be checked now: error {me.code}.", err=True)
    return ""


# -- the shop -------------------------------------------------------------------------------------


def _config(name: str, title: str, languages: str, zone: str) -> str:
    """The configuration, from what is given, what is answered, and what is likely."""
    known = ", ".join(codes())
    while True:
        shop = Shop(
            name or _answer("What do your customers know you by?", title or "Our shop"),
            _parts(languages or _answer(f"Languages that they read ({known})?", codes()[0])),
            zone or _answer("Your time zone?", local_zone()),
        )
        try:
            return config_of(shop)
        except ConfigError as error:
            if not at_terminal():
                raise
            click.echo(str(error), err=True)
            name = languages = zone = ""


def _answer(question: str, likely: str) -> str:
    return str(click.prompt(question, default=likely)).strip() if at_terminal() else likely


def _parts(text: str) -> Sequence[str]:
    found = dict.fromkeys(part.strip() for part in text.split(",") if part.strip())
    return tuple(found) or codes()[:1]


def local_zone() -> str:
    """This machine's time zone by its name; UTC where it cannot be told."""
    link = Path("/etc/localtime")
    named = os.environ.get("TZ", "").lstrip(":")
    for zone in filter(None, (named, str(link.resolve()).partition(_ZONES)[2])):
        with contextlib.suppress(OSError, ValueError):  # no such zone, or no name of one
            return ZoneInfo(zone).key
    return "UTC"
