"""The screens of lost sales, with what they show."""

from dataclasses import replace

from bot.core.rich import Rich, bold
from bot.core.work import Keyboard, Work
from bot.desk.speaking import staff_words
from bot.identity.erasure import LIST
from bot.lost import telling
from bot.lost.noting import WEEK
from bot.lost.views import ItemFacts, Line, LostViews
from flows.config import MISSING
from flows.entities import Group, MissedItem
from flows.entities.kinds import Purpose
from flows.lost.naming import alike, key_of

SHOWN = 10
"""The most missed things that are shown."""
COMPARED = 300
"""Things among which those are looked for that are spelled alike."""

Screen = tuple[Rich, Keyboard]


def views_at(work: Work, language: str) -> LostViews:
    """Views in a language, by the brand's clock."""
    return LostViews(work.services.words, language, work.services.config.brand.time_zone)


async def lines(work: Work, most: int = SHOWN) -> list[Line]:
    """The things that most people missed in a week."""
    found = await work.unit.lost.most_missed(work.now - WEEK, most)
    ids = [item_id for item_id, _ in found]
    names = await work.unit.lost.names(ids)
    items = await work.unit.get_all(MissedItem, ids, lock=False)
    return [
        Line(item_id, names[item_id], people, items[item_id].here_at is not None)
        for item_id, people in found
    ]


async def listing(work: Work, group: Group) -> Screen:
    """The week's most missed things, for a group."""
    people, things = await work.unit.lost.count(work.now - WEEK)
    views = views_at(work, work.services.language_at(group))
    return views.listing(await lines(work), people, things)


async def section(work: Work, language: str) -> Rich:
    """The week's most missed things among other figures; nothing where nobody missed anything."""
    found = await lines(work)
    if not found:
        return Rich()
    views = views_at(work, language)
    people, _ = await work.unit.lost.count(work.now - WEEK)
    title = bold(views.say("stats", n=people))
    return "\n\n" + title + "\n" + "\n".join(views.line(each) for each in found)


async def facts_of(work: Work, item: MissedItem) -> ItemFacts:
    """What there is to say of a thing."""
    found = await work.unit.lost.figures(item.id)
    name = (await work.unit.lost.names([item.id])).get(item.id, "")
    return ItemFacts(
        item,
        name,
        found.people,
        found.to_tell,
        found.nameless,
        found.told,
        found.unreached,
        found.unwanted,
        await telling.readers(work, item),
    )


async def item(work: Work, group: Group, found: MissedItem) -> Screen:
    """One thing."""
    views = views_at(work, work.services.language_at(group))
    return views.screen(await facts_of(work, found))


async def confirm(work: Work, group: Group, found: MissedItem) -> Screen:
    """Whom it would tell that a thing is here, and what they would read."""
    views = views_at(work, work.services.language_at(group))
    return views.confirm(await facts_of(work, found), await telling.samples(work, found))


async def same(work: Work, group: Group, found: MissedItem) -> Screen:
    """What else may be the same: what is spelled alike first, else what is missed most."""
    facts = await facts_of(work, found)
    names = await work.unit.lost.open_names(COMPARED)
    names.pop(found.id, None)
    near = alike(facts.name, names) or [each.id for each in await lines(work) if each.id in names]
    views = views_at(work, work.services.language_at(group))
    return views.same(facts, {each: names[each] for each in near})


# -- another system says that it is in stock ------------------------------------------------------


async def back_in_stock(work: Work, product: str) -> tuple[int, int]:
    """Show staff that a thing which people asked for is in stock again; a person tells them.

    `product`: its id in the configuration, or what it is called. Gives how many things that people
    miss are meant, and how many people would be told. Said twice, it is shown once.
    """
    config = work.services.config
    known = config.product(product)
    names = {product} if known is None else {product, known.id, *known.names, *known.title.values()}
    found = {}
    for key in sorted({key_of(name) for name in names} - {""}):
        open_item = await work.unit.lost.open_item(key)
        if open_item is not None:
            found[open_item.id] = open_item
    people = 0
    for each in found.values():
        people += (await work.unit.lost.figures(each.id)).to_tell
        if each.back_at is None:
            await _show_back(work, each)
    return len(found), people


async def _show_back(work: Work, found: MissedItem) -> None:
    marked = replace(found, back_at=work.now)
    work.unit.put(marked)
    team = work.services.config.team_for(MISSING)
    group = work.services.group_of(team.id) if team is not None else None
    if group is None:
        group = min(work.services.groups.values(), key=lambda each: each.bound_at, default=None)
    if group is None:
        return  # it stands in the list as soon as there is a group
    text, keyboard = await item(work, group, marked)
    said = staff_words(work, group, "lost.in_stock") + "\n" + text
    work.say(group.chat_id, said, keyboard=keyboard, purpose=Purpose.NOTE, subject=LIST)
