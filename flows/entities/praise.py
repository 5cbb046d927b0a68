"""Praise that its author wants somebody to read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flows.entities.ids import CustomerId, PraiseId

PRAISED = "praised"
"""Subject of the messages in which groups are shown what was praised."""
PRAISE_READ = "praise_read"
"""Subject of those in which staff read praise once more."""


class Whom(StrEnum):
    """Whom praise is for."""

    PERSON = "person"
    """One person of staff."""
    TEAM = "team"
    ALL = "all"
    """Everybody of the business."""


@dataclass(frozen=True, slots=True)
class Praise:
    """Kind words of one customer, and whom they are for."""

    id: PraiseId
    customer_id: CustomerId
    chat_id: int
    at: datetime
    text: str
    remark_id: int
    """The remark as which they were heard; there is one praise for it at most."""
    team_id: str = ""
    whom: str = ""
    """A `Whom`; empty: its author did not say, and the team reads it."""
    staff_id: int | None = None
    """Whom it is for, if it is one person."""
    staff_name: str = ""
    group_chat_id: int | None = None
    """The group that reads it."""
    shown_at: datetime | None = None
    """When the team's card with it was written."""
    message_id: int | None = None
    """That card in the group."""
    thanked_at: datetime | None = None
    """When somebody of staff said thank you for it."""
    thanked_by: str = ""
