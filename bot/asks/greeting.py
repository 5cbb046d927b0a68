"""What a greeting tells of a change, so that whoever comes sees that telling is worth it."""

from collections.abc import Mapping

from bot.asks.texts import News, change_sentence
from bot.core.services import Services
from bot.core.work import Work
from flows.asks.recent import change_for, in_language
from flows.languages import codes


async def refresh(work: Work) -> None:
    """Have greetings quote the change that is best to tell of, in each language that has one.

    Nothing is asked of the database when somebody comes.
    """
    changes = await News(work).changes()
    services, zone = work.services, work.services.config.brand.time_zone
    said: dict[str, str] = {}
    for language in codes():
        change = change_for(in_language(changes, language, services.staff_language), "", "")
        if change is not None:
            said[language] = change_sentence(services, language, change, zone)
    if said != services.news:
        work.after_commit(lambda process: _quote(process, said))


def _quote(services: Services, said: Mapping[str, str]) -> None:
    services.news = said
