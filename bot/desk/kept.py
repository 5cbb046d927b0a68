"""What an entry keeps of its message besides the words (`Entry.file`), by name."""

from collections.abc import Mapping
from typing import Any

ENTITIES = "entities"
"""The formatting of its text or caption."""
HEADING = "heading"
"""Of staff's: what stands above its text in the same message."""
FOREIGN = "foreign"
"""Of staff's: the line below the heading that says in which language its text is."""
COPIED = "copied"
"""Of staff's: the number of the customer's copy."""
MEDIA = "media"
"""Of staff's: the file that it is made of (`bot.handlers.content.media_of`)."""
SHOWN_AT = "shown_at"
"""Of a customer's: the group and the number of the message that shows it to staff."""
REPLY = "reply"
"""Of a customer's: what it answers (`bot.handlers.content.answered_in`)."""
ORIGIN = "origin"
"""Of a customer's: whose message was forwarded (`bot.handlers.content.forwarded_from`)."""
INTO = "into"
"""Of the line that a ticket was merged: the id of the ticket that goes on instead of it."""
_OURS = frozenset({ENTITIES, HEADING, FOREIGN, COPIED, MEDIA, SHOWN_AT, REPLY, ORIGIN})


def content(file: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry was made of when it was a piece of a conversation."""
    return {name: value for name, value in file.items() if name not in _OURS}
