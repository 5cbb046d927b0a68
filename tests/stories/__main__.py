"""Writes the stories of docs/stories anew, with their pictures: `python -m tests.stories`."""

import asyncio
import tempfile
from pathlib import Path

from tests.stories.product_manager import NAME, play, playing
from tests.stories.words import SAID

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "stories" / f"{NAME}.md"


async def main() -> None:
    """Play it in English, and write what was said and drawn."""
    with tempfile.TemporaryDirectory() as folder:
        for language in ("en", "ru", "zh"):
            async with playing(f"sqlite+aiosqlite:///{folder}/{language}.db", language) as told:
                try:
                    await play(told, SAID[language])
                except BaseException as e:
                    print(repr(e)[:3000])
                    import traceback

                    traceback.print_exc()
                Path(f"/tmp/story-{language}.md").write_text(told.text)
                for name, png in told.pictures.items():
                    Path(f"/tmp/{language}-{name}").write_bytes(png)


if __name__ == "__main__":
    asyncio.run(main())
