"""What figures add to the engine."""

from bot.core.subject import Subject
from bot.insight import silent_stages, table
from bot.insight.letter import sending
from bot.insight.pictures import showing, weekly

INSIGHT = Subject(
    "insight",
    composers={**showing.COMPOSERS, **sending.COMPOSERS, **table.COMPOSERS},
    one_by_one=(showing.METHOD, sending.METHOD, table.METHOD),
    reporters=showing.REPORTERS,
    every_minute=(weekly.show_groups, sending.send_due),
    every_hour=(silent_stages.remind,),
)
