"""What tuning in Telegram adds to the engine."""

from bot.console import deferred_answers, phrases, prompts
from bot.console.web import passes
from bot.core.subject import Subject

CONSOLE = Subject(
    "console",
    reporters=deferred_answers.REPORTERS,
    timers=prompts.TIMERS,
    every_hour=(phrases.offer, passes.clear),
)
