"""Tokens sampled per second, in steady state and in the first sweep, for every K and every number of cores."""

from collections.abc import Iterator

from measures.measuring import Measuring
from options import Options
from results.ratios import median_ratio
from results.tables import Rows, median_of, number, ratio, table
from systems.corpora import Corpus
from systems.trainers import System

TITLE = "Throughput"


def cells(options: Options) -> Iterator[dict]:
    for topics in options.topics:
        for cores in options.cores:
            yield {"topics": topics, "cores": cores}


def run(measuring: Measuring, system: System, corpus: Corpus, cell: dict, seed: int) -> dict:
    trained = measuring.train_for_seconds(system, corpus, 1, cell["topics"], cell["cores"], seed)
    return {
        "tokens_per_second": trained.tokens / trained.steady_seconds,
        "first_share": trained.steady_seconds / trained.first_seconds,
        "sweeps": len(trained.sweeps), "kernel": trained.kernel,
    }


def section(rows: Rows) -> str:
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        speeds = [f"{median_of(rounds, name, 'tokens_per_second') / 1e6:.2f}" for name in ("dist-lda", "tomotopy")]
        first = [f"{median_of(rounds, name, 'first_share'):.0%}" for name in ("dist-lda", "tomotopy")]
        sweeps = [number(median_of(rounds, name, "sweeps")) for name in ("dist-lda", "tomotopy")]
        return [
            number(cell["topics"]), str(cell["cores"]), *speeds, ratio(rounds, "tokens_per_second"),
            " and ".join(first), " and ".join(sweeps),
        ]

    return "\n".join([
        "Million tokens sampled a second of wall time in steady state: the median of the later half of a run's sweeps. The first",
        "sweep has the share of that speed given here.",
        "",
        table(
            ["topics", "cores", "dist-lda", "tomotopy", "ratio", "first sweep", "sweeps in a run"],
            [line(cell, rounds) for cell, rounds in rows]),
        *_cores(rows),
    ])


def _cores(rows: Rows) -> list[str]:
    """Returns a table of the speed-up with several cores."""
    said = []
    alone = {cell["topics"]: rounds for cell, rounds in rows if cell["cores"] == 1}
    for cell, rounds in rows:
        before = alone.get(cell["topics"])
        if cell["cores"] == 1 or not before or len(before) != len(rounds):
            continue
        gains = []
        for name in ("dist-lda", "tomotopy"):
            speeds = ([one[name]["tokens_per_second"] for one in some] for some in (rounds, before))
            gains.append(f"{median_ratio(*speeds)[0]:.2f}")
        said.append([number(cell["topics"]), str(cell["cores"]), *gains])
    return ["", "Times as fast as with one core:", "", table(["topics", "cores", "dist-lda", "tomotopy"], said)] if said else []
