"""Complaints that are alike in symptom."""

from dataclasses import dataclass
from datetime import datetime

from flows.entities.ids import ThemeId


@dataclass(frozen=True, slots=True)
class Theme:
    """Complaints that describe the same; why it happens is found out later, and kept elsewhere.

    Every complaint keeps its customer's own words: a theme has a name and nothing of theirs.
    """

    id: ThemeId
    number: int
    name: str
    """For staff; empty: there was nothing to call it by yet."""
    created_at: datetime
    group_chat_id: int
    suggested: bool = True
    """Whether the name is Verso's suggestion, which follows the complaints."""
    owner_id: int | None = None
    owner_name: str = ""
    into_id: ThemeId | None = None
    """The theme that it was merged into; None: it stands for itself."""
