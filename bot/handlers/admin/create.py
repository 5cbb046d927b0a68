"""A new schedule from a template: a question or two, a preview, and it is there, switched off.

What was chosen so far stands on the buttons themselves; only a typed delay is waited for.
"""

from collections.abc import Mapping, Sequence

from bot.asks import preview
from bot.configuration import changes
from bot.console import prompts, schedules
from bot.console.deferred_answers import Asked, Question
from bot.console.prompts import Awaited
from bot.console.schedules import Refusal
from bot.console.views.preview import EVERY
from bot.console.views.schedules import Shown
from bot.core.callbacks import number
from bot.core.rich import plain
from bot.core.work import Work
from bot.handlers.admin.screen import Answer, Desk, Steps, asked_at
from bot.handlers.admin.settings import after
from flows.asks.templates import DELAY, Template, templates
from flows.config import Schedule


async def _offer(desk: Desk, arguments: Sequence[str]) -> Answer:
    return Answer((await desk.view()).templates(templates()))


async def _product(desk: Desk, arguments: Sequence[str]) -> Answer:
    template, view = templates().get(arguments[0]), await desk.view()
    if template is None:
        return await desk.unknown()
    if view.asks_product(template):
        return Answer(view.which_product(template))
    return await _go_on(desk, template, EVERY, "")


async def _go_on(desk: Desk, template: Template, product: str, chosen: str) -> Answer:
    """Ask how long to wait; a chain, which has a time for each message, is shown at once."""
    if DELAY in template.asks:
        return await _ask_delay(desk, template, product)
    return await _propose(desk, template, product, chosen, EVERY)


async def _delay(desk: Desk, arguments: Sequence[str]) -> Answer:
    key, product, shown = arguments
    template = templates().get(key)
    chosen = await _chosen(desk, product, shown)
    if template is None or chosen is None:
        return await desk.unknown()
    return await _go_on(desk, template, product, chosen)


async def _ask_delay(desk: Desk, template: Template, product: str) -> Answer:
    draft = await schedules.draft(desk.work, template.id, "", "")
    if isinstance(draft, Refusal):
        return await desk.unknown()
    return Answer((await desk.view()).which_delay(template, draft, product))


async def _chosen(desk: Desk, product: str, shown: str) -> str | None:
    version = number(shown)
    return None if version is None else await _product_at(desk, product, version)


async def _product_at(desk: Desk, product: str, version: int) -> str | None:
    """The id of the product at a position of the list that was shown; empty: every product."""
    if product == EVERY:
        return ""
    position = int(product) if product.isascii() and product.isdecimal() else -1
    if not 0 <= version <= await changes.current_version(desk.work):
        return None
    then = await changes.as_it_was(desk.work, version)
    if then is None and version == await changes.current_version(desk.work):
        then = await changes.stored(desk.work)
    if then is None or not 0 <= position < len(then.products):
        return None
    return then.products[position].id


async def _type_delay(desk: Desk, arguments: Sequence[str]) -> Answer:
    key, product, shown = arguments
    template, version = templates().get(key), number(shown)
    draft = await schedules.draft(desk.work, key, "", "")
    known = template is not None and DELAY in template.asks
    if template is None or not known or version is None or isinstance(draft, Refusal):
        return await desk.unknown()
    awaited = Awaited("delay", key, product, version, desk.message_id)
    await prompts.wait_for(desk.work, desk.admin, awaited)
    return Answer((await desk.view()).typing_delay(template, draft))


async def take_delay(desk: Desk, awaited: Awaited, text: str) -> Answer:
    """A delay was typed: the schedule is shown with it, or what is expected is said."""
    template, view = templates()[awaited.subject], await desk.view()
    delay = schedules.delay_of(template, text, view.config)
    if delay is None:
        draft = await schedules.draft(desk.work, template.id, "", "")
        if isinstance(draft, Schedule):
            return Answer(view.typing_delay(template, draft, view.tell("wrong_value")))
    await prompts.stop_waiting(desk.work, desk.admin)
    # The list of products may be older than the buttons that come now.
    product = await _product_at(desk, awaited.name, awaited.shown)
    position = next(
        (str(at) for at, each in enumerate(view.config.products) if each.id == product), EVERY
    )
    return await _propose(desk, template, position, product or "", delay or EVERY)


async def _confirm(desk: Desk, arguments: Sequence[str]) -> Answer:
    key, product, delay, shown = arguments
    template, chosen = templates().get(key), await _chosen(desk, product, shown)
    if template is None or chosen is None:
        return await desk.unknown()
    return await _propose(desk, template, product, chosen, delay)


async def _propose(desk: Desk, template: Template, product: str, chosen: str, delay: str) -> Answer:
    draft = await schedules.draft(desk.work, template.id, chosen, "" if delay == EVERY else delay)
    if isinstance(draft, Refusal):
        return await desk.refused(draft)
    return await desk.counting("proposal", template.id, product, chosen, delay)


async def _proposal(work: Work, asked: Asked) -> Shown:
    """The schedule that would be made, with whom it would ask."""
    desk = asked_at(work, asked)
    key, product, chosen, delay = asked.arguments
    draft = await schedules.draft(work, key, chosen, "" if delay == EVERY else delay)
    if isinstance(draft, Refusal):
        return plain(await desk.why(draft)), [[(await desk.view()).to_list()]]
    found = await preview.preview(work, draft)
    return (await desk.view()).proposal(templates()[key], draft, found, product, delay)


async def _create(desk: Desk, arguments: Sequence[str]) -> Answer:
    key, product, delay, shown = arguments
    chosen = await _chosen(desk, product, shown)
    if chosen is None:
        return await desk.unknown()
    wait = "" if delay == EVERY else delay
    version = number(shown) or 0
    found = await schedules.create(desk.work, key, chosen, wait, version, desk.admin)
    if isinstance(found, Refusal) and found.reason != "made":
        return await desk.refused(found)
    return await after(desk, found, "", "created")


STEPS: Steps = {
    "n": (_offer, 0),
    "np": (_product, 1),
    "nd": (_delay, 3),
    "nt": (_type_delay, 3),
    "nc": (_confirm, 4),
    "ny": (_create, 4),
}
QUESTIONS: Mapping[str, Question] = {"proposal": _proposal}
