"""What the console's forms lead to: something is done, or the form comes back with why not."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.console.web.asks import asks_view
from bot.console.web.doing import do
from bot.console.web.hypothesis_form import write_down
from bot.console.web.passes import PATH
from bot.console.web.rendering import Pages
from bot.console.web.wording import put_words, version_of, wording
from bot.core.work import Work
from flows.entities import ConsolePass

TEXT = "text-"
"""How the fields begin that hold words, before their language."""
_PATHS = {name: f"{PATH}/{name}" for name in ("asks", "board", "book", "trials")}
"""Screens to which a form may lead back; any other leads to the first."""

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Came:
    """What a form leads to: a page, or a path with what is said there."""

    ok: bool
    """Whether something was done, which is to be kept."""
    path: str = ""
    page: str = ""


Handling = Callable[[Work, ConsolePass, Pages, Form], Awaitable[Came]]


async def press(work: Work, who: ConsolePass, pages: Pages, form: Form) -> Came:
    """Do what a form says, and show the screen with what came of it."""
    done = await do(work, who, form)
    screen = _PATHS.get(form.get("back", ""), PATH)
    of = {"of": form["of"]} if "of" in form else {}
    return Came(done.ok, _to(screen, done.said, n=done.number, **of))


async def write_words(work: Work, who: ConsolePass, pages: Pages, form: Form) -> Came:
    """Show how words would read, or have them asked with from now on."""
    view = await asks_view(work, pages.language)
    schedule = view.config.schedule(form.get("of", ""))
    if schedule is None or schedule.archived:
        return Came(False, _to(_PATHS["asks"], "gone"))
    place, typed, said = form.get("place", ""), _texts(form), ""
    if form.get("press") == "put":
        changed = schedule.id, place, version_of(form.get("shown", ""))
        done = await put_words(work, who, view, changed, typed)
        if done is not None and done.said != "words_changed":
            return Came(done.ok, _to(_PATHS["asks"], done.said, of=schedule.id))
        said = done.said if done is not None else "words_unfit"
    shown = await wording(work, view, schedule, place, who.name, typed)
    if shown is None:
        return Came(False, _to(_PATHS["asks"], "gone"))
    return Came(False, page=pages.words(shown, pages.said(said, 0)))


async def write_hypothesis(work: Work, who: ConsolePass, pages: Pages, form: Form) -> Came:
    """Write a hypothesis down, or show what does not fit."""
    wrong = await write_down(work, who, pages.language, form)
    if wrong is not None:
        return Came(False, page=pages.hypothesis(wrong, None))
    return Came(True, _to(_PATHS["trials"], "trial_written"))


def _to(path: str, said: str, **told: object) -> str:
    return f"{path}?{urlencode({'said': said, **told})}"


def _texts(form: Form) -> dict[str, str]:
    """Words by language, as a form of them carries them."""
    given = (
        (name.removeprefix(TEXT), text) for name, text in form.items() if name.startswith(TEXT)
    )
    return {code: text.replace("\r\n", "\n").strip() for code, text in given}
