"""Why somebody was told of a recall or not, for `/why`."""

from bot.core.names import display_safe, moment
from bot.core.rich import Rich, bold
from bot.core.work import Work
from bot.identity.time_zones import zone_name
from bot.recalls.staff_views import StaffViews
from flows.entities import Customer, Participant, Recall
from flows.recalls.wording import title_of


async def recalls_of(work: Work, customer: Customer, language: str) -> Rich:
    """What every recall that concerns a customer has come to for them; empty: none does."""
    found = await work.unit.recalls.of_customer(customer.id)
    if not found:
        return Rich()
    views = StaffViews(work.services, language)
    text = "\n" + bold(views.say("why_heading"))
    for each in found:
        recall = await work.unit.get(Recall, each.recall_id, lock=False)
        if recall is not None:
            text += "\n" + _line(work, customer, recall, each, views)
    return text


def _line(
    work: Work, customer: Customer, recall: Recall, each: Participant, views: StaffViews
) -> str:
    named = {
        "recall": f"RC{recall.number}",
        "title": display_safe(title_of(recall, views.language), 80),
    }
    if each.told_at is not None:
        when = moment(each.told_at, zone_name(work.services, customer, work.now), views.language)
        return views.say("why_told", when=when, **named)
    key = "why_draft" if recall.state == "draft" else f"why_left_{each.state}"
    return views.say("why_waiting", state=views.say(key), **named)
