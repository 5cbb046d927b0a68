"""What identity reads with a batch: who wrote, and whose links were opened."""

from bot.core.expected import Expected
from bot.core.work import Work
from flows.entities import Link


async def load(work: Work, expected: Expected) -> None:
    """Read the people of a batch with their accounts."""
    unit = work.unit
    if expected.accounts:
        work.people |= await unit.customers.at_accounts(expected.accounts)
        expected.customers |= {customer.id for _, customer in work.people.values()}
    if expected.links:
        links = await unit.get_all(Link, expected.links)
        expected.customers |= {link.customer_id for link in links.values()}
        await unit.customers.by_ids(expected.customers)
        await unit.customers.accounts_of_many(expected.customers)
