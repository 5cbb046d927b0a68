"""What conversations add to the engine."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.subject import Job, Subject
from bot.core.work import Work
from bot.dialogue import conversations as dialogue
from bot.dialogue import keyboards, loading, not_sure
from flows.entities import Conversation
from flows.entities.kinds import DueRows


async def _fire(work: Work, conversations: Sequence[Conversation]) -> None:
    chats = {conversation.chat_id for conversation in conversations}
    work.people = await work.unit.customers.at_accounts(chats)
    going_on = await work.unit.conversations.going_on(chats)
    work.conversations = {chat_id: going_on.get(chat_id) for chat_id in chats}
    for conversation in conversations:
        await dialogue.fire(work, conversation)


CONVERSATIONS: Job[Conversation] = Job(
    rows=DueRows.CONVERSATIONS,
    batch=100,
    due=lambda unit, now, limit: unit.conversations.due(now, limit),
    again=lambda unit, row: unit.get(Conversation, row.id),
    handle=_fire,
    put_off=lambda unit, row, later: unit.put(replace(row, due_at=later)),
)
DIALOGUE = Subject(
    "dialogue",
    loaders=(loading.load,),
    batch_composers=keyboards.BATCH_COMPOSERS,
    jobs=(CONVERSATIONS,),
    every_hour=(not_sure.show_daily,),
)
