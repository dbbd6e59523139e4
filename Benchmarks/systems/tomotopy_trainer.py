"""Trains tomotopy's LDAModel like dist-lda-shard: alpha = 50/K, beta = 0.01, neither optimised. Needs tomotopy.

  tomotopy_trainer.py CORPUS.gz --form lda|text --topics K --cores N --sweeps N --seed N
      [--marks 10,20,... --models FOLDER --limit SECONDS --started MONOTONIC]

Prints one JSON object: `load` (seconds for reading and adding documents), `prepare` (seconds until the first sweep can begin),
`sweeps` (seconds of each sweep), `tokens`, `isa`, `version`, and `marks`. After each number of sweeps in --marks, a model in
dist_lda's format is written to --models, and its seconds since --started are recorded in `marks`. The time for writing is not
included there, in `sweeps` or in --limit. A mark that would not be reached within --limit seconds is not begun.
"""

import argparse
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy
import tomotopy

BETA = 0.01


def documents(path: str, form: str) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n") as lines:
        if form == "text":
            yield from (line.split() for line in lines)
            return
        for line in lines:
            words: list[str] = []
            for cell in line.rstrip("\r\n").split("\t")[1:]:
                word, _, count = cell.rpartition(":")
                words += [word] * int(count)
            yield words


def write_model(model: tomotopy.LDAModel, path: Path) -> None:
    words = list(model.used_vocabs)
    topics = {}
    for topic in range(model.k):
        # These are the counts plus beta.
        weights = numpy.asarray(model.get_topic_word_dist(topic, normalize=False))
        held = numpy.flatnonzero(weights > 0.5)
        counts = numpy.rint(weights[held] - BETA).astype(int)
        topics[str(topic)] = {words[word]: count for word, count in zip(held.tolist(), counts.tolist())}
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as stream:
        json.dump({"topics": model.k, "alpha": 50 / model.k, "beta": BETA, "w": topics}, stream)


def train(model: tomotopy.LDAModel, asked: argparse.Namespace, sweeps: list[float]) -> list[dict]:
    ends = asked.marks or [asked.sweeps]
    marks, apart = [], 0.0
    for end in ends:
        if sweeps and sum(sweeps) / len(sweeps) * end > asked.limit:
            break
        while len(sweeps) < end:
            began = time.perf_counter()
            model.train(1, workers=asked.cores)
            sweeps.append(time.perf_counter() - began)
        if asked.models:
            began = time.monotonic()
            path = asked.models / f"{end}.json.gz"
            write_model(model, path)
            mark = {"sweeps": end, "seconds": began - asked.started - apart, "sampling": sum(sweeps)}
            marks.append(mark | {"model": str(path)})
            apart += time.monotonic() - began
    return marks


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus")
    parser.add_argument("--form", default="lda")
    for name in ("topics", "cores", "sweeps", "seed"):
        parser.add_argument(f"--{name}", type=int, default=1)
    parser.add_argument("--marks", type=lambda text: [int(part) for part in text.split(",")], default=[])
    parser.add_argument("--models", type=Path)
    parser.add_argument("--limit", type=float, default=float("inf"))
    parser.add_argument("--started", type=float, default=time.monotonic())
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    began = time.perf_counter()
    model = tomotopy.LDAModel(k=asked.topics, alpha=50 / asked.topics, eta=BETA, seed=asked.seed)
    model.optim_interval = 0
    for words in documents(asked.corpus, asked.form):
        model.add_doc(words)
    loaded = time.perf_counter()
    model.train(0, workers=asked.cores)
    prepared = time.perf_counter()
    sweeps: list[float] = []
    marks = train(model, asked, sweeps)
    print(json.dumps({
        "load": loaded - began, "prepare": prepared - loaded, "sweeps": sweeps, "tokens": int(model.num_words),
        "marks": marks, "isa": tomotopy.isa, "version": tomotopy.__version__,
    }))


if __name__ == "__main__":
    main()
