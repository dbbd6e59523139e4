"""The seconds from the start of the command, including loading, until a held-out perplexity is reached.

Each system provides intermediate models after the sweeps of `marks`, and heldout.py evaluates them. The measure is the time until
the perplexity that tomotopy has after its last mark, which is --sweeps unless --limit is reached before. tomotopy runs first, and
dist-lda continues until its model is as good, if necessary for 1.5 times as many sweeps as the last mark.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from measures.measuring import Measuring
from options import Options
from results.ratios import crossing, median_ratio
from results.tables import Rows, number, spread, table
from systems import child
from systems.corpora import Corpus
from systems.trainers import System, Task

TITLE = "Time to a good model"
MINE = "dist-lda"
_MARKS = (1, 2, 5, 10, 20, 30, 50, 70, 100)


def cells(options: Options) -> Iterator[dict]:
    for topics in options.topics:
        yield {"topics": topics, "cores": options.cores[0], "sweeps": options.sweeps, "limit": options.limit}


def marks(sweeps: int) -> list[int]:
    """Returns 1, 2, 5, 10, 20, 30, 50, 70, 100, 200, 300, ..., and the last sweep."""
    decades = [mark * 10**power for power in range(4) for mark in (_MARKS if power == 0 else (20, 30, 50, 70, 100))]
    return [mark for mark in sorted(set(decades)) if mark < sweeps] + [sweeps]


def run(measuring: Measuring, system: System, corpus: Corpus, cell: dict, seed: int) -> dict:
    task = Task(corpus.training(), cell["topics"], cell["cores"], cell["sweeps"], seed)
    curve = []
    for mark in system.curve(task, marks(cell["sweeps"]), cell["limit"]):
        scored = score(mark.model, corpus.held_out())
        curve.append({
            "sweeps": mark.sweeps, "seconds": round(mark.seconds, 4), "sampling": round(mark.sampling, 4),
            "perplexity": round(scored["perplexity"], 3),
        })
        if system.name == MINE and scored["perplexity"] <= measuring.goal:
            break
    measuring.goal = curve[-1]["perplexity"]
    return {"curve": curve, "scored": scored["scored"], "unseen": scored["unseen"]}


def score(model: Path, held_out: Path) -> dict:
    """Evaluates a model in a separate process, because this takes much memory."""
    log = model.with_name("score.log")
    child.run([sys.executable, str(Path(__file__).parents[1] / "heldout.py"), str(model), str(held_out)], log)
    return json.loads(log.read_text())


def points(line: dict, seconds: str = "seconds") -> list[tuple[float, float]]:
    return [(mark[seconds], mark["perplexity"]) for mark in line["curve"]]


def section(rows: Rows) -> str:
    lines = [_line(cell, rounds) for cell, rounds in rows]
    return "\n".join([
        "Seconds from the start of the command until the model is as good, on documents held out, as tomotopy's is after the sweeps",
        "given here. The last column leaves out everything but the sweeps: starting, loading, writing.",
        "",
        table(
            ["topics", "tomotopy's sweeps", "perplexity", "dist-lda, s", "tomotopy, s", "times sooner",
             "dist-lda after as many sweeps", "times sooner, sweeps alone"], lines),
    ])


def _line(cell: dict, rounds: list[dict]) -> list[str]:
    goals = [one["tomotopy"]["curve"][-1] for one in rounds]
    same = [
        next((mark["perplexity"] for mark in one["dist-lda"]["curve"] if mark["sweeps"] == goal["sweeps"]), None)
        for one, goal in zip(rounds, goals)]
    ends = {
        kind: [crossing(points(one["dist-lda"], kind), goal["perplexity"]) for one, goal in zip(rounds, goals)]
        for kind in ("seconds", "sampling")}
    if None in ends["seconds"]:
        mine, sooner, alone = "not reached", "-", "-"
    else:
        mine = f"{median(ends['seconds']):.1f}"
        sooner = spread(*median_ratio([goal["seconds"] for goal in goals], ends["seconds"]))
        alone = spread(*median_ratio([goal["sampling"] for goal in goals], ends["sampling"]))
    return [
        number(cell["topics"]), number(median(goal["sweeps"] for goal in goals)),
        f"{median(goal['perplexity'] for goal in goals):.0f}", mine, f"{median(goal['seconds'] for goal in goals):.1f}", sooner,
        "-" if None in same else f"{median(same):.0f}", alone,
    ]
