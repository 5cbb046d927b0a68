"""What recovery adds to the engine."""

from bot.core.subject import Subject
from bot.recovery import approvals, second, showing, thanking, watching
from flows.entities.kinds import TimerKind

RECOVERY = Subject(
    "recovery",
    composers={**showing.COMPOSERS, **thanking.COMPOSERS},
    one_by_one=(showing.METHOD,),
    timers={
        TimerKind.REMEDY_DUE: watching.due,
        TimerKind.REMEDY_WAITS: approvals.look,
        TimerKind.GESTURE: second.gesture_due,
    },
)
