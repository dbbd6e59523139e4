"""Measures the cost of an exchange for Redis and for the shards.

`played`: the program exchange-benchmark trains on the corpus and then plays shards, which exchange the counts of real shards through the
production code. It also runs the predecessor's HINCRBY commands on the same counts, and simulates the same shards on a virtual clock.
`real`: shards of one core each train through Redis, and one process with the same number of cores trains in the same way. `simulated`:
shards run on the virtual clock only, in larger numbers than one machine can run, for several round trips and sweep times. Each
measurement adds a line to capacity.jsonl.
"""

import json
import resource
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from math import ceil, sqrt
from pathlib import Path

from failure import INTERNAL, NO_INPUT, Failure
from measures.quality import score
from options import Options
from results.results import Results
from systems import child, machine
from systems.corpora import Corpus
from systems.redis_server import RedisServer
from systems.trainers import ALPHA_SUM, BETA

TOOLS = ("dist-lda-shard", "dist-lda-listener", "exchange-benchmark")
# If there are more shards than this, several play the same counts (Recording.slices of the program).
DIFFERENT = 16
# The most real shards per core of the machine.
PROCESSES_A_CORE = 2
# The simulations for each number of shards: milliseconds of a round trip, seconds of a sweep.
PACES = ((0.1, 0.05), (0.1, 1.0), (1.0, 1.0), (1.0, 30.0))
# The approximate seconds of a server for the exchange of a block.
BLOCK_SECONDS = 45e-6


@dataclass(frozen=True)
class Exchange:
    options: Options
    results: Results
    tools: Path
    folder: Path
    command: str
    say: Callable[[str], None]

    def measure(self, corpora: list[Corpus]) -> None:
        self._check()
        # Allow one connection for each played shard.
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        for corpus in corpora:
            for round in range(1, self.options.rounds + 1):
                for topics in self.options.topics:
                    self._played(corpus, topics, round)
                    for shards in real_shards(self.options.shards):
                        self._real(corpus, topics, shards, round)

    def simulate(self, corpora: list[Corpus]) -> None:
        """Runs the simulations, in the order of --shards. Those of thousands of shards take minutes."""
        self._check()
        for corpus in corpora:
            for round in range(1, self.options.rounds + 1):
                for topics in self.options.topics:
                    for shards in self.options.shards:
                        for cell in simulated_cells(topics, shards, corpus.facts()["bytes"]):
                            self._simulated(corpus, round, cell)

    def _check(self) -> None:
        for name in TOOLS:
            if not (self.tools / name).is_file():
                raise Failure(NO_INPUT, f"there is no {name} in {self.tools}: set DIST_LDA_BIN to the folder that has it.")

    def _lines(self, corpus: Corpus, topics: int, *arguments: str) -> Iterator[dict]:
        """Runs exchange-benchmark and yields the lines that it prints."""
        command = [str(self.tools / "exchange-benchmark"), str(corpus.file()), str(topics), *arguments]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
            yield from map(json.loads, process.stdout)
        if process.returncode != 0:
            raise Failure(INTERNAL, f"exchange-benchmark ended with {process.returncode}; its messages are above.")

    # Simulated shards

    def _simulated(self, corpus: Corpus, round: int, cell: dict) -> None:
        with RedisServer() as server:
            conditions = self._conditions(server)
            if self.results.has("simulated", corpus.digest, cell, round, conditions):
                return
            self.say(f"{corpus.name}, round {round} of {self.options.rounds}, simulated: " + ", ".join(f"{k} {v}" for k, v in cell.items()))
            plan = f"{cell['shards']}:{cell['round_trip'] * 1e3:g}:{cell['sweep_seconds']:g}:{cell['servers']}"
            for line in self._lines(corpus, cell["topics"], "", server.addresses["loopback"], plan):
                told = line["simulated"] | {name: line[name] for name in ("blocks", "words", "tokens", "service_times")}
                self._keep("simulated", corpus, cell, round, {"simulated": told}, conditions)

    # Played shards

    def _played(self, corpus: Corpus, topics: int, round: int) -> None:
        with RedisServer() as server:
            conditions = self._conditions(server)
            shards = [
                shards for shards in self.options.shards
                if not self.results.has("played", corpus.digest, _cell(topics, shards, "loopback"), round, conditions)]
            if not shards:
                return
            self.say(f"{corpus.name}, round {round} of {self.options.rounds}, played shards: topics {topics}")
            ways = server.addresses
            for told in self._lines(corpus, topics, ",".join(map(str, shards)), ",".join(ways.values())):
                way = next(name for name, address in ways.items() if address == told["address"])
                systems = {"dist-lda": told["ledger"] | {name: told[name] for name in ("blocks", "words", "tokens")}}
                for key, name in (("increments", "HINCRBY"), ("simulated", "simulated")):
                    if key in told:
                        systems[name] = told[key]
                cell = _cell(topics, told["shards"], way) | ({"blocks": told["blocks"]} if told["keeps_blocks"] else {})
                self._keep("played", corpus, cell, round, systems, conditions)

    # Real shards

    def _real(self, corpus: Corpus, topics: int, shards: int, round: int) -> None:
        cell = {"topics": topics, "shards": shards, "sweeps": self.options.sweeps}
        with RedisServer() as server:
            conditions = self._conditions(server)
            if self.results.has("real", corpus.digest, cell, round, conditions):
                return
            self.say(f"{corpus.name}, round {round} of {self.options.rounds}, {shards} shards: topics {topics}")
            runs = {"shards": lambda: self._shards(corpus, topics, shards, round, server)}
            runs["one process"] = lambda: self._alone(corpus, topics, shards, round)
            names = list(runs) if round % 2 == 1 else list(runs)[::-1]
            systems = {name: runs[name]() for name in names}
            self._keep("real", corpus, cell, round, systems, conditions)

    def _alone(self, corpus: Corpus, topics: int, cores: int, seed: int) -> dict:
        folder = self._empty("alone")
        cores = min(cores, machine.cores())
        child.run([*self._shard(corpus, topics, seed, folder), f"--cores={cores}"], folder / "log")
        numbers = speed([folder])
        model, = folder.glob("MODEL_*.json.gz")
        return numbers | {"cores": cores, "perplexity": score(model, corpus.held_out())["perplexity"]}

    def _shards(self, corpus: Corpus, topics: int, shards: int, seed: int, server: RedisServer) -> dict:
        folder = self._empty("shards")
        address = server.addresses["loopback"]
        before = server.cpu_seconds
        meeting = [f"--redis={address}", "--run=bench"]
        processes = []
        for shard in range(shards):
            with (folder / f"log-{shard}").open("wb") as log:
                processes.append(subprocess.Popen(
                    [*self._shard(corpus, topics, seed, folder), *meeting, "--cores=1", f"--shards={shards}",
                     f"--this-shard={shard}"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT))
        codes = [process.wait() for process in processes]
        if any(codes):
            raise Failure(INTERNAL, f"the shards ended with {codes}; their output is in {folder}/log-*.")
        used = server.cpu_seconds - before
        child.run([str(self.tools / "dist-lda-listener"), *meeting, f"--output={folder}"], folder / "log")
        model, = folder.glob("MODEL_*.json.gz")
        folders = [folder / f"shard-{shard}" for shard in range(shards)]
        runs = [json.loads((each / "run.json").read_text()) for each in folders]
        return speed(folders) | {
            "redis_cpu": used, "exchanges": sum(run["exchanges"] for run in runs),
            "perplexity": score(model, corpus.held_out())["perplexity"]}

    def _shard(self, corpus: Corpus, topics: int, seed: int, folder: Path) -> list[str]:
        sweeps = self.options.sweeps
        return [
            str(self.tools / "dist-lda-shard"), f"--document={corpus.training()}", f"--topics={topics}",
            f"--alpha-sum={ALPHA_SUM}", f"--beta={BETA}", f"--iterations={sweeps}", f"--seed={seed}",
            f"--show-every={sweeps}", "--top-words=0", f"--output={folder}"]

    def _empty(self, name: str) -> Path:
        folder = self.folder / name
        subprocess.run(["rm", "-rf", str(folder)], check=True)
        folder.mkdir(parents=True)
        return folder

    # All kinds of shards

    def _conditions(self, server: RedisServer) -> dict:
        programs = b"".join((self.tools / name).read_bytes() for name in TOOLS)
        return {
            "machine": machine.describe(),
            "versions": {"dist-lda": f"build {sha256(programs).hexdigest()[:12]}", "Redis": server.information()["redis_version"]}}

    def _keep(self, measure: str, corpus: Corpus, cell: dict, round: int, systems: dict, conditions: dict) -> None:
        facts = {"name": corpus.name, "digest": corpus.digest} | corpus.facts()
        self.results.append({
            "measure": measure, "corpus": facts, "cell": cell, "round": round, "systems": systems, "conditions": conditions,
            "time": datetime.now(timezone.utc).isoformat(timespec="seconds"), "command": self.command})


def _cell(topics: int, shards: int, way: str) -> dict:
    return {"topics": topics, "shards": shards, "way": way}


def simulated_cells(topics: int, shards: int, corpus_bytes: int) -> list[dict]:
    """Returns the cells to simulate, with as many servers as are about half busy. Cells with more than 16 servers are left out."""
    blocks = _blocks(corpus_bytes * max(1, shards / DIFFERENT))
    cells = []
    for milliseconds, seconds in PACES:
        servers = ceil(shards * blocks * BLOCK_SECONDS / (0.5 * seconds))
        if servers <= 16:
            cells.append({
                "topics": topics, "shards": shards, "servers": servers, "round_trip": milliseconds / 1e3, "sweep_seconds": seconds})
    return cells


def _blocks(corpus_bytes: float) -> int:
    """Returns the number of blocks that shards of one core choose (`ShardCorpus.blocks`)."""
    root = sqrt(corpus_bytes)
    return max(16, min(32, int(root / 128)), min(2048, int(root / 256)))


def real_shards(shards: list[int]) -> list[int]:
    """Returns the numbers of shards that this machine can run as processes."""
    return [each for each in shards if 1 < each <= PROCESSES_A_CORE * machine.cores()]


def speed(folders: list[Path]) -> dict:
    """Returns the tokens per second of all shards together in the second half of the sweeps, including the time between sweeps: the tokens
    of all shards divided by the seconds per sweep of the slowest shard."""
    tokens, paces = 0, []
    for folder in folders:
        lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        half = lines[len(lines) // 2 :]
        paces.append((half[-1]["elapsed"] - half[0]["elapsed"]) / (len(half) - 1))
        tokens += json.loads((folder / "run.json").read_text())["tokens"]
    return {"tokens_per_second": tokens / max(paces), "seconds_per_sweep": max(paces), "tokens": tokens}
