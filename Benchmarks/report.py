"""The page: what is measured and how, tables, plots, how to repeat. Made from the file of results alone."""

from pathlib import Path

import growth
import loading
import memory
import quality
import throughput
from results import Results
from tables import number, rows

SECTIONS = {"throughput": throughput, "quality": quality, "loading": loading, "memory": memory, "growth": growth}

INTRODUCTION = """\
# Benchmarks

Made by `bin/bench`; every number comes from [{results}]({results}), and `bin/bench report` makes this page again from it.

dist-lda is measured side by side with [tomotopy](https://bab2min.github.io/tomotopy/), a widely used library whose LDA, like dist-lda's,
is exact collapsed Gibbs sampling, written for vector instructions. Both train on the same file with alpha = 50/K for each of K topics and
beta = 0.01, neither optimised while training. dist-lda is `dist-lda-shard` without a server. tomotopy runs in
`Benchmarks/tomotopy_trainer.py`, with one worker for each core and its own choice of parallel scheme.

- A *round* runs both systems, one straight after the other, and the next round in the other order. A number is the median of the rounds;
  a ratio is the median of the ratios within each round, in brackets the least and the greatest.
- Every run is a process of its own. Round n uses seed n.
- Perplexity is by document completion (`Benchmarks/heldout.py`): every tenth document is held out, at most {held_out:,} of them; half of
  each one's tokens tell its topics, the other half is scored with these. One evaluator scores the models of both.
- dist-lda's seconds to a perplexity include writing its model to disk, tomotopy's do not. Both include loading.
"""

AGAIN = """\
## Measure again

    bin/bench                                             # all of it, on the descriptions of Debian's packages
    bin/bench throughput quality --corpus FILE.lda.gz     # some of it, on a corpus of yours
    bin/bench --help

It needs Python 3.10 or newer, and gets tomotopy, numpy and matplotlib into `.build/bench/venv`. Rounds that are in the file of results
already, from the same build on the same machine, are not run again: an interrupted command may simply be repeated.
"""


def write(results: Results, output: Path, held_out: int) -> None:
    parts = [INTRODUCTION.format(results=results.path.name, held_out=held_out)]
    figures = [("benchmarks-quality.svg", "Held-out perplexity against seconds"),
               ("benchmarks-throughput.svg", "Million tokens a second against topics")]
    parts += [f"![{title}]({name})\n" for name, title in figures if (output / name).exists()]
    for corpus in results.corpora():
        parts.append(_corpus(results, corpus))
    parts.append(AGAIN)
    (output / "benchmarks.md").write_text("\n".join(parts))


def _corpus(results: Results, corpus: dict) -> str:
    counted = ", ".join(f"{number(corpus[what])} {what}" for what in ("documents", "tokens", "words"))
    parts = [f"## {corpus['name']}\n", f"{counted}.\n"]
    for measure, module in SECTIONS.items():
        lines = results.latest(measure, corpus["digest"])
        if lines:
            parts += [f"### {module.TITLE}\n", module.section(rows(lines)), "", origin(lines), ""]
    return "\n".join(parts)


def origin(lines: list[dict]) -> str:
    """Where a table comes from."""
    conditions = lines[-1]["conditions"]
    versions = "; ".join(f"{name} {version}" for name, version in conditions["versions"].items())
    kernels = {
        f"{name}: {numbers['kernel']}" for line in lines for name, numbers in line["systems"].items() if numbers.get("kernel")}
    days = sorted({line["time"][:10] for line in lines})
    rounds = [len(of_cell) for _, of_cell in rows(lines)]
    told = str(rounds[0]) if min(rounds) == max(rounds) else f"{min(rounds)} to {max(rounds)}"
    facts = [
        f"Rounds: {told}", conditions["machine"], versions, *(["vectors: " + ", ".join(sorted(kernels))] if kernels else []),
        days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}",
    ]
    commands = "; ".join(f"`{command}`" for command in dict.fromkeys(line["command"] for line in lines))
    return f"<sub>{'. '.join(facts)}. {commands}</sub>"
