"""copyMessage(s) and forwardMessage(s)."""

from __future__ import annotations

from bot.sandbox.api.placing import named_chat, placed, spend, target_chat
from bot.sandbox.api.registry import Call, method
from bot.sandbox.api.sending import post_draft
from bot.sandbox.api.sending_media import caption_fields
from bot.sandbox.errors import bad_request
from bot.sandbox.world.chance import copied_chances
from bot.sandbox.world.media import content_of, has_caption
from bot.sandbox.world.model import JSON, Chat, Message
from bot.sandbox.world.permissions import refused_content
from bot.sandbox.world.posting import Draft
from bot.sandbox.world.senders import origin_of

BATCH_LIMIT = 100
"""Messages in one copyMessages, forwardMessages or deleteMessages (Bot API)."""


def _refusal(done: str) -> str:
    """What is said of a message that must not be copied or forwarded, and where the bot may
    not send such a message (td, MessagesManager.cpp:24343)."""
    return f"the message can't be {done}"


def _copied(call: Call, source: Message) -> JSON:
    content = copied_chances(content_of(source.body), call.world.chance)
    if content is None:
        raise bad_request(_refusal("copied"))
    if has_caption(source.body) and call.params.get("caption") is not None:
        content = {k: v for k, v in content.items() if k not in {"caption", "caption_entities"}}
        content |= caption_fields(call, call.params.values)
    return content


def _source_chat(call: Call) -> Chat:
    """The chat to copy from; reading it suffices (Client.cpp:13252)."""
    return call.world.readable(call.bot, named_chat(call, "from_chat_id"))


def _source(call: Call, word: str, doing: str) -> Message:
    source_chat = _source_chat(call)
    message = call.world.message(source_chat, call.params.get("message_id") or 0)
    if message is None:
        raise bad_request(f"message to {word} not found")
    # Bots may copy what is protected, not forward it (td, MessagesManager.cpp:8233).
    if message.service or (message.protected and word == "forward"):
        raise bad_request(_refusal(doing))
    return message


@method("copyMessage")
def copy_message(call: Call) -> JSON:
    """The same content with no link to its author."""
    chat = target_chat(call)
    source = _source(call, "copy", "copied")
    draft = placed(call, chat, _copied(call, source), _refusal("copied"))
    spend(call, chat)
    return {"message_id": post_draft(call, chat, draft).id}


@method("forwardMessage")
def forward_message(call: Call) -> JSON:
    """The same content with its origin."""
    chat = target_chat(call)
    source = _source(call, "forward", "forwarded")
    draft = placed(call, chat, content_of(source.body), _refusal("forwarded"))
    draft.extra = {"forward_origin": origin_of(call.world, source)}
    spend(call, chat)
    return post_draft(call, chat, draft).body


@method("copyMessages")
def copy_messages(call: Call) -> list[JSON]:
    """Several at once; albums stay albums, what is missing is skipped."""
    return _many(call, "copy", forward=False)


@method("forwardMessages")
def forward_messages(call: Call) -> list[JSON]:
    """Several at once; albums stay albums, what is missing is skipped."""
    return _many(call, "forward", forward=True)


def batch_ids(call: Call) -> list[int]:
    """The message_ids of a batch call, checked; raises ApiError 400."""
    ids = call.params.get("message_ids")
    if not isinstance(ids, list) or not all(isinstance(i, int) for i in ids) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > BATCH_LIMIT:
        raise bad_request("too many message identifiers specified")
    return ids


def _many(call: Call, word: str, *, forward: bool) -> list[JSON]:
    chat = target_chat(call)
    source_chat = _source_chat(call)
    ids = batch_ids(call)
    if ids != sorted(set(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    sources = _usable(call, source_chat, ids, forward=forward)
    if not sources:
        raise bad_request(f"there are no messages to {word}")
    draft = placed(call, chat, {})
    groups: dict[str, str] = {}
    items = [_batch_item(call, draft, source, groups, forward=forward) for source in sources]
    kept = [i for i in items if i is not None and not _refused(call, chat, i)]
    if not kept:
        raise bad_request("messages can't be forwarded")  # Client.cpp:6278
    spend(call, chat, len(kept))
    return [{"message_id": post_draft(call, chat, item).id} for item in kept]


def _refused(call: Call, chat: Chat, item: Draft) -> bool:
    return refused_content(chat, call.bot.id, item.content) is not None


def _usable(call: Call, source_chat: Chat, ids: list[int], *, forward: bool) -> list[Message]:
    found = (call.world.message(source_chat, i) for i in ids)
    return [m for m in found if m is not None and not m.service and not (forward and m.protected)]


def _batch_item(
    call: Call, draft: Draft, source: Message, groups: dict[str, str], *, forward: bool
) -> Draft | None:
    """One of several; None when it cannot be copied, which leaves it out."""
    taken: JSON | None = content_of(source.body)
    if not forward and taken is not None:
        taken = copied_chances(taken, call.world.chance)
    if taken is None:
        return None
    content = taken
    if call.params.get("remove_caption") and has_caption(source.body):
        content = {k: v for k, v in content.items() if k not in {"caption", "caption_entities"}}
    group = source.body.get("media_group_id")
    if group:
        new = groups.setdefault(group, str(call.world.chance.randrange(10**16, 10**17)))
        content["media_group_id"] = new
    extra = {"forward_origin": origin_of(call.world, source)} if forward else {}
    return Draft(
        content,
        thread_id=draft.thread_id,
        protected=draft.protected,
        silent=draft.silent,
        extra=extra,
    )
