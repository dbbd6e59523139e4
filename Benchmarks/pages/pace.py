"""Makes docs/pace.md from pace.jsonl: how long shards wait for each other, and how their speeds affect the model."""

import re
from collections.abc import Callable
from pathlib import Path
from statistics import median

from measures.pace import ALPHA, BETA, LATE, LIMIT, MEASURE, SCENARIOS, SLOW_SHARE
from options import ONE_PROCESS
from pages.benchmarks import origin
from results.results import Results
from results.tables import number, spread, table
from systems.processes import PERIOD

INTRODUCTION = """\
# Fast and slow shards

This page is made by `bin/bench pace`. All numbers come from [{results}]({results}), and `bin/bench report` makes the
page again from that file.

Shards of one core each train through a Redis server on the same machine, with alpha = {alpha} for each topic and beta = {beta}:

- *four*: four shards on all cores of the machine.
- *one core*: four shards, which share one core with Redis and with the process that writes the model.
- *slow*: four shards, one of which runs for a tenth of the time: it is alternately stopped for {stopped:.0f} ms and runs for {runs:.0f} ms.
- *late*: four shards, one of which starts {late:.0f} s after the others.
- *sixteen*: sixteen shards on all cores.
- *one process*: one process on one core without Redis, with the same documents and sweeps.

Round n uses seed n. Each scenario is compared with the one process of the same round.

- *Longest wait*: the longest time for which any shard waited in an exchange. A number after ≤ is the total time in all exchanges of a
  shard, from tools that do not report the longest wait.
- *Wall*: the seconds from the start of the first process to the end of the last. *Processor*: the processor seconds of all shards together,
  divided by those of the one process.
- *Perplexity* is computed on held-out documents by document completion (`Benchmarks/heldout.py`). *LL* is log P(words, topics) of the whole
  model per token (`Benchmarks/measures/joint.py`). Both are also given as the difference from the one process. A positive difference in
  perplexity and a negative difference in LL mean a worse model.
- *Extra sweeps*: the number of extra sweeps that all shards together did while they waited for other shards.

Each number is the median of the rounds. The worst round is in brackets, and for *processor* the minimum and the maximum. A run that fails
or takes more than {limit:.0f} s is counted only in *failed*. Its line in the file of results has the last line of output of each process.
"""

AGAIN = """\
## Measure again

    bin/bench pace --corpus FILE.lda.gz --rounds 3
    bin/bench pace --corpus FILE.lda.gz --scenarios four,slow --extra "--staleness=0"
    bin/bench --help

The benchmark starts its own Redis servers, which store nothing on disk, and stops them. Rounds of the same build on the same machine that
are already in the file of results are not run again.
"""


def write(results: Results, output: Path) -> None:
    parts = [INTRODUCTION.format(
        results=results.path.name, alpha=ALPHA, beta=BETA, stopped=PERIOD * (1 - SLOW_SHARE) * 1e3, runs=PERIOD * SLOW_SHARE * 1e3,
        late=LATE, limit=LIMIT)]
    for corpus in results.corpora():
        lines = results.latest(MEASURE, corpus["digest"])
        counted = ", ".join(f"{number(corpus[what])} {what}" for what in ("documents", "tokens", "words"))
        parts += [f"## {corpus['name']}\n\n{counted}.\n", _table(lines), "", origin(lines), ""]
    parts.append(AGAIN)
    (output / "pace.md").write_text("\n".join(parts))


def _table(lines: list[dict]) -> str:
    alone = {_key(line): _numbers(line) for line in lines if line["cell"]["scenario"] == ONE_PROCESS}
    cells: list[dict] = []
    for line in lines:
        if line["cell"] not in cells:
            cells.append(line["cell"])
    names = [ONE_PROCESS, *SCENARIOS]
    cells.sort(key=lambda cell: (cell["topics"], cell["sweeps"], names.index(cell["scenario"]), _natural(cell["extra"])))
    return table(
        ["topics", "sweeps", "scenario", "flags", "rounds", "failed", "longest wait, s", "wall, s", "processor", "Redis, s",
         "perplexity", "difference", "LL per token", "difference", "extra sweeps"],
        [_line(cell, [line for line in lines if line["cell"] == cell], alone) for cell in cells])


def _line(cell: dict, lines: list[dict], alone: dict[tuple, dict]) -> list[str]:
    good = [line for line in lines if "failed" not in _numbers(line)]
    rounds = [_numbers(line) for line in good]
    is_alone = cell["scenario"] == ONE_PROCESS
    # The numbers of each round with those of the one process of the same round.
    pairs = [(_numbers(line), alone[_key(line)]) for line in good if _key(line) in alone and not is_alone]

    def of(values: list, said: Callable[[list], str]) -> str:
        return said(values) if values else "-"

    def difference(what: str, worst: Callable[[list[float]], float]) -> str:
        values = [(one[what] - other[what]) / abs(other[what]) for one, other in pairs]
        return of(values, lambda values: _with_worst(values, worst, "+.2%"))

    waits = [] if is_alone else [max(one["longest_wait"]) for one in rounds]
    bound = "≤ " if any(one["wait_is_bound"] for one in rounds) else ""
    ratios = [sum(one["cpu"]) / sum(other["cpu"]) for one, other in pairs]
    return [
        number(cell["topics"]), number(cell["sweeps"]), cell["scenario"], f"`{cell['extra']}`" if cell["extra"] else "",
        str(len(lines)), str(len(lines) - len(good)), of(waits, lambda waits: bound + _with_worst(waits, max, ".3f")),
        of([one["wall"] for one in rounds], lambda walls: f"{median(walls):.1f}"),
        of(ratios, lambda ratios: spread(median(ratios), min(ratios), max(ratios))),
        of([one["redis_cpu"] for one in rounds if "redis_cpu" in one], lambda used: f"{median(used):.1f}"),
        of([one["perplexity"] for one in rounds], lambda values: f"{median(values):.1f}"), difference("perplexity", max),
        of([one["ll_per_token"] for one in rounds], lambda values: f"{median(values):.4f}"), difference("ll_per_token", min),
        "-" if is_alone else of([sum(one["extra_sweeps"]) for one in rounds], lambda sums: number(median(sums))),
    ]


def _natural(text: str) -> list[tuple[int, str]]:
    """Returns a key that sorts numbers within texts by their value."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


def _with_worst(values: list[float], worst: Callable[[list[float]], float], form: str) -> str:
    return f"{median(values):{form}}" + (f" ({worst(values):{form}})" if len(values) > 1 else "")


def _numbers(line: dict) -> dict:
    return line["systems"]["dist-lda"]


def _key(line: dict) -> tuple:
    """Returns the values that a scenario and its one process have in common."""
    return line["cell"]["topics"], line["cell"]["sweeps"], line["round"]
