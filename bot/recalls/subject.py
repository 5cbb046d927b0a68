"""What recalls add to the engine."""

from bot.core.subject import Subject
from bot.recalls import looking, picture, telling, unreached

RECALLS = Subject(
    "recalls",
    loaders=(telling.load,),
    composers={**telling.COMPOSERS, **picture.COMPOSERS, **unreached.COMPOSERS},
    one_by_one=(picture.METHOD, unreached.METHOD),
    reporters=telling.REPORTERS,
    before_reports=telling.BEFORE_REPORTS,
    timers={**telling.TIMERS, **looking.TIMERS},
)
