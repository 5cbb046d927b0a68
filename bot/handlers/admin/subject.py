"""What answering admins' questions adds to the engine."""

from bot.console import deferred_answers
from bot.core.subject import Subject
from bot.handlers.admin import commands, hypotheses, schedules

QUESTIONS = {**commands.QUESTIONS, **hypotheses.QUESTIONS, **schedules.QUESTIONS}
ADMIN_QUESTIONS = Subject(
    "admin questions",
    composers={deferred_answers.METHOD: deferred_answers.composer(QUESTIONS)},
    one_by_one=(deferred_answers.METHOD,),
)
