"""The peak of resident memory of the whole process, for growing parts of the corpus, to see whether each further token takes the same."""

from collections.abc import Iterator

from measures.measuring import Measuring
from options import Options
from results.tables import Rows, median_of, number, table
from systems.corpora import Corpus
from systems.trainers import System, Task

TITLE = "Memory"


def cells(options: Options) -> Iterator[dict]:
    for part in (8, 4, 2, 1):
        yield {"part": part, "topics": options.topics[0], "cores": options.cores[0]}


def run(measuring: Measuring, system: System, corpus: Corpus, cell: dict, seed: int) -> dict:
    trained = system.train(Task(corpus.file(cell["part"]), cell["topics"], cell["cores"], 2, seed))
    facts = corpus.facts(cell["part"])
    return {"peak_bytes": trained.peak_bytes, "tokens": facts["tokens"], "words": facts["words"]}


def section(rows: Rows) -> str:
    lines, before = [], None
    for cell, rounds in sorted(rows, key=lambda row: -row[0]["part"]):
        tokens = rounds[0]["dist-lda"]["tokens"]
        peaks = [median_of(rounds, name, "peak_bytes") for name in ("dist-lda", "tomotopy")]
        more = ["", ""]
        if before:
            more = [f"{(peak - last) / (tokens - before[0]):.1f}" for peak, last in zip(peaks, before[1])]
        each = [f"{peak / tokens:.1f}" for peak in peaks]
        lines.append([number(tokens), number(rounds[0]["dist-lda"]["words"]), *(f"{peak / 1e6:.1f}" for peak in peaks), *each, *more])
        before = (tokens, peaks)
    topics = number(rows[0][0]["topics"]) if rows else ""
    return "\n".join([
        f"Peak of resident memory of the whole process with {topics} topics, and that divided by the tokens; the last two columns have",
        "what each token more than in the line above takes, without what the program itself and its libraries take.",
        "",
        table(
            ["tokens", "words", "dist-lda, MB", "tomotopy, MB", "dist-lda, bytes a token", "tomotopy", "dist-lda, bytes a further token",
             "tomotopy"], lines),
    ])
