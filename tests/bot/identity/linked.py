"""People whose links have been opened, for tests of second accounts."""

from flows.entities import Customer, Outgoing
from tests.bot.stage import Somebody, Stage, buttons

YES, NO = "Yes, that is me too", "No, shut the link"


async def opened_by(stage: Stage, anna: Somebody) -> Customer:
    """Have Anna come in by her link."""
    known = await stage.known("C-1", name="Anna Karlsson")
    await anna.says("/start token-C-1")
    stage.clock.move(minutes=1)
    return known


def question_to(person: Somebody, rows: list[Outgoing]) -> Outgoing:
    """The question whether another account is theirs."""
    return next(row for row in rows if row.chat_id == person.id and YES in buttons(row))
