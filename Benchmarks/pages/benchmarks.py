"""The page with the method, the tables, the plots and how to repeat the measurements. It is made from the file of results only."""

from pathlib import Path

from measures import growth, loading, memory, quality, throughput
from results.results import Results
from results.tables import number, rows

SECTIONS = {"throughput": throughput, "quality": quality, "loading": loading, "memory": memory, "growth": growth}

INTRODUCTION = """\
# Benchmarks

This page is made by `bin/bench`. All numbers come from [{results}]({results}), and `bin/bench report` makes the
page again from that file.

dist-lda is compared with [tomotopy](https://bab2min.github.io/tomotopy/), a widely used library whose LDA, like that of dist-lda, is exact
collapsed Gibbs sampling that uses vector instructions. Both train on the same file with alpha = 50/K for each of K topics and
beta = 0.01, which are not optimised during training. dist-lda is run as `dist-lda-shard` without a server. tomotopy is run by
`Benchmarks/systems/tomotopy_trainer.py`, with one worker for each core and tomotopy's default parallel scheme.

- A *round* runs both systems, one immediately after the other; the next round runs them in the opposite order (quality always runs
  tomotopy first). Each number is the median of the rounds. Each ratio is the median of the ratios within the rounds, with the minimum
  and the maximum in brackets.
- Every run is a separate process. Round n uses seed n.
- Perplexity is computed by document completion (`Benchmarks/heldout.py`): every tenth document is held out, up to {held_out:,} documents.
  Half of the tokens of each determine its topics, and the other half is scored with these topics. The same evaluator scores the models
  of both systems.
- The seconds of dist-lda until a perplexity is reached include writing its model to disk; those of tomotopy do not. Both include loading.
"""

AGAIN = """\
## Measure again

    bin/bench                                             # all measures, on the descriptions of Debian's packages
    bin/bench throughput quality --corpus FILE.lda.gz     # some measures, on your own corpus
    bin/bench --help

It needs Python 3.10 or newer, and installs tomotopy, numpy and matplotlib into `.build/bench/venv`. Rounds of the same build on the same
machine that are already in the file of results are not run again, so an interrupted command can simply be repeated.
"""


def write(results: Results, output: Path, held_out: int) -> None:
    parts = [INTRODUCTION.format(results=results.path.name, held_out=held_out)]
    figures = [("benchmarks-quality.svg", "Held-out perplexity against seconds"),
               ("benchmarks-throughput.svg", "Million tokens per second against topics")]
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
    """Returns a line that describes how the numbers of a table were measured."""
    conditions = lines[-1]["conditions"]
    builds: dict[str, list[str]] = {}
    for line in lines:
        for name, version in line["conditions"]["versions"].items():
            if version not in builds.setdefault(name, []):
                builds[name].append(version)
    versions = "; ".join(f"{name} {' and '.join(found)}" for name, found in builds.items())
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
