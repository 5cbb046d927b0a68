"""Which shop or account tells: its customers and orders are its own, whatever their numbers.

The first shop of a source that tells anything is at home: its names are short (`shopify:77`).
The names of any other say whose they are (`shopify:other.myshopify.com:77`).
"""

from dataclasses import dataclass

import orjson
import structlog

from bot.core.admin_notices import notify_admins_of
from bot.core.work import Work
from bot.data.hooks.content import WebhookContent
from flows.entities.facts import TENANTS

log = structlog.get_logger(__name__)

_NAME_LIMIT = 80
"""Characters of a shop's name: it stands in refs, of which there are 200."""


@dataclass(slots=True)
class Tenants:
    """The shops of one source that were heard, the one at home first."""

    names: list[str]
    real: list[str]
    """Those of which something real was heard: their test data is left out from then on."""

    def prefix(self, source: str, tenant: str) -> str:
        """What names of this shop begin with."""
        at_home = not tenant or not self.names or tenant == self.names[0]
        return source if at_home else f"{source}{tenant}:"


async def load(work: Work, source: str) -> Tenants:
    """The shops of a source (`shopify:`) that were heard so far."""
    stored = await work.unit.facts.get(TENANTS.of(source.rstrip(":")))
    known = orjson.loads(stored) if stored else {}
    return Tenants(list(known.get("names", ())), list(known.get("real", ())))


async def _keep(work: Work, source: str, tenants: Tenants) -> None:
    value = {"names": tenants.names, "real": tenants.real}
    await work.unit.facts.set(TENANTS.of(source.rstrip(":")), orjson.dumps(value).decode())


def cut(tenant: str) -> str:
    """The name of a shop, short enough to stand in others."""
    return tenant.strip().lower()[:_NAME_LIMIT]


async def placed(work: Work, source: str, told: WebhookContent) -> WebhookContent | None:
    """A message with names that are its shop's; None for test data of a shop that is in use.

    A shop that only asks to erase is not noted: nobody is known through it.
    """
    tenants = await load(work, source)
    if told.test and told.tenant in tenants.real:
        return None
    if not told.is_private:
        await _note(work, source, tenants, told)
    prefix = tenants.prefix(source, told.tenant)
    if prefix == source:
        return told
    return told.renamed(lambda name: prefix + name[len(source) :] if name else "")


async def _note(work: Work, source: str, tenants: Tenants, told: WebhookContent) -> None:
    """Remember a shop that is heard for the first time, and tell admins of a second one."""
    new = bool(told.tenant) and told.tenant not in tenants.names
    real = told.test is False and told.tenant not in tenants.real
    if new:
        tenants.names.append(told.tenant)
        log.info("hook_shop", source=source.rstrip(":"), shop=told.tenant)
    if real:
        tenants.real.append(told.tenant)
    if new or real:
        await _keep(work, source, tenants)
    if new and len(tenants.names) > 1:
        begins = tenants.prefix(source, told.tenant)
        await notify_admins_of(
            work, "hooks.another_shop", shop=told.tenant, home=tenants.names[0], begins=begins
        )
