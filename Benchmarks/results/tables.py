"""Markdown tables and the numbers in them.

`Rows` are the cells of one measure and corpus in ascending order, each with its rounds. A round is {system: numbers}.
"""

from collections.abc import Sequence
from statistics import median

from results.ratios import median_ratio

Rows = list[tuple[dict, list[dict]]]


def rows(lines: Sequence[dict]) -> Rows:
    found: Rows = []
    for line in sorted(lines, key=lambda line: line["round"]):
        known = [rounds for cell, rounds in found if cell == line["cell"]]
        if known:
            known[0].append(line["systems"])
        else:
            found.append((line["cell"], [line["systems"]]))
    return sorted(found, key=lambda row: list(row[0].values()))


def table(heads: list[str], lines: list[list[str]]) -> str:
    """Returns a table with all columns aligned to the right. The first column is a name or the parameter that is varied."""
    ruled = ["| " + " | ".join(cells) + " |" for cells in lines]
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---:|" * len(heads), *ruled])


def number(value: float) -> str:
    return f"{value:,.0f}"


def median_of(rounds: list[dict], system: str, what: str) -> float:
    return median(one[system][what] for one in rounds)


def ratio(rounds: list[dict], what: str, inverse: bool = False) -> str:
    """Returns the ratio of dist-lda to tomotopy, or its inverse."""
    above, below = ([one[name][what] for one in rounds] for name in ("dist-lda", "tomotopy"))
    return spread(*(median_ratio(below, above) if inverse else median_ratio(above, below)))


def spread(middle: float, least: float, greatest: float) -> str:
    def short(value: float) -> str:
        return f"{value:.2f}" if value < 10 else f"{value:.1f}"

    return f"**{short(middle)}**" + (f" ({short(least)} to {short(greatest)})" if least < greatest else "")
