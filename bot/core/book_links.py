"""Where the book, and a page of it, is read on the web; nowhere unless its address was set."""

from collections.abc import Collection, Mapping

from bot.core.services import Services
from bot.core.work import Work
from flows.entities import ChangeId


def book_link(services: Services, number: int | None = None) -> str:
    """The address of the book, or of the page with this number; empty: it is on no web."""
    url = services.settings.public_url
    if not url:
        return ""
    return f"{url}/book" if number is None else f"{url}/book/{number}"


async def links_of(work: Work, ids: Collection[ChangeId]) -> Mapping[ChangeId, str]:
    """The page of the book that tells of a change, for those of these changes that have one."""
    if not work.services.settings.public_url or not ids:
        return {}
    pages = await work.unit.stories.pages_of(ids)
    return {change: book_link(work.services, number) for change, number in pages.items()}
