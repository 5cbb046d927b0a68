"""What the doctor says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One finding; a problem comes with what to do about it."""

    name: str
    ok: bool
    finding: str
    remedy: str = ""


def fine(name: str, finding: str) -> Line:
    """A finding that needs nothing."""
    return Line(name, ok=True, finding=finding)


def problem(name: str, finding: str, remedy: str) -> Line:
    """A finding that needs somebody."""
    return Line(name, ok=False, finding=finding, remedy=remedy)
