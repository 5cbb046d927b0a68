"""How long something takes when some of it is still going on."""

from collections.abc import Iterable
from datetime import timedelta


def time_by_which(
    finished: Iterable[timedelta], running: Iterable[timedelta], share: float
) -> timedelta | None:
    """The time by which this share (above 0, below 1) is finished; None when nobody knows yet.

    What still runs has taken at least so long, and is neither left out (which would flatter) nor
    counted as finished. Source: E. L. Kaplan and P. Meier, "Nonparametric estimation from
    incomplete observations", Journal of the American Statistical Association 53 (1958). Raises
    ValueError for a share outside those bounds.
    """
    if not 0 < share < 1:
        raise ValueError("A share of all cases lies between 0 and 1.")
    ends = sorted([(time, 0) for time in finished] + [(time, 1) for time in running])
    surviving = 1.0
    for position, (time, censored) in enumerate(ends):
        if censored:
            continue
        surviving *= 1 - 1 / (len(ends) - position)
        if surviving <= 1 - share + 1e-12:
            return time
    return None
