"""What praise adds to the engine."""

from bot.core.subject import Subject
from bot.praise import passing
from flows.entities.kinds import TimerKind

PRAISE = Subject("praise", reporters=passing.REPORTERS, timers={TimerKind.PRAISE: passing.due})
