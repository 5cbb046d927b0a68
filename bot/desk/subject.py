"""What the desk adds to the engine."""

from bot.core.subject import Subject
from bot.desk import (
    audit,
    floods,
    membership,
    openness,
    plain_words,
    refused,
    relay,
    search,
    tickets,
)

DESK = Subject(
    "desk",
    composers={**tickets.COMPOSERS, **audit.COMPOSERS, **floods.COMPOSERS},
    one_by_one=(audit.METHOD,),
    reporters={**tickets.REPORTERS, **membership.REPORTERS, **openness.REPORTERS},
    timers={
        **tickets.TIMERS,
        **plain_words.TIMERS,
        **refused.TIMERS,
        **membership.TIMERS,
        **floods.TIMERS,
    },
    every_minute=(search.catch_up,),
    in_words=relay.in_words,
)
