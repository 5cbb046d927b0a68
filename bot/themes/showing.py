"""What a theme's screens and the list of themes are made of."""

from collections import Counter

from bot.core.rich import Rich
from bot.core.work import Keyboard, Work
from bot.desk.speaking import customer_names
from bot.themes.views import FILTERS, LISTED, UNOWNED, Counted, ThemeFacts, ThemeViews
from flows.entities import Group, Theme, ThemeId

LOOKED_AT = 500
"""Open complaints among which those that fit a theme are looked for."""
SHOWN = 60
"""Complaints of a theme, the newest, that can be taken out by buttons."""
OFFERED = 12
"""Complaints that are offered to a theme; and themes to be merged into."""


def views_of(work: Work, group: Group) -> ThemeViews:
    """Views in the language of a group's staff."""
    return ThemeViews(work.services.words, work.services.language_at(group))


async def facts_of(work: Work, theme: Theme) -> ThemeFacts:
    """Gather what a theme's screens show."""
    tickets = await work.unit.themes.tickets_of(theme.id, SHOWN)
    size = await work.unit.themes.size_of(theme)
    open_here = await work.unit.tickets.unresolved(theme.group_chat_id, limit=LOOKED_AT)
    fitting = [
        each
        for each in open_here
        if each.theme_id is None and theme.id in each.alike.get("themes", ())
    ][:OFFERED]
    others = await work.unit.themes.most_frequent(
        theme.group_chat_id, unowned=False, offset=0, limit=LOOKED_AT
    )
    near = Counter(found for ticket in tickets for found in ticket.alike.get("themes", ()))
    counted = [Counted(each.theme, each.tickets, each.unresolved) for each in others]
    apart = [each for each in counted if each.theme.id != theme.id]
    return ThemeFacts(
        counted=Counted(theme, size.tickets, size.unresolved),
        tickets=tickets,
        fitting=fitting,
        # Whoever was erased has no chat any more, and no name.
        names=await customer_names(work, [each for each in (*tickets, *fitting) if each.chat_id]),
        others=sorted(apart, key=lambda each: -near[each.theme.id])[:OFFERED],
    )


async def listing(work: Work, group: Group, which: str, page: int) -> tuple[Rich, Keyboard]:
    """One page of a group's themes, the most frequent first."""
    which = which if which in FILTERS else FILTERS[0]
    unowned = which == UNOWNED
    count = await work.unit.themes.count(group.chat_id, unowned=unowned)
    page = min(page, max(0, (count - 1) // LISTED))
    found = await work.unit.themes.most_frequent(
        group.chat_id, unowned=unowned, offset=page * LISTED, limit=LISTED
    )
    shown = [Counted(each.theme, each.tickets, each.unresolved) for each in found]
    return views_of(work, group).listing(shown, which, page, count)


async def by_number(work: Work, group: Group, number: int) -> Theme | None:
    """The theme of a group that people call `T-number`, or the one that it was merged into."""
    theme = await work.unit.themes.by_number(number)
    while theme is not None and theme.into_id is not None:
        theme = await work.unit.get(Theme, ThemeId(theme.into_id))
    return theme if theme is not None and theme.group_chat_id == group.chat_id else None
