"""What the data of the business adds to the engine."""

from bot.core.subject import Subject
from bot.data import privacy, retention
from bot.data.receivers import managing

DATA = Subject(
    "data",
    timers=privacy.TIMERS,
    every_hour=(retention.tidy,),
    on_new_configuration=(managing.park_for_nobody,),
)
