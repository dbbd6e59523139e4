"""Measures whether the model depends on the speeds of the shards, and how long shards wait.

Shards of one core each train through a Redis server in the scenarios below, and one process trains without Redis in the same way. Each
run adds a line to pace.jsonl. The page compares each scenario with the one process of the same round.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

from failure import DATA, INTERNAL, NO_INPUT, UNAVAILABLE, USAGE, Failure
from measures import joint
from measures.quality import score
from options import ONE_CORE, ONE_PROCESS, Options
from results.results import Results
from systems import machine, processes
from systems.corpora import Corpus
from systems.processes import Outcome, Program
from systems.redis_server import RedisServer

MEASURE = "pace"
TOOLS = ("dist-lda-shard", "dist-lda-listener")
ALPHA, BETA = 0.5, 0.01
SHOW_EVERY = 10
# The seconds after which a run is ended and counts as failed.
LIMIT = 600.0
# The share of the time for which the slow shard may run, and the delay of the late shard in seconds.
SLOW_SHARE, LATE = 0.1, 20.0


@dataclass(frozen=True)
class Scenario:
    shards: int = 4
    # Whether Redis, the shards and the listener share one core.
    one_core: bool = False
    # The share of the time for which the last shard may run, and the delay of its start in seconds.
    share: float = 1
    delay: float = 0


SCENARIOS = {
    "four": Scenario(), ONE_CORE: Scenario(one_core=True), "slow": Scenario(share=SLOW_SHARE), "late": Scenario(delay=LATE),
    "sixteen": Scenario(shards=16),
}


@dataclass(frozen=True)
class Pace:
    options: Options
    results: Results
    tools: Path
    folder: Path
    command: str
    say: Callable[[str], None]

    def measure(self, corpora: list[Corpus]) -> None:
        for name in TOOLS:
            if not (self.tools / name).is_file():
                raise Failure(NO_INPUT, f"there is no {name} in {self.tools}: set DIST_LDA_BIN to the folder that has it.")
        # Exit on SIGTERM by an exception, so that the shards are ended too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        conditions = self._conditions()
        for corpus in corpora:
            for round in range(1, self.options.rounds + 1):
                for topics in self.options.topics:
                    for name in order(self.options.scenarios, round):
                        self._one(corpus, cell(self.options, topics, name), round, conditions)

    def _one(self, corpus: Corpus, cell: dict, round: int, conditions: dict) -> None:
        if self.results.has(MEASURE, corpus.digest, cell, round, conditions):
            return
        name = cell["scenario"]
        self.say(f"{corpus.name}, round {round} of {self.options.rounds}, {name}: {_words(cell)}")
        train = self._training(corpus, cell, round)
        numbers = self._alone(corpus, train) if name == ONE_PROCESS else self._scenario(corpus, SCENARIOS[name], cell, train)
        if "failed" in numbers:
            self.say(f"it failed: {numbers['failed']}")
        facts = {"name": corpus.name, "digest": corpus.digest} | corpus.facts()
        self.results.append({
            "measure": MEASURE, "corpus": facts, "cell": cell, "round": round, "systems": {"dist-lda": numbers},
            "conditions": conditions, "time": datetime.now(timezone.utc).isoformat(timespec="seconds"), "command": self.command})

    def _alone(self, corpus: Corpus, train: list[str]) -> dict:
        program = Program(train, self._empty() / "log-0")
        outcome = processes.run([program], LIMIT)
        if outcome.failed:
            raise Failure(INTERNAL, f"one process: {outcome.failed}; the last line of its output is: {program.last_words()}")
        return told(outcome, [self.folder / "run.json"]) | self._model(corpus, [self.folder / "run.json"])

    def _scenario(self, corpus: Corpus, scenario: Scenario, cell: dict, train: list[str]) -> dict:
        folder = self._empty()
        with on_one_core() if scenario.one_core else nullcontext(), RedisServer() as server:
            meeting = [f"--redis={server.addresses['loopback']}", "--run=bench"]
            together = [*train, *meeting, f"--shards={scenario.shards}", *shlex.split(cell["extra"])]
            last = scenario.shards - 1
            programs = [
                Program([*together, f"--this-shard={shard}"], folder / f"log-{shard}", scenario.delay if shard == last else 0,
                        scenario.share if shard == last else 1)
                for shard in range(scenario.shards)]
            before = server.cpu_seconds
            outcome = processes.run(programs, LIMIT)
            used = server.cpu_seconds - before
            if USAGE in outcome.codes:
                words = programs[outcome.codes.index(USAGE)].last_words()
                raise Failure(USAGE, f"the shards refuse their flags, see --extra; the last line of the output of one is: {words}")
            if outcome.failed:
                return failure(outcome, programs)
            listener = Program([str(self.tools / "dist-lda-listener"), *meeting, f"--output={folder}"], folder / "log-listener")
            written = processes.run([listener], LIMIT)
            if written.failed:
                return failure(written, [listener]) | {"failed": f"listener: {written.failed}"}
        runs = [folder / f"shard-{shard}" / "run.json" for shard in range(scenario.shards)]
        return told(outcome, runs) | {"redis_cpu": used} | self._model(corpus, runs)

    def _training(self, corpus: Corpus, cell: dict, seed: int) -> list[str]:
        return [
            str(self.tools / "dist-lda-shard"), f"--document={corpus.training()}", f"--topics={cell['topics']}", f"--alpha={ALPHA}",
            f"--beta={BETA}", f"--iterations={cell['sweeps']}", f"--seed={seed}", f"--show-every={SHOW_EVERY}", "--cores=1",
            "--top-words=0", "--publish-documents", f"--output={self.folder}"]

    def _model(self, corpus: Corpus, runs: list[Path]) -> dict:
        """Evaluates the dump in the folder, which must have each document that the runs read."""
        model, = self.folder.glob("MODEL_*.json.gz")
        whole = joint.read(model)
        read = [json.loads(run.read_text()) for run in runs]
        documents = sum(run["documents"] - run["empty_documents"] for run in read)
        if whole.documents != documents or whole.tokens != sum(run["tokens"] for run in read):
            raise Failure(DATA, f"the model has {whole.documents} documents where {documents} were trained: do some share a name?")
        return {
            "tokens": whole.tokens, "perplexity": score(model, corpus.held_out())["perplexity"], "ll_per_token": whole.per_token}

    def _empty(self) -> Path:
        subprocess.run(["rm", "-rf", str(self.folder)], check=True)
        self.folder.mkdir(parents=True)
        return self.folder

    def _conditions(self) -> dict:
        programs = b"".join((self.tools / name).read_bytes() for name in TOOLS)
        with RedisServer() as server:
            redis = server.information()["redis_version"]
        return {
            "machine": machine.describe(),
            "versions": {"dist-lda": f"build {sha256(programs).hexdigest()[:12]}", "Redis": redis}}


def order(scenarios: list[str], round: int) -> list[str]:
    """Returns the runs of a round in order. The one process alternates between first and last."""
    return [ONE_PROCESS, *scenarios] if round % 2 == 1 else [*reversed(scenarios), ONE_PROCESS]


def cell(options: Options, topics: int, name: str) -> dict:
    """Returns the cell of a run. The one process does not get the extra flags, so it need not be run again for other flags."""
    return {
        "topics": topics, "sweeps": options.sweeps, "scenario": name, "extra": "" if name == ONE_PROCESS else options.extra}


def told(outcome: Outcome, runs: list[Path]) -> dict:
    """Returns the measurements that the processes report, in the order of the shards."""
    read = [json.loads(run.read_text()) for run in runs]
    waits = [wait(run) for run in read]
    return {
        "wall": round(outcome.seconds, 3), "codes": outcome.codes, "cpu": [round(seconds, 3) for seconds in outcome.cpu],
        "longest_wait": [seconds for seconds, _ in waits], "wait_is_bound": any(is_bound for _, is_bound in waits),
        "exchange_seconds": [run["seconds"]["exchange"] for run in read], "sweeps": [run["sweeps"] for run in read],
        "extra_sweeps": [run.get("extra_sweeps", 0) for run in read]}


def wait(run: dict) -> tuple[float, bool]:
    """Returns the longest wait in an exchange, and whether it is only an upper bound. If the tool does not report the longest wait, the
    bound is the time in all exchanges."""
    longest = run.get("exchange_longest_wait_seconds")
    return (run["seconds"]["exchange"], True) if longest is None else (longest, False)


def failure(outcome: Outcome, programs: list[Program]) -> dict:
    return {
        "failed": outcome.failed, "wall": round(outcome.seconds, 3), "codes": outcome.codes,
        "last_words": [program.last_words() for program in programs]}


@contextmanager
def on_one_core() -> Iterator[None]:
    """Restricts this process, and the processes that it starts in the block, to one core."""
    if not hasattr(os, "sched_setaffinity"):
        raise Failure(UNAVAILABLE, f"this system cannot restrict processes to a core: leave {ONE_CORE} out of --scenarios.")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _words(cell: dict) -> str:
    return ", ".join(f"{name} {value}" for name, value in cell.items() if name != "scenario" and value != "")
