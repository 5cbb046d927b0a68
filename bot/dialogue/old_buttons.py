"""Buttons that are pressed late: they mean what they say for as long as they can be seen."""

from datetime import timedelta

from bot.core.work import Work
from bot.dialogue import conversations, understanding
from bot.identity.accounts import Visitor
from flows.conversations import FlowState, Pressed, Refusal
from flows.entities import Account, Conversation
from flows.entities.kinds import Purpose
from flows.entities.states import GOING_ON

_OF_THE_OLD = ("product", conversations.COPIED)
"""What is not passed on to a conversation that begins anew, or in another way."""
JUST_NOW = timedelta(seconds=10)
"""A second press this soon after the first is the same press; its effect is on the screen."""


async def pressed(
    work: Work,
    visitor: Visitor,
    conversation: Conversation,
    heard: Pressed,
    refusal: Refusal,
    message_id: int,
) -> str:
    """Do what a button of an earlier question says; give what is shown over the chat."""
    if heard.action == "stop":
        await understanding.stop_everything(work, visitor, message_id)
        return ""
    if conversation.status not in GOING_ON:
        if not await _begin_anew(work, visitor, conversation, heard, message_id):
            _say(work, conversation, refusal.sentence)
        return ""
    if await _still_offered(work, conversation, heard):
        state = FlowState.from_json(conversation.state)
        if state.status == "snoozed":
            awake = await conversations.hear(work, conversation, Pressed(state.turn, "now"))
            state = awake.state
            conversation = await _current(work, conversation)
        again = Pressed(state.turn, heard.action)
        done = await conversations.hear(
            work, conversation, again, pressed_message_id=message_id, late=True
        )
        if done.refusal is None:
            return ""
    if work.now - conversation.updated_at > JUST_NOW:
        await conversations.show_again(work, conversation, refusal.sentence)
        return ""
    return refusal.sentence


async def _current(work: Work, conversation: Conversation) -> Conversation:
    found = await conversations.in_chat(work, conversation.chat_id, conversation.id)
    return found or conversation


async def _still_offered(work: Work, conversation: Conversation, heard: Pressed) -> bool:
    """Tell whether the button is one of the opening question, which is still the open one."""
    state = FlowState.from_json(conversation.state)
    flow = conversations.flow_of(work, conversation)
    opening = state.step == flow.definition.start.step and flow.definition.proactive
    return opening and heard.action.startswith(("o:", "later", "l:"))


async def _begin_anew(
    work: Work, visitor: Visitor, old: Conversation, heard: Pressed, message_id: int
) -> bool:
    """Begin an ask again that was over, with the answer that was pressed. False: it was none."""
    flow = work.services.flows.latest(old.flow)
    person = work.people.get(visitor.telegram_id)
    if not flow.definition.proactive or person is None:
        return False
    other = await conversations.current(work, old.chat_id)
    if other is not None and not await conversations.is_untold(work, other):
        return False
    account: Account = person[0]
    conversation, screen = await conversations.prepare(
        work,
        customer=person[1],
        account=account,
        flow=old.flow,
        values={name: value for name, value in old.context.items() if name not in _OF_THE_OLD},
        product=old.context.get("product", ""),
        candidate_id=old.candidate_id,
        ticket_id=old.ticket_id,
        notice_id=old.notice_id,
    )
    if heard.action not in screen.actions():
        await conversations.close(work, conversation)
        return False
    if other is not None:
        await conversations.close(work, other)
    first = Pressed(conversations.turn_of(conversation), heard.action)
    await conversations.hear(work, conversation, first, pressed_message_id=message_id)
    return True


def _say(work: Work, conversation: Conversation, text: str) -> None:
    chat, customer = conversation.chat_id, conversation.customer_id
    work.say(chat, text, purpose=Purpose.REPLY, customer_id=customer)
