"""The notice to each person before anybody is told: read one by one, written anew, left out.

Functions that may refuse return a `Refusal`; nothing is written then.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.changes import notices
from bot.changes.draft_views import DraftFacts, DraftViews
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work
from bot.desk.speaking import customer_languages, customer_name
from flows.changes.changes import act
from flows.changes.wording import guessed
from flows.entities import Change, CustomerId, Draft, DraftId
from flows.entities.lifecycle import Person, Refusal
from flows.formatted import Entity, Formatted
from flows.languages import codes


async def screen(
    work: Work, change: Change, position: int, by: Person
) -> tuple[Rich, Keyboard] | None:
    """The draft at a position, or the last one, as it would be if `by` shipped the change now.

    None: there is nobody behind the change.
    """
    size = await work.unit.telling.size(change.id)
    position = min(position, size.people - 1)
    customer_id = await work.unit.telling.person_at(change.id, position) if size.people else None
    if customer_id is None:
        return None
    drafts = await work.unit.telling.drafts(change.id, change.round)
    own = drafts.get(customer_id)
    tickets = await work.unit.telling.tickets_of(change.id, [customer_id])
    shipped = notices.as_shipped(work, change, by)
    languages = await customer_languages(work, tickets)
    facts = DraftFacts(
        change,
        customer_id,
        await customer_name(work, tickets[0]),
        languages[customer_id],
        position,
        size.people,
        left_out=own is not None and own.left_out,
        own=own is not None and bool(own.text),
        meant=size.people - sum(draft.left_out for draft in drafts.values()),
        text=await notices.notice_text(work, shipped, tickets, own),
        staff=work.services.staff_language,
    )
    return DraftViews(work.services.words, work.services.language_at(change.group_chat_id)).draft(
        facts
    )


async def leave_out(work: Work, change: Change, customer_id: CustomerId) -> Draft | Refusal:
    """Leave somebody out, or take them in again."""
    draft = await _draft(work, change, customer_id)
    if not isinstance(draft, Refusal):
        draft = replace(draft, left_out=not draft.left_out)
        work.unit.put(draft)
    return draft


async def write(
    work: Work, change: Change, customer_id: CustomerId, text: str, entities: Sequence[Entity] = ()
) -> Draft | Refusal:
    """Write what we did as one person alone reads it; as long as what all others read may be."""
    described = act(change, "describe", work.now, text=text, entities=entities)
    if isinstance(described, Refusal):
        return described
    draft = await _draft(work, change, customer_id)
    if isinstance(draft, Refusal):
        return draft
    written = Formatted(text, tuple(entities)).stripped()
    tickets = await work.unit.telling.tickets_of(change.id, [customer_id])
    reads = (await customer_languages(work, tickets))[customer_id]
    language = guessed(written.text, reads, reads, codes())
    draft = replace(draft, text=written.text, entities=written.entities, language=language)
    work.unit.put(draft)
    return draft


async def as_all_others(work: Work, change: Change, customer_id: CustomerId) -> Draft | Refusal:
    """Let somebody read what all others read."""
    draft = await _draft(work, change, customer_id)
    if not isinstance(draft, Refusal):
        draft = replace(draft, text="", entities=(), language="")
        work.unit.put(draft)
    return draft


async def _draft(work: Work, change: Change, customer_id: CustomerId) -> Draft | Refusal:
    """What there is of somebody's draft, or a new one, if it may be changed."""
    free = act(change, "draft", work.now)
    if isinstance(free, Refusal):
        return free
    if not await work.unit.telling.tickets_of(change.id, [customer_id]):
        return Refusal("not_behind")
    known = (await work.unit.telling.drafts(change.id, change.round)).get(customer_id)
    if known is not None:
        return known
    draft = Draft(DraftId(work.unit.new_id()), change.id, customer_id, change.round)
    work.unit.add(draft)
    return draft
