"""Any web page may try the ports of the machine that it is read on: it gets nothing here."""

import aiohttp
import pytest

from bot.sandbox import RunningSandbox

FOREIGN = ["https://evil.example", "null", "http://127.0.0.1:1", "http://[", ""]


async def post(session: aiohttp.ClientSession, path: str, **headers: str) -> int:
    async with session.post(path, data=b"{}", headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_page_of_another_site_is_refused(sandbox: RunningSandbox, origin: str) -> None:
    async with aiohttp.ClientSession(sandbox.url) as session:
        assert await post(session, "/control/reset", Origin=origin) == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect("/control/events", headers={"Origin": origin})
        assert refused.value.status == 403


async def test_a_name_that_was_made_to_lead_here_is_refused(sandbox: RunningSandbox) -> None:
    async with aiohttp.ClientSession(sandbox.url) as session:
        host = f"evil.example:{sandbox.server.port}"
        assert await post(session, "/control/reset", Origin=f"http://{host}", Host=host) == 403
        async with session.get("/") as answer:
            assert answer.headers["Server"] == "sandbox"


async def test_its_own_page_and_programs_are_served(sandbox: RunningSandbox) -> None:
    port = sandbox.server.port
    async with aiohttp.ClientSession(sandbox.url) as session:
        assert await post(session, "/control/reset") == 200
        for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
            own = {"Origin": f"http://{host}", "Host": host}
            assert await post(session, "/control/reset", **own) == 200
            async with session.ws_connect("/control/events", headers=own) as socket:
                assert (await socket.receive_json())["event"] == "hello"
