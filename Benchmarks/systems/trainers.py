"""The systems that are compared: how each is started, and where its numbers are read.

Both run as whole processes with the same corpus, alpha = 50/K and beta = 0.01, and neither optimises these. A system has
`version()`, `train(task)` and `curve(task, marks, limit)`; a third system would be another class with these methods.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Protocol

from systems import child

ALPHA_SUM, BETA = 50, 0.01


@dataclass(frozen=True)
class Task:
    corpus: Path
    topics: int
    cores: int
    sweeps: int
    seed: int = 1
    form: str = "lda"


@dataclass(frozen=True)
class Trained:
    # The seconds of the whole command, from its start.
    seconds: float
    # The seconds for reading the corpus.
    loading: float
    # The seconds of each sweep, including everything between it and the next one.
    sweeps: list[float]
    tokens: int
    peak_bytes: int
    # The instruction set as the system reports it; None if it does not.
    kernel: str | None

    @property
    def steady_seconds(self) -> float:
        """The median of the seconds of the later half of the sweeps."""
        return median(self.sweeps[len(self.sweeps) // 2 :])

    @property
    def first_seconds(self) -> float:
        return self.sweeps[0]


@dataclass(frozen=True)
class Mark:
    """An intermediate model, with the number of sweeps and the seconds since the start of the command."""

    sweeps: int
    seconds: float
    # The seconds of the sweeps only.
    sampling: float
    # The file of the model, which is valid until the next mark is requested.
    model: Path


class System(Protocol):
    name: str

    def version(self) -> str: ...
    def train(self, task: Task) -> Trained: ...
    def curve(self, task: Task, marks: list[int], limit: float) -> Iterator[Mark]: ...


class DistLDA:
    """dist-lda-shard without a store. It writes its model in every run, and this is included in its seconds."""

    name = "dist-lda"

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder / self.name

    def version(self) -> str:
        """Returns an identifier of the build, because builds with the same version number can differ."""
        return f"build {hashlib.sha256(self._program.read_bytes()).hexdigest()[:12]}"

    def train(self, task: Task) -> Trained:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        ended = child.run(self._command(task), self._folder / "log")
        run = json.loads((self._folder / "run.json").read_text())
        lines = (self._folder / "metrics.jsonl").read_text().splitlines()
        elapsed = [0.0, *(json.loads(line)["elapsed"] for line in lines)]
        return Trained(
            seconds=ended.seconds, loading=run["seconds"]["load"],
            sweeps=[end - begin for begin, end in zip(elapsed, elapsed[1:])],
            tokens=run["tokens"], peak_bytes=ended.peak_bytes, kernel=run.get("kernel"))

    def curve(self, task: Task, marks: list[int], limit: float) -> Iterator[Mark]:
        """Trains once for each mark; with the same seed the chains are identical bit for bit. For the additional mark see quality.py."""
        for sweeps in [*marks, (max(marks) * 3 + 1) // 2]:
            trained = self.train(replace(task, sweeps=sweeps))
            model, = self._folder.glob("MODEL_*.json.gz")
            yield Mark(sweeps, trained.seconds, sum(trained.sweeps), model)
            if trained.seconds > limit:
                return

    def _command(self, task: Task) -> list[str]:
        # With this --show-every, the log-likelihood is computed only after the last sweep.
        return [
            str(self._program), f"--document={task.corpus}", f"--topics={task.topics}", f"--alpha-sum={ALPHA_SUM}",
            f"--beta={BETA}", f"--cores={task.cores}", f"--iterations={task.sweeps}", f"--seed={task.seed}",
            f"--show-every={task.sweeps}", "--top-words=0", f"--output={self._folder}",
        ]


class Tomotopy:
    """tomotopy_trainer.py. One run writes a model at every mark; the time for writing is not counted."""

    name = "tomotopy"

    def __init__(self, python: Path, folder: Path) -> None:
        self._start = [str(python), str(Path(__file__).with_name("tomotopy_trainer.py"))]
        self._folder = folder / self.name
        self._python = python

    def version(self) -> str:
        log = self._folder / "version"
        self._folder.mkdir(parents=True, exist_ok=True)
        child.run([str(self._python), "-c", "import tomotopy; print(tomotopy.__version__, tomotopy.isa)"], log)
        return log.read_text().strip()

    def train(self, task: Task) -> Trained:
        ended, said = self._run(task, [])
        return Trained(
            seconds=ended.seconds, loading=said["load"], sweeps=said["sweeps"], tokens=said["tokens"],
            peak_bytes=ended.peak_bytes, kernel=said["isa"])

    def curve(self, task: Task, marks: list[int], limit: float) -> Iterator[Mark]:
        wanted = ",".join(map(str, marks))
        _, said = self._run(
            task, ["--marks", wanted, "--models", str(self._folder), "--limit", str(limit),
                   "--started", str(time.monotonic())])
        for mark in said["marks"]:
            yield Mark(mark["sweeps"], mark["seconds"], mark["sampling"], Path(mark["model"]))

    def _run(self, task: Task, more: list[str]) -> tuple[child.Ended, dict]:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        log = self._folder / "log"
        ended = child.run(
            [*self._start, str(task.corpus), "--form", task.form, "--topics", str(task.topics),
             "--cores", str(task.cores), "--sweeps", str(task.sweeps), "--seed", str(task.seed), *more], log)
        return ended, json.loads(log.read_text().splitlines()[-1])
