"""docs/pace.md: how long shards wait for one another, and what becomes of the model then. Made from pace.jsonl alone."""

from collections.abc import Callable
from pathlib import Path
from statistics import median

from options import ONE_PROCESS
from pace import ALPHA, BETA, LATE, LIMIT, MEASURE, SCENARIOS, SLOW_SHARE
from processes import PERIOD
from report import origin
from results import Results
from tables import number, spread, table

INTRODUCTION = """\
# Fast and slow shards

Made by `bin/bench pace`; every number comes from [{results}]({results}), and `bin/bench report` makes this page again from it.

Shards of one core each train through a Redis server on the same machine, with alpha = {alpha} for each topic and beta = {beta}:

- *four*: four shards on all cores of the machine.
- *one core*: four shards; they, Redis and what writes the model share one core.
- *slow*: four shards, of which one runs for a tenth of the time: it is stopped for {stopped:.0f} ms and runs for {runs:.0f} ms, over and over.
- *late*: four shards, of which one starts {late:.0f} s after the others.
- *sixteen*: sixteen shards on all cores.
- *one process*: no Redis, one core, the same documents and sweeps.

Round n uses seed n. A scenario is compared with the one process of its round.

- *Longest wait*: the longest time for which any shard waited in an exchange. A number behind ≤ is the time in all exchanges of a shard,
  from tools that do not tell the longest.
- *Wall*: seconds from the start of the first process to the end of the last. *Processor*: seconds of all shards together over those of the
  one process.
- *Perplexity* is that of documents held out, by document completion (`Benchmarks/heldout.py`). *LL* is log P(words, topics) of the whole
  model for a token (`Benchmarks/joint.py`). Both are given as the difference from the one process; a positive perplexity and a negative
  LL are worse.
- *Extra sweeps*: those that all shards together did while they waited for others.

In brackets is the worst round, in front of it the median. A run that fails, or takes more than {limit:.0f} s, counts in *failed* alone; its
line in the file of results has the last words of each process.
"""

AGAIN = """\
## Measure again

    bin/bench pace --corpus FILE.lda.gz --rounds 3
    bin/bench pace --corpus FILE.lda.gz --scenarios four,slow --extra "--staleness=0"
    bin/bench --help

It starts its own Redis servers, with nothing kept on disk, and stops them. What is in the file of results already, from the same build on
the same machine, is not run again.
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
    cells.sort(key=lambda cell: (cell["topics"], cell["sweeps"], names.index(cell["scenario"]), cell["extra"]))
    return table(
        ["topics", "sweeps", "scenario", "flags", "rounds", "failed", "longest wait, s", "wall, s", "processor", "Redis, s",
         "perplexity", "difference", "LL a token", "difference", "extra sweeps"],
        [_line(cell, [line for line in lines if line["cell"] == cell], alone) for cell in cells])


def _line(cell: dict, lines: list[dict], alone: dict[tuple, dict]) -> list[str]:
    good = [line for line in lines if "failed" not in _numbers(line)]
    rounds = [_numbers(line) for line in good]
    is_alone = cell["scenario"] == ONE_PROCESS
    # Each round with the one process of it.
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


def _with_worst(values: list[float], worst: Callable[[list[float]], float], form: str) -> str:
    return f"{median(values):{form}}" + (f" ({worst(values):{form}})" if len(values) > 1 else "")


def _numbers(line: dict) -> dict:
    return line["systems"]["dist-lda"]


def _key(line: dict) -> tuple:
    """What a scenario and its one process have in common."""
    return line["cell"]["topics"], line["cell"]["sweeps"], line["round"]
