"""Which product an order of another system is about."""

from collections.abc import Sequence

from flows.config import Config
from flows.config.products import is_title


def product_and_more(config: Config, lines: Sequence[Sequence[str]]) -> tuple[str, int]:
    """What an order is about, and how many other things it has.

    `lines`: the names of each thing, the one that people read first, the main thing first. A
    thing that the configuration knows goes first and is called by its id there.
    """
    different = list(dict.fromkeys(tuple(names) for names in lines if names))
    known = (config.product_called(name) for names in different for name in names)
    found = next(filter(None, known), "")
    main = found or _readable(different)
    return main, max(len(different) - 1, 0)


def _readable(lines: Sequence[tuple[str, ...]]) -> str:
    """The first name of the main thing that people would use, else its id."""
    names = lines[0] if lines else ()
    return next(filter(is_title, names), next(iter(names), ""))
