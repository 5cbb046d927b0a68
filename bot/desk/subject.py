"""What the desk adds to the engine."""

from bot.core.subject import Subject
from bot.desk import loading, plain_words, refused, relay, tickets

DESK = Subject(
    "desk",
    loaders=(loading.load,),
    composers=tickets.COMPOSERS,
    reporters=tickets.REPORTERS,
    timers={**tickets.TIMERS, **plain_words.TIMERS, **refused.TIMERS},
    in_words=relay.in_words,
)
