"""What staff press before a change is told, while it is, and to tell others of it."""

from telegram import Message

from bot.changes import campaigns, changes, drafts, linking, notices, others, telling
from bot.changes.campaign_views import CampaignViews
from bot.changes.draft_views import DraftViews
from bot.changes.views import ChangeViews
from bot.core.callbacks import number
from bot.core.journal import note
from bot.core.rich import Rich
from bot.core.work import Keyboard, inline
from bot.desk.speaking import NO_PREVIEW, staff_words
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import Heard, beside, mention, prompt, reply, say
from flows.changes.changes import TOLD
from flows.desk.rights import Deed
from flows.entities import Campaign, CampaignId, Change, CustomerId, Priority
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind

DEEDS = {
    "ship": Deed.SHIP,
    "off": Deed.SHIP,
    "draft": Deed.SHIP,
    "undraft": Deed.SHIP,
    "skip": Deed.SHIP,
    "report": Deed.READ,
    "others": Deed.READ,
    "spread": Deed.SPREAD,
    "spreadoff": Deed.SPREAD,
}
"""What the buttons do, as far as rights go."""


async def pressed(press: Press, found: Change, action: str, rest: list[str]) -> None:
    """Do what a button about telling a change says."""
    match action:
        case "ship":
            await _ship(press, found)
        case "off":
            await _call_off(press, found)
        case "report":
            _post(press, await telling.report(press.work, found))
        case "others":
            await _preview_others(press, found)
        case "spread":
            await _tell_others(press, found)
        case "spreadoff":
            await _call_others_off(press, found, rest)
        case _:
            await _draft(press, found, action, rest)


def _refuse(press: Press, refusal: Refusal) -> None:
    press.answer(f"changes.refused_{refusal.reason}", alert=True)


def _note(press: Press, kind: str, found: Change) -> None:
    note(press.work, f"staff:{press.query.from_user.id}", kind, Ref(RefKind.CHANGE, found.id))


# -- held back ----------------------------------------------------------------------------------


async def _ship(press: Press, found: Change) -> None:
    outcome = await telling.hold_to_ship(press.work, found, press.by)
    if isinstance(outcome, Refusal):
        _refuse(press, outcome)
        return
    _note(press, "change_shipped", found)
    press.answer("notices.holding", n=outcome.held["people"])


async def _call_off(press: Press, found: Change) -> None:
    outcome = await telling.call_off(press.work, found, press.by, press.standing.role)
    if not isinstance(outcome, Refusal):
        _note(press, "telling_called_off", found)
        press.answer("notices.called_off")
    elif outcome.reason == "too_late":
        await _too_late(press, found)
    else:
        _refuse(press, outcome)


async def _too_late(press: Press, found: Change) -> None:
    """Say that people have been told, and how many."""
    count = await notices.count(press.work, found)
    press.answer("notices.too_late", alert=True, told=count.told, all=count.people)


async def hold_late(press: Press, change: Change, proposal: int) -> None:
    """Hold back that complaints are added to a change that was told, and their people told."""
    held = await linking.hold(press.work, proposal, press.by)
    if held is None:
        press.answer("closing.link_old", alert=True)
        return
    _note(press, "linked_and_told", change)
    language = press.work.services.language_at(press.group)
    named = ChangeViews(press.work.services.words, language).name(change, most=100)
    views = DraftViews(press.work.services.words, language)
    _edit(press, *views.late(named, proposal, change, held[1]))
    press.answer("notices.holding", n=held[1])


async def call_late_off(press: Press, rest: list[str]) -> None:
    """Have nobody added and told who was to be added to a change that was told."""
    proposal, change_id = (number(each) for each in (*rest, "", "")[:2])
    found = await press.work.unit.get(Change, change_id) if change_id is not None else None
    if proposal is None or found is None or found.group_chat_id != press.group.chat_id:
        press.answer("desk.forged", alert=True)
        return
    outcome = await linking.call_off(press.work, proposal, press.by, press.standing.role)
    if outcome is None:
        _note(press, "telling_called_off", found)
        _edit(press, Rich() + staff_words(press.work, press.group, "notices.called_off"), [])
        press.answer("notices.called_off")
    elif outcome.reason == "too_late":
        await _too_late(press, found)
    else:
        _refuse(press, outcome)


def _edit(press: Press, text: Rich, keyboard: Keyboard) -> None:
    """Show something in place of the message on which the button was pressed."""
    shown = press.query.message
    if shown is not None and shown.chat.id == press.group.chat_id:
        params = {**text.params(), **NO_PREVIEW, "reply_markup": inline(keyboard)}
        press.work.call(
            press.group.chat_id,
            "editMessageText",
            {**params, "message_id": shown.message_id},
            purpose=Purpose.NOTE,
            priority=Priority.REPLY,
        )


def _post(press: Press, text: str) -> None:
    message = press.query.message
    if isinstance(message, Message):
        reply(press.work, message, text)
    press.answer("notices.below")


# -- drafts -------------------------------------------------------------------------------------


async def _draft(press: Press, found: Change, action: str, rest: list[str]) -> None:
    customer_id = number(rest[0]) if rest else None
    if customer_id is None:
        press.answer("desk.forged", alert=True)
    elif action == "draft":
        await _ask_for(press, found, CustomerId(customer_id))
    else:
        do = drafts.leave_out if action == "skip" else drafts.as_all_others
        done = await do(press.work, found, CustomerId(customer_id))
        if isinstance(done, Refusal):
            _refuse(press, done)
            return
        page = (number(rest[1]) if len(rest) > 1 else 0) or 0
        changes.show(press.work, found, "drafts", min(max(0, page), MOST_DRAFTS), by=press.by)
        key = "as_all" if action == "undraft" else "left" if done.left_out else "taken_in"
        press.answer(f"notices.ok_{key}")


MOST_DRAFTS = 10**6


async def _ask_for(press: Press, found: Change, customer_id: CustomerId) -> None:
    """Ask for what one person alone is to read."""
    if found.held or found.state in TOLD:
        _refuse(press, Refusal("held" if found.held else f"already_{found.state}"))
        return
    message = press.query.message
    prompt(
        press.work,
        press.group.chat_id,
        staff_words(press.work, press.group, "notices.prompt", mention=mention(press.by)),
        staff_words(press.work, press.group, "changes.placeholder"),
        Ref(RefKind.DRAFT, f"{found.id}/{customer_id}"),
        ticket=None,
        by=press.by,
        reply_to=message if isinstance(message, Message) else None,
    )
    press.answer("changes.ok_prompt")


async def prompted(at: Heard, found: Change, customer: str, text: str, entities: object) -> None:
    """Take what one person alone is to read, and show their draft."""
    customer_id = CustomerId(int(customer)) if customer.isdecimal() else CustomerId(0)
    written = await drafts.write(at.work, found, customer_id, text, entities)  # type: ignore[arg-type]
    if isinstance(written, Refusal):
        say(at.work, at.message, f"changes.refused_{written.reason}")
        return
    position = await at.work.unit.telling.position_of(found.id, customer_id)
    changes.show(at.work, found, "drafts", position, new=True, by=at.by)


# -- telling others -----------------------------------------------------------------------------


async def _preview_others(press: Press, found: Change) -> None:
    refusal = await campaigns.objection(press.work, found)
    message = press.query.message
    if refusal is not None:
        press.answer(f"others.refused_{refusal.reason}", alert=True)
        return
    if isinstance(message, Message):
        chat_id, place = beside(press.work, message)
        press.work.call(
            chat_id,
            others.PREVIEW,
            place,
            purpose=Purpose.NOTE,
            priority=Priority.REPLY,
            subject=str(Ref(RefKind.CHANGE, found.id)),
        )
    press.answer("changes.ok_preview")


async def _tell_others(press: Press, found: Change) -> None:
    held = await campaigns.hold(press.work, found, press.by)
    if isinstance(held, Refusal):
        press.answer(f"others.refused_{held.reason}", alert=True)
        return
    _note(press, "others_told", found)
    language = press.work.services.language_at(press.group)
    named = ChangeViews(press.work.services.words, language).name(found, most=100)
    _edit(press, *CampaignViews(press.work.services.words, language).held(named, held))
    press.answer("others.holding")
    changes.show(press.work, found)


async def _call_others_off(press: Press, found: Change, rest: list[str]) -> None:
    campaign_id = number(rest[0]) if rest else None
    campaign = None
    if campaign_id is not None:
        campaign = await press.work.unit.get(Campaign, CampaignId(campaign_id))
    if campaign is None or campaign.change_id != found.id:
        press.answer("desk.forged", alert=True)
        return
    outcome = await campaigns.call_off(press.work, campaign, press.by, press.standing.role)
    if not isinstance(outcome, Refusal):
        _note(press, "others_called_off", found)
        _edit(press, Rich() + staff_words(press.work, press.group, "notices.called_off"), [])
        press.answer("notices.called_off")
        changes.show(press.work, found)
    elif outcome.reason == "too_late":
        line = await campaigns.line(press.work, found)
        press.answer("others.too_late", alert=True, line=line)
    else:
        _refuse(press, outcome)
