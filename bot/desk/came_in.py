"""At which entrance a complaint began, and what its customer had tapped there, as staff read it."""

from bot.core.names import display_safe
from bot.core.titles import product_title
from bot.core.words import listed
from bot.core.work import Work
from flows.entities import Conversation, Ticket, Visit
from flows.entities.entrances import VISIT
from flows.entrances.questions import QUESTIONS, has_answered


def where(work: Work, ticket: Ticket) -> str:
    """The title of a ticket's entrance, with its product; its id, if it is there no more."""
    config, language = work.services.config, work.services.language_at(ticket)
    entrance = config.entrance(ticket.entrance or "")
    if entrance is None:
        return ticket.entrance or ""
    title = display_safe(entrance.in_language(language, config.brand.default_language))
    product = product_title(config, language, entrance.product) if entrance.product else ""
    return f"{title} · {product}" if product and product != title else title


async def lines(work: Work, ticket: Ticket) -> list[str]:
    """What a card says of a ticket's entrance; nothing for a ticket that began at none."""
    if not ticket.entrance:
        return []
    say, language = work.services.words.say, work.services.language_at(ticket)
    found = [say(language, "entrances.card", entrance=where(work, ticket))]
    visit = await _visit(work, ticket)
    if visit is not None and has_answered(visit):
        taps = (
            say(language, f"entrances.tapped_{name}_{'yes' if answer else 'no'}")
            for name in QUESTIONS
            if (answer := getattr(visit, name)) is not None
        )
        found.append(say(language, "entrances.tapped", answers=listed(taps, language)))
    return found


async def _visit(work: Work, ticket: Ticket) -> Visit | None:
    if ticket.conversation_id is None:
        return None
    conversation = await work.unit.get(Conversation, ticket.conversation_id, lock=False)
    number = conversation.context.get(VISIT, "") if conversation is not None else ""
    return await work.unit.get(Visit, int(number), lock=False) if number.isdecimal() else None
