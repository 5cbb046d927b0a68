"""Claims of guarantees: granted at once within their limits, left to a person above them.

A claim is a complaint whose conversation asked for the proof. Whatever becomes of it, the complaint
is with staff, with the proof, and says what was granted or why not.
"""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.core.events import TicketOpened, WordsAdded
from bot.core.remedy_names import guarantee_name
from bot.core.rich import bold, plain
from bot.core.work import Work
from bot.desk.speaking import customer_words, staff_words, to_customer, to_ticket, who
from bot.desk.telling import on_their_clock
from bot.recovery import granting, saying
from bot.recovery.granting import Choice
from flows.config import Guarantee, RemedyOption
from flows.conversations import FlowState
from flows.entities import Conversation, Customer, Proof, Remedy, Side, Ticket
from flows.entities.kinds import EntryKind
from flows.recovery import guarantees
from flows.recovery.guarantees import GUARANTEE, Above, Standing
from flows.recovery.limits import day_of
from flows.recovery.remedies import filled

PICTURES = frozenset({EntryKind.PHOTO, EntryKind.ALBUM, EntryKind.DOCUMENT})


async def claimed(work: Work, ticket: Ticket) -> Conversation | None:
    """The conversation in which a complaint claimed a guarantee to its end; None: it did not."""
    if ticket.conversation_id is None or ticket.partial:
        return None
    conversation = await work.unit.get(Conversation, ticket.conversation_id, lock=False)
    if conversation is None or conversation.flow not in guarantees.FLOWS.values():
        return None
    return conversation


async def ticket_opened(work: Work, event: TicketOpened) -> None:
    """Grant what a complaint claims, if it does, or have staff decide; its customer reads which."""
    ticket = event.ticket
    conversation = await claimed(work, ticket)
    if conversation is None:
        return
    config = work.services.config
    guarantee = config.guarantee(conversation.context.get(GUARANTEE, ""))
    wanted = guarantee.remedy if guarantee is not None else ""
    option = next((each for each in config.remedies if each.id == wanted), None)
    remedy = await granting.offer(work, ticket) if option is not None else None
    if guarantee is None or option is None or not isinstance(remedy, Remedy):
        to_ticket(work, ticket, staff_words(work, ticket, "remedies.claim_gone"))
        await _tell_waiting(work, ticket, "", "told_claim_gone")
        return
    entrance = config.entrance(ticket.entrance or "")
    place = entrance.at if entrance is not None else ticket.entrance or ""
    remedy = replace(remedy, guarantee=guarantee.id, place=place)
    await _decide(work, ticket, conversation, guarantee, option, remedy)


async def _decide(
    work: Work,
    ticket: Ticket,
    conversation: Conversation,
    guarantee: Guarantee,
    option: RemedyOption,
    remedy: Remedy,
) -> None:
    """Grant it within the limits; above them staff decide, with the proof and why."""
    marks = guarantees.marks_of(guarantee, FlowState.from_json(conversation.state).words)
    before = await work.unit.proofs.use(guarantee.id, marks, remedy.id, work.now)
    used = before is not None or (guarantee.proof is not Proof.NONE and not marks)
    standing = await _standing(work, ticket, guarantee, option, remedy, used=used)
    above = guarantees.above(guarantee, standing, work.now, work.services.config.brand.time_zone)
    why = ""
    if above is None:
        outcome = await granting.give(work, remedy, ticket, Choice(option))
        if isinstance(outcome, Remedy):
            return
        above = Above.CODES
        if isinstance(outcome, granting.Above):
            above, why = Above.GRANTS, saying.views_at(work, ticket).over(outcome.over)
    earlier = await work.unit.get(Remedy, before, lock=False) if before is not None else None
    number = f"R{earlier.number}" if earlier is not None else ""
    reason = staff_words(work, ticket, f"remedies.claim_{above}", over=why, earlier=number)
    claim = replace(remedy, above=above.value)
    await granting.leave_to_staff(work, claim, ticket, option, reason)
    await _tell_waiting(work, ticket, guarantee.id, f"told_claim_{above}")


async def _standing(
    work: Work,
    ticket: Ticket,
    guarantee: Guarantee,
    option: RemedyOption,
    remedy: Remedy,
    *,
    used: bool,
) -> Standing:
    """What counts for a claim; nobody is granted more of it until this unit ends."""
    config, customer_id = work.services.config, ticket.customer_id
    zone = config.brand.time_zone
    entrance = config.entrance(ticket.entrance or "")
    products = await granting.products_of(work, ticket) if guarantee.product else frozenset()
    await work.unit.get(Customer, customer_id)  # locked: two of one customer's wait here
    since = day_of(guarantee.customer_period.before(work.now, ZoneInfo(zone)), zone)
    wanted = filled(remedy, option, None, None, "")
    return Standing(
        used=used,
        products=products | frozenset({(entrance.product if entrance else "") or ""}),
        place=remedy.place,
        to_customer=await work.unit.ledger.times_given(customer_id, since, guarantee.id),
        at_place=await granting.times_today(work, wanted),
    )


async def _tell_waiting(work: Work, ticket: Ticket, guarantee_id: str, key: str) -> None:
    """Tell whoever claimed why it is not granted at once, and until when somebody has looked."""
    language = work.services.language(*await who(work, ticket))
    promise = guarantee_name(work.services, language, guarantee_id)
    text = plain(await customer_words(work, ticket, f"remedies.{key}", number=ticket.number))
    if promise:
        text = bold(promise) + "\n" + text
    when = ticket.response_due_at
    waits = "remedies.told_claim_by" if when is not None else "remedies.told_claim_waits"
    by = await on_their_clock(work, ticket, when) if when is not None else ""
    said = await customer_words(work, ticket, waits, when=by, number=ticket.number)
    await to_customer(work, ticket, text + "\n" + said)


async def words_added(work: Work, event: WordsAdded) -> None:
    """The rest of the album with which a guarantee was claimed is used for the same claim.

    A picture that is sent later is shown to staff, and stays good for a claim of its own.
    """
    if not any(kind in PICTURES for kind in event.kinds):
        return
    for remedy in await work.unit.remedies.of_ticket(event.ticket.id):
        guarantee = work.services.config.guarantee(remedy.guarantee)
        if guarantee is None or guarantee.proof is not Proof.PHOTO:
            continue
        entries = await work.unit.tickets.entries(event.ticket.id)
        sent = [each for each in entries if each.side is Side.CUSTOMER]
        first = {each.album for each in sent if each.at <= event.ticket.opened_at} - {""}
        marks = guarantees.marks_of_files(each.file for each in sent if each.album in first)
        await work.unit.proofs.use(guarantee.id, marks, remedy.id, work.now)
