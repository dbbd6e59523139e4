"""Megabytes of decompressed text read per second from a gzipped file, in both forms and with every number of cores.

For dist-lda it is the seconds of `load` in run.json (inflating, parsing, counting, sorting by word). tomotopy's users read files in
Python; its seconds are those of reading and of add_doc, without imports and preparation, and it uses one core for them.
"""

from collections.abc import Iterator

from measures.measuring import Measuring
from options import Options
from results.tables import Rows, median_of, ratio, table
from systems.corpora import Corpus
from systems.trainers import System, Task

TITLE = "Loading"


def cells(options: Options) -> Iterator[dict]:
    for form in ("lda", "text"):
        for cores in options.cores:
            yield {"form": form, "cores": cores}


def run(measuring: Measuring, system: System, corpus: Corpus, cell: dict, seed: int) -> dict:
    form = cell["form"]
    trained = system.train(Task(corpus.file(1, form), 10, cell["cores"], 1, seed, form))
    size = corpus.facts(1, form)["bytes"]
    return {"bytes": size, "seconds": trained.loading, "bytes_per_second": size / trained.loading}


def section(rows: Rows) -> str:
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        speeds = [f"{median_of(rounds, name, 'bytes_per_second') / 1e6:.0f}" for name in ("dist-lda", "tomotopy")]
        size = f"{rounds[0]['dist-lda']['bytes'] / 1e6:.1f}"
        return [cell["form"], str(cell["cores"]), size, *speeds, ratio(rounds, "bytes_per_second")]

    return "\n".join([
        "MB of decompressed text read a second. `lda` is `name TAB word:count ...`, `text` the same documents word by word. tomotopy",
        "has no reader of files: it is fed by Python, with one core.",
        "",
        table(
            ["form", "cores", "MB", "dist-lda, MB/s", "tomotopy, MB/s", "ratio"],
            [line(cell, rounds) for cell, rounds in rows]),
    ])
