"""What the desk adds to the engine."""

from bot.core.subject import Subject
from bot.desk import (
    audit,
    floods,
    loading,
    membership,
    moments,
    morning,
    openness,
    plain_words,
    promising,
    refused,
    relay,
    search,
    splitting,
    telling,
    tickets,
)

DESK = Subject(
    "desk",
    loaders=(loading.load,),
    composers={
        **tickets.COMPOSERS,
        **audit.COMPOSERS,
        **floods.COMPOSERS,
        **telling.COMPOSERS,
    },
    one_by_one=(audit.METHOD,),
    reporters={**tickets.REPORTERS, **membership.REPORTERS, **openness.REPORTERS},
    timers={
        **tickets.TIMERS,
        **plain_words.TIMERS,
        **refused.TIMERS,
        **membership.TIMERS,
        **floods.TIMERS,
        **splitting.TIMERS,
    },
    jobs=(moments.CLOCKS,),
    every_minute=(search.catch_up, morning.tell_groups),
    every_hour=(promising.refresh,),
    on_new_configuration=(promising.refresh,),
    in_words=relay.in_words,
)
