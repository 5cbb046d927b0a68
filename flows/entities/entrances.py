"""People who came in by an entrance."""

from dataclasses import dataclass
from datetime import datetime

from flows.entities.ids import CustomerId

ENTRANCE, VISIT = "entrance", "visit"
"""Values of a conversation that began at an entrance (`Conversation.context`): the entrance's id,
and the visit's."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One account at one entrance on one day, however often it opened the link there.

    Of somebody who only tapped answers this is all that is kept beside the account.
    """

    id: int
    customer_id: CustomerId
    chat_id: int
    entrance: str
    """The entrance's id."""
    day: str
    """By the brand's clock, as ISO 8601: `2026-05-04`."""
    at: datetime
    """When the link was opened first."""
    began_at: datetime | None = None
    """When something was said or chosen first; None: the link was opened, and no more."""
    right_first: bool | None = None
    """Whether it was right the first time; None: not answered, as with the next two."""
    as_promised: bool | None = None
    """Whether it was as promised."""
    come_back: bool | None = None
    """Whether they would come back."""
