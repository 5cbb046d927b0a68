"""Starting and stopping: what stands in the way is said, and a dead poller is noticed."""

import asyncio
import socket
from pathlib import Path

import pytest

from bot import app as composition
from bot.app import StartError, running_app
from bot.runtime.intake import poller
from bot.sandbox import running_sandbox
from flows.config import ConfigError
from tests.journeys.world import TOKEN, settings_for, until, world


async def test_a_dead_poller_is_noticed_and_begun_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "TIMEOUT", 0.2)
    monkeypatch.setattr(composition, "LEAD_SECONDS", 0.05)
    real, calls = poller.Poller._poll, []

    async def hangs_once(self: poller.Poller) -> None:
        calls.append(self)
        if len(calls) == 1:
            await asyncio.Event().wait()
        await real(self)

    monkeypatch.setattr(poller.Poller, "_poll", hangs_once)
    async with world(database_url) as w:
        anna = await w.customer()
        await anna.start(w.bot)
        await w.told(anna, "Hello")
    assert len(calls) > 1


async def test_a_revoked_token_stops_the_start_with_what_to_do(tmp_path: Path) -> None:
    async with running_sandbox() as sandbox:
        settings = settings_for(sandbox, f"sqlite+aiosqlite:///{tmp_path}/v.db", "polling", [])
        with pytest.raises(StartError, match="BotFather"):
            async with running_app(settings, config_file=tmp_path / "none"):
                pass


async def test_a_taken_port_stops_the_start_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with running_sandbox() as sandbox:
            await sandbox.create_bot(token=TOKEN)
            url = f"sqlite+aiosqlite:///{tmp_path}/v.db"
            settings = settings_for(sandbox, url, "polling", [], port=taken.getsockname()[1])
            with pytest.raises(StartError, match="VERSO_HTTP_LISTEN"):
                async with running_app(settings, config_file=tmp_path / "none"):
                    pass


async def test_a_wrong_configuration_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "verso.yaml"
    file.write_text("brand: {nmae: Tea}\n", "utf-8")
    async with running_sandbox() as sandbox:
        await sandbox.create_bot(token=TOKEN)
        settings = settings_for(sandbox, f"sqlite+aiosqlite:///{tmp_path}/v.db", "polling", [])
        with pytest.raises(ConfigError, match=r"verso\.yaml, line 1"):
            async with running_app(settings, config_file=file):
                pass


async def test_telegram_being_down_delays_the_start(tmp_path: Path) -> None:
    async with running_sandbox() as sandbox:
        bot = await sandbox.create_bot(token=TOKEN)
        anna = await sandbox.create_user(first_name="Anna")
        await anna.start(bot)
        await sandbox.add_fault("cut_before", method="getMe", count=2)
        settings = settings_for(sandbox, f"sqlite+aiosqlite:///{tmp_path}/v.db", "polling", [])
        async with running_app(settings, config_file=tmp_path / "none") as app:
            await anna.wait_for(bot)

            async def stored() -> bool:
                return app.worker.handled == 1

            await until(stored)


async def test_what_was_switched_in_telegram_outlives_the_file(tmp_path: Path) -> None:
    """The file is applied when it changes, not at every start."""
    url = f"sqlite+aiosqlite:///{tmp_path}/v.db"
    file = tmp_path / "verso.yaml"
    file.write_text("brand: {name: Tea}\n", "utf-8")
    async with running_sandbox() as sandbox:
        await sandbox.create_bot(token=TOKEN)
        settings = settings_for(sandbox, url, "polling", [])
        async with running_app(settings, config_file=file) as app:
            changed = app.services.config.model_copy(
                update={"brand": app.services.config.brand.model_copy(update={"name": "Coffee"})}
            )
            async with app.database.unit() as unit:
                from bot.configuration.current import keep_config

                await keep_config(unit, changed)
                await unit.commit()
        async with running_app(settings, config_file=file) as app:
            assert app.services.config.brand.name == "Coffee"
        file.write_text("brand: {name: Cocoa}\n", "utf-8")
        async with running_app(settings, config_file=file) as app:
            assert app.services.config.brand.name == "Cocoa"
