"""What asking reads with a batch: what is known of the asks of those who have just arrived."""

from bot.core.expected import Expected
from bot.core.work import Work


async def load(work: Work, expected: Expected) -> None:
    """Read the candidates of the people of a batch: who links or agrees is looked at again."""
    newcomers = {customer.id for _, customer in work.people.values() if customer.consent_at is None}
    if expected.links:
        newcomers |= expected.customers
    await work.unit.schedules.candidates_of(newcomers)
