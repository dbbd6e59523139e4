"""Medians of rounds, and of the ratios within rounds.

A machine that is slow for a while affects both runs of a round. So the ratio is computed within each round, and the median of these
ratios is reported, not the ratio of the medians.
"""

from collections.abc import Sequence
from statistics import median


def median_ratio(above: Sequence[float], below: Sequence[float]) -> tuple[float, float, float]:
    """Returns the median, the minimum and the maximum of above[i] / below[i], where i is a round."""
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    return median(ratios), min(ratios), max(ratios)


def crossing(curve: Sequence[tuple[float, float]], level: float) -> float | None:
    """Returns x where a falling curve of points (x, y) first reaches the level, by linear interpolation; None if it does not.

    There is no extrapolation before the first point. The curves are convex, so the interpolated x is larger than the true one: the
    error is never in favour of the system whose crossing is computed.
    """
    for i, (x, y) in enumerate(curve):
        if y <= level:
            if i == 0:
                return x
            x0, y0 = curve[i - 1]
            return x0 + (x - x0) * (y0 - level) / (y0 - y)
    return None
