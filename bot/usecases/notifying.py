"""Telling admins of something that they must know and did not ask for."""

from bot.work import Work
from flows.entities import Priority

PURPOSE = "admin"


def notify_admins(work: Work, key: str, **values: object) -> None:
    """Write the sentence `key` to every admin's private chat, in the brand's language.

    An admin who has never opened the bot is not reached; the row says so.
    """
    text = work.services.words.say(work.services.staff_language, key, **values)
    for telegram_id in sorted(work.services.admins):
        work.say(telegram_id, text, purpose=PURPOSE, priority=Priority.RELAY)
