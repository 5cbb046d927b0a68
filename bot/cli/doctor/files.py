"""The configuration file and the flows."""

from bot.cli.doctor.report import Line, fine, problem
from bot.configuration import spoken
from bot.core.extras import how_to_add
from bot.settings import Settings
from bot.themes.meaning import installed
from flows import system_faults
from flows.config import ConfigError, load_config
from flows.conversations import FlowError, FlowLibrary
from flows.languages import LanguageError, in_use


def check_config(settings: Settings) -> Line:
    """See that the configuration file could be applied."""
    path = settings.config
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        if "config" in settings.model_fields_set:
            remedy = "Put the file there, or mend VERSO_CONFIG; verso init makes one."
            return problem("configuration", f"{path}, which is named, is not there", remedy)
        return fine("configuration", f"{path} is not there; the stored one counts")
    except OSError as error:
        remedy = "Let Verso's user read it."
        return problem(
            "configuration", f"{path} cannot be read ({system_faults.of_a_file(error)})", remedy
        )
    try:
        config = load_config(source, str(path))
    except ConfigError as error:
        first, count = error.problems[0], len(error.problems)
        remedy = f"Mend the file; `verso apply {path}` lists all {count} problems."
        return problem("configuration", str(first), remedy)
    text = f"{path}: {len(config.teams)} teams, {len(config.schedules)} schedules"
    return fine("configuration", text)


def check_languages(settings: Settings) -> Line:
    """See that the languages that were added can be spoken; they are, from here on."""
    try:
        spoken.speak(settings)
        found = spoken.problems()
    except LanguageError as error:
        first, count = error.problems[0], len(error.problems)
        more = f" (the first of {count} problems)" if count > 1 else ""
        return problem("languages", f"{first}{more}", "Mend the file, and start Verso again.")
    names = ", ".join(f"{each.name} ({each.code})" for each in in_use().known.values())
    if found:
        remedy = f"English is said instead; `verso language check {settings.languages}` lists all."
        return problem("languages", f"{names}; {len(found)} to mend, such as {found[0]}", remedy)
    return fine("languages", names)


def check_likeness() -> Line:
    """Say by what complaints that belong together are found."""
    if installed() is not None:
        return fine("likeness", "by words and by meaning, across languages")
    how = how_to_add("themes")
    return fine("likeness", f"by words, in each language alone; to add meanings: {how}")


def check_flows() -> Line:
    """See that the shipped conversations can be loaded."""
    try:
        names = FlowLibrary.shipped().names()
    except FlowError as error:
        return problem("flows", str(error).splitlines()[0], "Install Verso again.")
    except OSError as error:
        why = f"they cannot be read ({system_faults.of_a_file(error)})"
        return problem("flows", why, "Install Verso again.")
    return fine("flows", ", ".join(names))
