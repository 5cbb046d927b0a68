"""The languages of an installation: taken up when a process starts, and looked at by the doctor."""

import structlog

from bot.core.words import Words
from bot.settings import Settings
from flows.asks.templates import problems_of_templates
from flows.conversations.added import problems_of_flows
from flows.ear import WordsError, shipped
from flows.languages import LanguageError, Problem, in_use, load, use

log = structlog.get_logger(__name__)
_TOLD = 20
"""Lines about what is missing, before they are only counted."""


def speak(settings: Settings) -> None:
    """Speak the languages that the settings name, from now on.

    What a language lacks is said in English and told in the log. Raises LanguageError when its
    files cannot be read.
    """
    if settings.languages is None:
        if in_use().added:
            use(load())
        return
    use(load(settings.languages))
    found = problems()
    for each in found[:_TOLD]:
        log.warning("language_incomplete", file=each.file, key=each.key, found=each.found)
    if len(found) > _TOLD:
        log.warning("language_incomplete", more=len(found) - _TOLD)


def problems() -> list[Problem]:
    """All that is missing or wrong in the added languages that are spoken, each once.

    Raises LanguageError for files that cannot be read.
    """
    spoken = in_use()
    if not spoken.added:
        return []
    try:
        shipped()
    except WordsError as error:
        file, _, rest = str(error).partition(": ")
        remedy = "See the README beside the ear's own words."
        raise LanguageError([Problem(file, "", rest or file, remedy)]) from error
    silent = [
        Problem(f"ear.{each.code}.yaml", "", "missing, nothing is heard", "Add the words.")
        for each in spoken.added
        if "ear" not in spoken.files(each.code)
    ]
    return [
        *Words.shipped().problems,
        *problems_of_flows(spoken),
        *problems_of_templates(spoken),
        *silent,
    ]
