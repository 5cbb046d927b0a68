"""GitHub tells what is done: whoever waits for it reads that it can be shipped, and nobody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest

from bot.changes import outside
from bot.core.work import Work
from bot.data.hooks import signatures
from flows.changes.outside import Outside
from flows.entities import Change, ChangeId, Group, Outgoing
from storage.database import Database
from tests.bot.data.hooks.calling import NOW, OTHER, SECRET, Caller, calling, digest
from tests.bot.serving import problem

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GROUP, ADMIN = -100777, 5
ISSUE = Outside("acme/tea", 12)


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database, github_secret=f"{OTHER},{SECRET}") as opened:
        opened.services.admins.add(ADMIN)
        group = Group(GROUP, "support", "Support", forum=False, bound_at=NOW)
        opened.services.groups[GROUP] = group
        async with database.unit() as unit:
            unit.add(group)
            unit.add(Change(ChangeId(1), 3, "New lids", NOW, "proposed", group_chat_id=GROUP))
            await unit.commit()
        yield opened


def closed(**changed: Any) -> dict[str, Any]:
    issue = {
        "number": 12,
        "title": "</b> @everyone",
        "state_reason": "completed",
        "closed_at": "2026-05-04T09:00:00Z",
        "author_association": "NONE",
        "user": {"id": 7},
    }
    told = {"action": "closed", "issue": issue, "sender": {"id": 1}}
    return told | {"repository": {"full_name": "Acme/Tea"}} | changed


def released(**changed: Any) -> dict[str, Any]:
    release = {"tag_name": "v1.2", "published_at": "2026-05-04T09:00:00Z", "draft": False}
    told = {"action": "published", "release": release | changed}
    return told | {"repository": {"full_name": "acme/tea"}}


async def send(caller: Caller, told: object, topic: str, secret: str = SECRET) -> Any:
    body = orjson.dumps(told)
    sent = {
        "X-GitHub-Event": topic,
        "X-Hub-Signature-256": f"sha256={digest(secret, body).hex()}",
        "Content-Type": "application/json",
    }
    return await caller.client.post("/hooks/github", data=body, headers=sent)


async def status(caller: Caller, told: object, topic: str = "issues") -> str:
    response = await send(caller, told, topic)
    assert response.status == 200
    return str((await response.json())["status"])


async def wait_for_it(caller: Caller) -> bool:
    async with caller.database.unit() as unit:
        change = await unit.get(Change, ChangeId(1))
        assert change is not None
        is_done = await outside.follow(Work(unit, NOW, caller.services), change, ISSUE)
        await unit.commit()
    return is_done


async def rows(caller: Caller) -> list[Outgoing]:
    async with caller.database.reading() as unit:
        return list(reversed(await unit.outbox.recent()))


async def test_the_group_whose_change_waits_is_told_once_with_its_card(caller: Caller) -> None:
    assert await wait_for_it(caller) is False
    assert await status(caller, closed()) == "taken"
    word, card = await rows(caller)
    assert (word.chat_id, card.method) == (GROUP, "@change")
    said = word.params["text"]
    assert "acme/tea#12 is closed: https://github.com/acme/tea/issues/12" in said
    assert "C3" in said
    assert "everyone" not in said, "strangers write titles of issues"
    assert await status(caller, closed()) == "nothing_new"
    assert len(await rows(caller)) == 2


async def test_what_is_done_before_it_is_named_is_kept(caller: Caller) -> None:
    assert await status(caller, closed()) == "taken"
    assert await rows(caller) == []
    assert await wait_for_it(caller) is True


async def test_a_release_that_no_change_names_is_told_to_admins(caller: Caller) -> None:
    assert await status(caller, released(), "release") == "taken"
    [row] = await rows(caller)
    assert row.chat_id == ADMIN
    for shown in ("https://github.com/acme/tea/releases/tag/v1.2", "C3", "New lids", "/change C3"):
        assert shown in row.params["text"]


async def test_what_was_shipped_already_needs_no_word(caller: Caller) -> None:
    await wait_for_it(caller)
    async with caller.database.unit() as unit:
        change = await unit.get(Change, ChangeId(1))
        assert change is not None
        unit.put(replace(change, state="shipped"))
        await unit.commit()
    await status(caller, closed())
    await status(caller, released(), "release")
    assert await rows(caller) == []


@pytest.mark.parametrize(
    ("told", "topic"),
    [
        ({"zen": "Speak like a human."}, "ping"),
        (closed(action="opened"), "issues"),
        (closed(issue=closed()["issue"] | {"state_reason": "not_planned"}), "issues"),
        (closed(sender={"id": 7}), "issues"),
        (released(prerelease=True), "release"),
        (released(draft=True), "release"),
        ([], "issues"),
    ],
)
async def test_what_says_nothing_of_what_was_done_is_ignored(
    caller: Caller, told: object, topic: str
) -> None:
    await wait_for_it(caller)
    assert await status(caller, told, topic) == "ignored"
    assert await rows(caller) == []


@pytest.mark.parametrize(
    "told",
    [
        closed(repository={"full_name": "../../evil"}),
        closed(repository=None),
        closed(issue={"number": {}, "closed_at": []}),
        closed(issue={"number": 12}),
    ],
)
async def test_what_cannot_be_understood_is_no_failure(caller: Caller, told: object) -> None:
    assert await status(caller, told) == "not_understood"


async def test_only_what_is_signed_is_taken(caller: Caller) -> None:
    unsigned = await caller.client.post("/hooks/github", json=closed())
    told = await problem(unsigned, 401, "signature")
    assert "signature" in told["detail"]
    await problem(await send(caller, closed(), "issues", "another-secret-of-16"), 401, "signature")
    assert (await send(caller, closed(), "issues", OTHER)).status == 200
    body = b"{}"
    upper = {"X-Hub-Signature-256": "sha256=" + digest(SECRET, body).hex()[:-2]}
    assert not signatures.github([SECRET], upper, body, NOW)


async def test_without_a_secret_there_is_no_such_address(database: Database) -> None:
    async with calling(database) as caller:
        await problem(await send(caller, closed(), "issues"), 404, "not-found")
