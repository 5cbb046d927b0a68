"""Writes the stories anew: that of docs/stories with its pictures, and the other languages.

python -m tests.stories
"""

import asyncio
import tempfile
from pathlib import Path

from tests.stories.product_manager import NAME, play, playing
from tests.stories.words import SAID

DOCS = Path(__file__).parents[2] / "docs"
IN_DOCS = "en"


def page_of(language: str) -> Path:
    """Where the story is written in a language."""
    if language == IN_DOCS:
        return DOCS / "stories" / f"{NAME}.md"
    return Path(__file__).parent / f"{NAME}.{language}.md"


async def _played(language: str, folder: str) -> tuple[str, dict[str, bytes]]:
    async with playing(f"sqlite+aiosqlite:///{folder}/{language}.db", language) as told:
        await play(told, SAID[language])
    return told.text, told.pictures


def main() -> None:
    """Play it in each language, and write what was said; in English also what was drawn."""
    for language in SAID:
        with tempfile.TemporaryDirectory() as folder:
            text, pictures = asyncio.run(_played(language, folder))
        page_of(language).parent.mkdir(exist_ok=True)
        page_of(language).write_text(text, "utf-8")
        for name, png in pictures.items() if language == IN_DOCS else ():
            (DOCS / "images" / name).write_bytes(png)


if __name__ == "__main__":
    main()
