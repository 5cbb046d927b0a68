"""What the rest of `bot` may rely on from `storage`, by name and type only.

Nothing in `bot` imports `storage` when it runs, except the composition root (`bot.app`) and the
command line, which opens databases: what is needed is handed in. These names exist so that the
type checker sees what was handed in. See docs/decisions/0002-doors.md.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.database import Database
    from storage.repositories.asks.audiences import Whom
    from storage.repositories.identity.erasure import Footprint, Posted
    from storage.repositories.insight.figures import Figures
    from storage.repositories.recalls.recalls import AtWork, RecallCounts, Unreached
    from storage.unit import Unit
else:
    AtWork = Any
    Database = Any
    Figures = Any
    Footprint = Any
    Posted = Any
    RecallCounts = Any
    Unit = Any
    Unreached = Any
    Whom = Any

__all__ = [
    "AtWork",
    "Database",
    "Figures",
    "Footprint",
    "Posted",
    "RecallCounts",
    "Unit",
    "Unreached",
    "Whom",
]
