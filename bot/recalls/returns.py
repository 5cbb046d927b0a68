"""What staff do for one person of a recall: note that it is ready, or that they have it again."""

from bot.core.journal import note
from bot.core.names import display_safe
from bot.core.work import Work
from bot.identity.accounts import can_be_reached
from bot.identity.time_zones import open_from
from bot.recalls import coming
from bot.recalls.campaigns import Actor
from bot.recalls.views import RecallViews
from flows.entities import Customer, Participant, Recall
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind
from flows.recalls.participants import act
from flows.recalls.wording import title_of


async def ready(
    work: Work, recall: Recall, participant: Participant, by: Actor
) -> Participant | Refusal:
    """Note that somebody's thing is put right, and ask when they would like it back."""
    moved = _moved(work, recall, participant, "finish", by)
    if not isinstance(moved, Refusal):
        await coming.was_there(work, moved, fetching=False)
        await _tell(work, recall, moved, "ready")
    return moved


async def handed_back(
    work: Work, recall: Recall, participant: Participant, by: Actor
) -> Participant | Refusal:
    """Note that somebody has their thing again, and ask whether it is right now."""
    moved = _moved(work, recall, participant, "hand_back", by)
    if not isinstance(moved, Refusal):
        await coming.was_there(work, moved, fetching=True)
        await _tell(work, recall, moved, "is_it_right")
    return moved


def _moved(
    work: Work, recall: Recall, participant: Participant, trigger: str, by: Actor
) -> Participant | Refusal:
    moved = act(participant, trigger, work.now)
    if not isinstance(moved, Refusal):
        work.unit.put(moved)
        about = Ref(RefKind.CUSTOMER, participant.customer_id)
        note(work, by.office, f"recall_{trigger}", about, to=f"RC{recall.number}")
    return moved


async def _tell(work: Work, recall: Recall, participant: Participant, what: str) -> None:
    """Write to somebody by day, if they can be written to."""
    customer = await work.unit.get(Customer, participant.customer_id)
    accounts = await work.unit.customers.accounts_of(participant.customer_id)
    account = next((each for each in accounts if can_be_reached(each)), None)
    if customer is None or account is None:
        return
    views = RecallViews(work.services, work.services.language(customer, account))
    if what == "ready":
        title = display_safe(title_of(recall, views.language), 100)
        text, keyboard = views.ready(participant, title, slots=coming.has_slots(recall))
    else:
        text, keyboard = views.is_it_right(participant)
    allowed = open_from(work.services, customer, work.now)
    work.say(
        account.telegram_id,
        text,
        keyboard=keyboard,
        purpose=Purpose.TOLD,
        customer_id=customer.id,
        not_before=allowed if allowed > work.now else None,
    )
