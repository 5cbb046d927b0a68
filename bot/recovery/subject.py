"""What recovery adds to the engine."""

from bot.core.subject import Subject
from bot.recovery import showing, watching
from flows.entities.kinds import TimerKind

RECOVERY = Subject(
    "recovery",
    composers=showing.COMPOSERS,
    one_by_one=(showing.METHOD,),
    timers={TimerKind.REMEDY_DUE: watching.due},
)
