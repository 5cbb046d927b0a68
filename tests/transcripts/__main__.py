"""``python -m tests.transcripts [--write] [NAME ...]``: plays transcripts, shows what differs."""

import argparse
import asyncio
import difflib
import shutil
import sys
import tempfile
from pathlib import Path

from storage.database import Database
from tests.transcripts.playing import play
from tests.transcripts.reading import HERE, files


async def _played(paths: list[Path]) -> dict[Path, str]:
    played: dict[Path, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        template = f"{folder}/template.db"
        await (await Database.open(f"sqlite+aiosqlite:///{template}")).close()
        for path in paths:
            copy = f"{folder}/{len(played)}.db"
            shutil.copy(template, copy)
            database = await Database.open(f"sqlite+aiosqlite:///{copy}")
            await database.try_to_lead()
            try:
                played[path] = await play(database, path.read_text("utf-8"))
            except (LookupError, ValueError, AssertionError) as error:
                played[path] = ""
                print(f"{path.relative_to(HERE)}: {error}", file=sys.stderr)
            await database.close()
    return {path: text for path, text in played.items() if text}


def main() -> int:
    """Show how the transcripts differ from what is said now; with --write write them anew."""
    parser = argparse.ArgumentParser(prog="python -m tests.transcripts", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a part of a path, such as en/")
    parser.add_argument("--write", action="store_true", help="write them as they are said now")
    options = parser.parse_args()
    paths = [p for p in files() if any(name in str(p) for name in options.names or [""])]
    played = asyncio.run(_played(paths))
    for path, text in played.items():
        before, name = path.read_text("utf-8"), str(path.relative_to(HERE))
        lines = before.splitlines(), text.splitlines()
        print(*difflib.unified_diff(*lines, name, name, lineterm="", n=2), sep="\n")
        if options.write:
            path.write_text(text, "utf-8")
    return 0 if len(played) == len(paths) else 1


if __name__ == "__main__":
    sys.exit(main())
