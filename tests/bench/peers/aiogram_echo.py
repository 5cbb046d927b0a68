"""aiogram's echo as it comes, in memory; run by a Python that has aiogram, not by Verso's.

python tests/bench/peers/aiogram_echo.py URL TOKEN
"""

import asyncio
import importlib
import sys
from typing import Any


async def main(url: str, token: str) -> None:
    """Answer every message until SIGTERM, which aiogram itself obeys."""
    # By name: Verso's own environment, in which this file is checked, has no aiogram.
    aiogram: Any = importlib.import_module("aiogram")
    session: Any = importlib.import_module("aiogram.client.session.aiohttp")
    server: Any = importlib.import_module("aiogram.client.telegram")
    api = server.TelegramAPIServer.from_base(url)
    bot = aiogram.Bot(token, session=session.AiohttpSession(api=api))
    dispatcher = aiogram.Dispatcher()

    async def echo(message: Any) -> None:
        await message.answer("echo")

    dispatcher.message.register(echo)
    print("ready", flush=True)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
