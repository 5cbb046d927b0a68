"""By what something was allowed a moment ago, so that the same is not judged twice.

Whoever allows something notes what it was judged by. When it is about to happen, all of that is
read again; where it is as it was, the same rules would say the same, and need not be asked. What
nobody noted here, because another process did or too much waits, is judged again.
"""

MOST = 10_000
"""Notes that are kept; the oldest go first."""


class Judged:
    """Notes by what was judged, by a key; each is good for one comparison."""

    def __init__(self) -> None:
        self._bases: dict[str, object] = {}

    def note(self, key: str, basis: object) -> None:
        """Note that something was allowed because of all that `basis` holds."""
        self._bases[key] = basis
        if len(self._bases) > MOST:
            del self._bases[next(iter(self._bases))]

    def holds(self, key: str, basis: object) -> bool:
        """Whether something was allowed because of the same; the note is gone then."""
        return self._bases.pop(key, None) == basis
