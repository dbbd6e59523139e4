"""Medians of rounds, and of the ratios of neighbouring runs.

A machine that is slower for a while slows both runs of a round; so the ratio is taken within each round, and the median of these
is what is said. It is not the ratio of the medians.
"""

from collections.abc import Sequence
from statistics import median


def median_ratio(above: Sequence[float], below: Sequence[float]) -> tuple[float, float, float]:
    """Median, least and greatest of above[i] / below[i], where i is a round."""
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    return median(ratios), min(ratios), max(ratios)


def crossing(curve: Sequence[tuple[float, float]], level: float) -> float | None:
    """Where a falling curve of (x, y) first reaches the level, on straight lines between its points; None if it does not.

    Nothing is assumed before the first point. As the curves bend towards the axes the straight line gives a larger x than the
    curve has: the error is never in favour of the one whose crossing is asked for.
    """
    for i, (x, y) in enumerate(curve):
        if y <= level:
            if i == 0:
                return x
            x0, y0 = curve[i - 1]
            return x0 + (x - x0) * (y0 - level) / (y0 - y)
    return None
