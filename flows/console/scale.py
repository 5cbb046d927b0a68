"""Where shares and their differences stand on a line from less to more. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_ENDS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Scale:
    """A line with no difference in its middle."""

    end: int
    """Points at its right end; as many fewer at its left end."""

    def at(self, share: float) -> float:
        """Where a difference of two shares stands: 0 at the left end, 1 at the right one."""
        return min(1.0, max(0.0, 0.5 + share * 50 / self.end))


def scale_for(*shares: float) -> Scale:
    """The shortest line on which all these differences of shares have room."""
    most = max((abs(each) * 100 for each in shares), default=0.0)
    return Scale(next((end for end in _ENDS if end >= most), _ENDS[-1]))
