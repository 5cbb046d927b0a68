"""`verso webhooks`: what other systems were told, and sending it again."""

from datetime import UTC, datetime

import click
import orjson

from bot.cli.failures import NotDone, WrongUse
from bot.cli.imports import actor
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.core.work import Work
from bot.data.receivers import managing
from bot.data.receivers.posting import Posting
from bot.data.receivers.signing import SecretError, body_to_try, headers_of, secrets_in
from bot.settings import Settings, environment, proxy_for_webhooks
from flows.data.webhooks import Answer
from flows.entities import Webhook
from flows.entities.kinds import WebhookState
from storage.ids import new_id

_WHY = {
    "timeout": "no answer in time",
    "unreachable": "no connection",
    "certificate": "its certificate is not valid",
    "private": "its address is not public, and allow_private is not set",
    "secret": "its secret is missing or wrong",
    managing.GONE: "it wants nothing any more (410)",
    managing.NO_RECEIVER: "the configuration does not name it any more",
}


@click.group()
def webhooks() -> None:
    """Show what other systems were told, and have it sent again."""


_STATES = ["", *(each.value for each in WebhookState)]


@webhooks.command("list")
@click.option("--receiver", default="", metavar="ID", help="Of one receiver.")
@click.option("--state", default="", type=click.Choice(_STATES), help="In one state.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="In UTC.")
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_(receiver: str, state: str, since: datetime | None, last: int) -> None:
    """List what was told or waits, the newest first."""
    moment = since.replace(tzinfo=UTC) if since is not None else None
    complete(_list(settings_for(), receiver, state, moment, last))


@webhooks.command()
@click.argument("webhook")
def show(webhook: str) -> None:
    """Show what WEBHOOK (msg_…) says, and what came of it."""
    complete(_show(settings_for(), _number(webhook)))


@webhooks.command()
@click.argument("webhook", required=False)
@click.option("--receiver", metavar="ID", help="All that failed at it, also if it wanted no more.")
def retry(webhook: str | None, receiver: str | None) -> None:
    """Have WEBHOOK, or all that failed at a receiver, sent again at once."""
    if (webhook is None) is (receiver is None):
        raise WrongUse("Say which: verso webhooks retry msg_…, or retry --receiver ID.")
    if receiver is not None:
        complete(_retry_all(settings_for(), receiver))
    elif webhook is not None:
        complete(_retry_one(settings_for(), _number(webhook)))


@webhooks.command()
@click.argument("receiver")
def test(receiver: str) -> None:
    """Send a signed webhook of the type `webhook.test` to RECEIVER, and say what it answers."""
    complete(_test(settings_for(), receiver))


def _number(webhook: str) -> int:
    number = webhook.removeprefix("msg_")
    if not number.isdecimal() or len(number) > 19:
        raise WrongUse(f"{webhook} is no webhook: its id is like msg_123. See verso webhooks list.")
    return int(number)


async def _list(
    settings: Settings, receiver: str, state: str, since: datetime | None, last: int
) -> None:
    async with opened(settings) as database, database.reading() as unit:
        found = await unit.webhooks.log(receiver=receiver, state=state, since=since, limit=last)
    if not found:
        click.echo("Nothing was told that fits.")
    for each in found:
        click.echo(_line(each))


def _line(webhook: Webhook) -> str:
    at = f"{webhook.at:%Y-%m-%d %H:%M:%S}"
    return f"{webhook.name}  {at} UTC  {webhook.receiver}  {webhook.type}  {_came(webhook)}"


def _came(webhook: Webhook) -> str:
    """What came of a webhook so far."""
    if webhook.state is WebhookState.DELIVERED:
        return f"delivered, try {webhook.tries}"
    if not webhook.tries and not webhook.error:
        return webhook.state
    why = _why(Answer(webhook.status, webhook.error))
    if webhook.state is WebhookState.WAITING:
        return f"failed {webhook.tries} times ({why}), again at {webhook.next_at:%m-%d %H:%M} UTC"
    return f"given up after {webhook.tries} tries ({why})"


def _why(answer: Answer) -> str:
    return _WHY.get(answer.error, answer.error) if answer.error else f"HTTP {answer.status}"


async def _show(settings: Settings, number: int) -> None:
    async with opened(settings) as database, database.reading() as unit:
        found = await unit.get(Webhook, number)
    if found is None:
        raise NotDone(f"There is no webhook msg_{number}; the log keeps 30 days.")
    click.echo(_line(found))
    click.echo(orjson.dumps(found.data, option=orjson.OPT_INDENT_2).decode())


async def _retry_one(settings: Settings, number: int) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)

        async def work() -> Webhook | None:
            async with database.unit() as unit:
                at = Work(unit, services.clock.now(), services)
                found = await managing.retry_one(at, number, actor())
                await unit.commit()
            return found

        found = await patiently(database, work)
    if found is None:
        raise NotDone(f"msg_{number} is not there, or was delivered. Nothing was changed.")
    click.echo(f"{found.name} is sent to {found.receiver} again at once, if Verso runs.")


async def _retry_all(settings: Settings, receiver: str) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        if services.config.receiver(receiver) is None:
            raise WrongUse(_unknown(receiver, [each.id for each in services.config.webhooks]))

        async def work() -> int:
            async with database.unit() as unit:
                at = Work(unit, services.clock.now(), services)
                count = await managing.retry_all(at, receiver, actor())
                await unit.commit()
            return count

        count = await patiently(database, work)
    click.echo(f"{count} webhooks are sent to {receiver} again at once, if Verso runs.")


def _unknown(receiver: str, known: list[str]) -> str:
    there = ", ".join(known) or "there is none yet"
    return f"The configuration in force names no receiver {receiver} ({there})."


async def _test(settings: Settings, name: str) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
    receiver = services.config.receiver(name)
    if receiver is None:
        raise WrongUse(_unknown(name, [each.id for each in services.config.webhooks]))
    try:
        secrets = secrets_in(receiver.secret, environment())
    except SecretError as error:
        raise WrongUse(str(error)) from None
    now = services.clock.now()
    body, posting = body_to_try(now), Posting(proxy_for_webhooks(services.settings))
    headers = headers_of(f"msg_{new_id()}", body, secrets, now)
    try:
        answer = await posting.post(receiver, headers, body)
    finally:
        await posting.close()
    if not answer.taken:
        raise NotDone(f"{name} did not take it: {_why(answer)}.")
    click.echo(f"{name} has taken it: HTTP {answer.status}.")
