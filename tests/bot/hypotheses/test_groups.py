"""Systems of the business ask who gets the change of a hypothesis."""

from flows.entities import Assignment, AssignmentId, Hypothesis, HypothesisId
from storage.database import Database
from tests.bot.making import NOW
from tests.bot.serving import AUTH, problem, serving


async def test_a_system_is_told_the_group_or_why_there_is_none(database: Database) -> None:
    async with serving(database) as client:
        client.session.headers.update(AUTH)
        for ref in ("c-1", "c-2", "c-3"):
            await client.put(f"/api/v1/customers/{ref}", json={})
        async with database.unit() as unit:
            unit.add(Hypothesis(HypothesisId(1), "guide", NOW, "running", {}, {}))
            for number in (1, 2):
                customer = await unit.customers.by_ref(f"c-{number}")
                assert customer is not None
                key = (AssignmentId(number), HypothesisId(1), customer.id)
                unit.add(Assignment(*key, treated=number == 1, at=NOW))
            await unit.commit()
        groups = []
        for ref in ("c-1", "c-2", "c-3"):
            told = await client.get(f"/api/v1/hypotheses/guide/customers/{ref}")
            body = await told.json()
            groups.append(body.pop("group"))
            assert body == {"hypothesis": "guide", "state": "running", "customer": ref}
        assert groups == ["treatment", "control", None]
        for path, kind in (
            ("guide/customers/nobody", "unknown-customer"),
            ("other/customers/c-1", "unknown-hypothesis"),
            ("guide%00/customers/c-1", "unknown-hypothesis"),
        ):
            found = await client.get(f"/api/v1/hypotheses/{path}")
            await problem(found, 404, kind)
