"""What the desk adds to the engine."""

from bot.core.subject import Subject
from bot.desk import refused, relay, tickets

DESK = Subject(
    "desk",
    composers=tickets.COMPOSERS,
    reporters=tickets.REPORTERS,
    timers=tickets.TIMERS | refused.TIMERS,
    in_words=relay.in_words,
)
