"""What the desk adds to the engine."""

from bot.core.subject import Subject
from bot.desk import loading, moments, plain_words, promising, refused, relay, tickets

DESK = Subject(
    "desk",
    loaders=(loading.load,),
    composers=tickets.COMPOSERS,
    reporters=tickets.REPORTERS,
    timers={**tickets.TIMERS, **plain_words.TIMERS, **refused.TIMERS},
    jobs=(moments.CLOCKS,),
    every_hour=(promising.refresh,),
    on_new_configuration=(promising.refresh,),
    in_words=relay.in_words,
)
