"""Why a ticket is where it is, in words: which route decided its team and who has it.

Only the ids of routes stand in a ticket, so what they ask is said as the configuration has it now.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from bot.core.names import display_safe
from bot.core.rich import Rich, bold, plain
from bot.core.titles import product_title
from bot.core.words import listed
from bot.core.work import Work
from flows.config import Config, Route, Titled
from flows.config.conditions import DataMatch, RouteConditions
from flows.entities import Ticket

Say = partial[str]
"""Says a sentence in the language of whoever reads it."""


def routes_of(work: Work, ticket: Ticket, language: str) -> Rich:
    """How a ticket came to its team, and to whoever had it from the beginning."""
    config = work.services.config
    say = partial(work.services.words.say, language)
    ids = ticket.route.split(", ") if ticket.route else []
    known = {each.id: each for each in config.routes}
    lines = [_by_category(say, config, ticket, language)] if not ids else []
    for place, name in enumerate(ids):
        route = known.get(name)
        if route is None:
            lines.append(say("routes.gone", route=name))
            continue
        decides = _deciding(route, place, len(ids))
        title = _title(route.title, language, config) or route.id
        lines.append(say("routes.decided", route=display_safe(title)))
        lines += [f"• {each}" for each in _led_to(say, config, route, decides, language)]
        lines += [f"• {each}" for each in _asked(say, config, route.when, language)]
        if "team" not in decides and len(ids) == 1:
            lines.append(_by_category(say, config, ticket, language))
    if known and ids:
        lines.append(say("routes.as_of_now"))
    return bold(say("routes.title", number=ticket.number)) + plain("\n" + "\n".join(lines))


def _deciding(route: Route, place: int, count: int) -> set[str]:
    """What a route decided: of two the first the team, the second the owner; else what it names."""
    if count > 1:
        return {"team"} if place == 0 else {"owner"}
    return {name for name in ("team", "owner") if getattr(route, name) is not None}


def _by_category(say: Say, config: Config, ticket: Ticket, language: str) -> str:
    entrance = config.entrance(ticket.entrance or "")
    if entrance is not None and entrance.team is not None and entrance.team == ticket.team_id:
        title = entrance.in_language(language, config.brand.default_language)
        decided = _team(config, entrance.team, language)
        return say("entrances.decided", entrance=display_safe(title), team=decided)
    team = config.team_for(ticket.category)
    if team is None or team.id != ticket.team_id:
        return say("routes.earlier", team=_team(config, ticket.team_id, language))
    key = "routes.by_category" if ticket.category in team.categories else "routes.by_everything"
    return say(
        key,
        category=_of(config.every_category, [ticket.category], language, config),
        team=_team(config, team.id, language),
    )


def _led_to(
    say: Say, config: Config, route: Route, decides: set[str], language: str
) -> Iterator[str]:
    if "team" in decides and route.team is not None:
        yield say("routes.team", team=_team(config, route.team, language))
    if "owner" in decides and route.owner is not None:
        yield say("routes.owner", owner=display_safe(str(route.owner)))


def _asked(say: Say, config: Config, when: RouteConditions, language: str) -> Iterator[str]:
    """The conditions of a route, each in words."""
    of = partial(_of, language=language, config=config)
    products = [product_title(config, language, each) for each in when.product]
    segments = [(each.id, each.title) for each in config.segments]
    named = {name: _title(title, language, config) or name for name, title in segments}
    for key, found in (
        ("category", of(config.every_category, when.category) if when.category else ""),
        ("product", listed(products, language)),
        ("stage", of(config.stages, when.stage) if when.stage else ""),
        ("language", listed(when.language, language)),
        ("tags", listed(when.tags, language)),
        ("segment", listed([named.get(each, each) for each in when.segment], language)),
        ("entrance", of(config.entrances, when.entrance) if when.entrance else ""),
        ("place", listed(when.place, language)),
        ("severity", _range(when.severity.least, when.severity.most) if when.severity else ""),
        ("value", _range(when.value.least, when.value.most) if when.value else ""),
        ("data", listed([_match(each, language) for each in when.data], language)),
    ):
        if found:
            yield say(f"routes.if_{key}", what=display_safe(found, limit=200))
    if when == RouteConditions():
        yield say("routes.if_nothing")


def _match(match: DataMatch, language: str) -> str:
    if match.words:
        return f"{match.key} = {listed(match.words, language)}"
    return f"{match.key} {_range(match.least, match.most)}"


def _range(least: float | None, most: float | None) -> str:
    if least is None:
        return f"≤ {most:g}"
    return f"≥ {least:g}" if most is None else f"{least:g}–{most:g}"


def _team(config: Config, team_id: str, language: str) -> str:
    team = next((each for each in config.teams if each.id == team_id), None)
    return display_safe(_title(team.title if team else None, language, config) or team_id or "?")


def _of(known: Sequence[Titled], wanted: Iterable[str], language: str, config: Config) -> str:
    default = config.brand.default_language
    titles = {each.id: each.in_language(language, default) for each in known}
    return listed([titles.get(each, each) for each in wanted], language)


def _title(title: dict[str, str] | None, language: str, config: Config) -> str:
    titles = title or {}
    return titles.get(language) or titles.get(config.brand.default_language) or ""
