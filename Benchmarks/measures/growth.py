"""The seconds for a sweep, by tokens (parts of the corpus, with the smallest of --topics) and by topics (10 and all of --topics)."""

from collections.abc import Iterator

from measures.measuring import Measuring
from options import Options
from results.tables import Rows, median_of, number, ratio, table
from systems.corpora import Corpus
from systems.trainers import System

TITLE = "Growth"


def cells(options: Options) -> Iterator[dict]:
    for part in (8, 4, 2):
        yield {"part": part, "topics": options.topics[0], "cores": options.cores[0]}
    for topics in sorted({10, *options.topics}):
        yield {"part": 1, "topics": topics, "cores": options.cores[0]}


def run(measuring: Measuring, system: System, corpus: Corpus, cell: dict, seed: int) -> dict:
    trained = measuring.train_for_seconds(system, corpus, cell["part"], cell["topics"], cell["cores"], seed)
    return {"tokens": trained.tokens, "seconds_per_sweep": trained.steady_seconds, "sweeps": len(trained.sweeps)}


def section(rows: Rows) -> str:
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        seconds = [median_of(rounds, name, "seconds_per_sweep") for name in ("dist-lda", "tomotopy")]
        tokens = rounds[0]["dist-lda"]["tokens"]
        each = [f"{second / tokens * 1e9:.0f}" for second in seconds]
        # The time of tomotopy's sweep divided by that of dist-lda's: how many times as fast dist-lda is.
        times = ratio(rounds, "seconds_per_sweep", inverse=True)
        return [number(tokens), number(cell["topics"]), *(f"{second:.3f}" for second in seconds), *each, times]

    ordered = sorted(rows, key=lambda row: (-row[0]["part"], row[0]["topics"]))
    return "\n".join([
        "Seconds a sweep in steady state, and nanoseconds a token: the same in every line if a sweep takes time in proportion to the",
        "tokens.",
        "",
        table(
            ["tokens", "topics", "dist-lda, s", "tomotopy, s", "dist-lda, ns a token", "tomotopy, ns a token", "times as fast"],
            [line(cell, rounds) for cell, rounds in ordered]),
    ])
