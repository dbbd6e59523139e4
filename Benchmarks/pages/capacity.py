"""Makes docs/capacity.md from capacity.jsonl: the cost of an exchange, and the number of cores that a server supports.

The model has two constants, a and b, which are fitted to the measurements. An exchange of a shard costs Redis

    seconds = a blocks (1 + conflicts) + b (3 T + O),   T cells of the total, O cells of the shard's contribution

because the shard reads the total of each block twice (to replace its contribution, and before it samples the block), writes it
once, and writes its contribution. A cell is a (word, topic) pair with a count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from measures.exchange import DIFFERENT
from pages import simulated
from pages.benchmarks import origin
from results.ratios import median_ratio
from results.results import Results
from results.tables import Rows, median_of, number, rows, spread, table

# The share of the time for which a server is to be busy: at half, the queue of waiting calls stays short.
BUSY = 0.5
# The most bytes per packed cell in the measurements.
CELL_BYTES = 2.2
# The tokens that a core samples per second (benchmarks.md has the speeds by corpus and K).
RATE = 15e6


@dataclass(frozen=True)
class Costs:
    """The seconds of Redis for each block of an exchange, and for each cell read or written."""

    block: float
    cell: float
    # The largest |fitted - measured| / measured.
    error: float

    def exchange(self, blocks: float, total: float, own: float) -> float:
        return self.block * blocks + self.cell * (3 * total + own)


def fit(points: Sequence[tuple[float, float, float]]) -> Costs | None:
    """Fits the two costs to points (blocks, cells transferred, seconds), one for each exchange, by least squares of the relative
    errors. Returns None if the costs of blocks and cells cannot be separated."""
    scaled = [(blocks / seconds, cells / seconds) for blocks, cells, seconds in points]
    aa, ab, bb = (sum(x * y for x, y in pairs) for pairs in (
        [(a, a) for a, _ in scaled], scaled, [(b, b) for _, b in scaled]))
    at, bt = sum(a for a, _ in scaled), sum(b for _, b in scaled)
    determinant = aa * bb - ab * ab
    if determinant <= 1e-9 * aa * bb:
        return None
    block, cell = (at * bb - bt * ab) / determinant, (bt * aa - at * ab) / determinant
    return Costs(block, cell, max(abs(a * block + b * cell - 1) for a, b in scaled))


@dataclass(frozen=True)
class Run:
    """A planned run."""

    what: str
    tokens: float
    words: float
    topics: int
    cores: int
    cores_per_shard: int
    sync_every: int = 1
    rate: float = RATE
    # The cells of the total, if fewer than its upper bound: every word in every topic, and at most one cell per token.
    total: float | None = None

    @property
    def shards(self) -> int:
        return -(-self.cores // self.cores_per_shard)

    @property
    def total_cells(self) -> float:
        return min(self.words * self.topics, self.tokens, self.total or float("inf"))

    @property
    def own_cells(self) -> float:
        return min(self.total_cells, self.tokens / self.shards)

    @property
    def seconds_per_sweep(self) -> float:
        return self.tokens / self.cores / self.rate

    def blocks(self) -> int:
        """Returns the number of blocks as ShardCorpus.blocks does, for 5 bytes per token."""
        root = (5 * self.tokens) ** 0.5
        return max(16, min(32, int(root / 128)), min(2048, int(root / 256)), 4 * self.cores_per_shard)

    def servers(self, costs: Costs) -> float:
        """Returns the number of servers that are busy for `BUSY` of the time."""
        work = self.shards * costs.exchange(self.blocks(), self.total_cells, self.own_cells)
        return work / (BUSY * self.sync_every * self.seconds_per_sweep)

    def bytes_per_second(self) -> float:
        """Returns the bytes per second to and from all servers."""
        moved = CELL_BYTES * (3 * self.total_cells + self.own_cells)
        return self.shards * moved / (self.sync_every * self.seconds_per_sweep)

    def memory(self) -> float:
        """Returns the bytes of memory of all servers together, for the contributions and the total."""
        return 1.3 * CELL_BYTES * (self.shards * self.own_cells + self.total_cells)


# In the text that was measured, a word is in 2.6 to 8.3 topics. A gene may be in every topic.
EXAMPLES = [
    Run("200,000 press articles, two hosts", 60e6, 80e3, 100, 16, 8, total=4 * 80e3),
    Run("the same, one shard per core", 60e6, 80e3, 100, 16, 1, total=4 * 80e3),
    Run("10 million abstracts", 1.5e9, 300e3, 1000, 64, 16, total=10 * 300e3),
    Run("the same, one shard per core", 1.5e9, 300e3, 1000, 64, 1, total=10 * 300e3),
    Run("10^10 single-cell tokens", 1e10, 30e3, 50, 256, 16),
    Run("the same, 100 topics", 1e10, 30e3, 100, 256, 16),
    Run("the same, 1,000 cores", 1e10, 30e3, 100, 1000, 16),
    Run("the same, --sync-every=4", 1e10, 30e3, 100, 1000, 16, 4),
    Run("the same, one shard per core", 1e10, 30e3, 100, 1000, 1, 4),
]

INTRODUCTION = """\
# Capacity of a Redis server

This page is made by `bin/bench exchange` and `bin/bench simulation`. All numbers come from [{results}]({results}), and `bin/bench report`
makes the page again from that file.

A *cell* is a (word, topic) pair with a count in a shard's contribution. The cost for Redis is the processor time of the whole server
process, including the kernel, divided by the cells of the contributions that were exchanged. It includes everything: reading and writing
totals, reading ahead, conflicts, word lists and heartbeats. HINCRBY is the method of dist_lda (2011), run with the same counts in the same
run: one hash per word with one field per topic, increments only for what has changed since the last exchange, then HGETALL of every word,
all pipelined. Its cost is divided by the same number of cells.

*Played* shards do not sample. The corpus is trained for 20 sweeps, and the counts of {different} shards are recorded after each of three
more sweeps. One client per shard then exchanges these counts through the production code, each on its own connection. A sweep of the
clients is as long as the exchanges of all shards take one after another. If there are more than {different} shards, several play the same
counts. Together they stand for a corpus that is larger by that factor, but whose words and topics fall into the same cells. They are played
twice: in as many blocks as such a corpus has, each of which then holds fewer cells than a block of that corpus would, and in as many
blocks as the corpus itself has, which hold as many cells. The cost of an exchange depends mainly on the number of blocks.
"""

AGAIN = """\
## Measure again

    bin/bench exchange --corpus FILE.lda.gz --topics 100,1000 --shards 2,4,8,16,1000 --sweeps 40
    bin/bench simulation --corpus FILE.lda.gz --topics 100 --shards 2,16,64,256,1000,4000
    bin/bench --help

The benchmark starts its own Redis server, which stores nothing on disk, and stops it. Rounds of the same build on the same machine that
are already in the file of results are not run again.
"""


def write(results: Results, output: Path) -> None:
    parts = [INTRODUCTION.format(results=results.path.name, different=DIFFERENT)]
    for corpus in results.corpora():
        played, real = (results.latest(measure, corpus["digest"]) for measure in ("played", "real"))
        virtual = results.latest_of_cells("simulated", corpus["digest"])
        counted = ", ".join(f"{number(corpus[what])} {what}" for what in ("documents", "tokens", "words"))
        parts.append(f"## {corpus['name']}\n\n{counted}.\n")
        if played:
            parts += ["### What an exchange costs\n", _cost(rows(played)), "", _growth(rows(played)), ""]
            compared = simulated.comparison(rows(played))
            parts += [compared, ""] if compared else []
            parts += [origin(played), ""]
        if virtual:
            parts += ["### Simulated shards\n", simulated.section(rows(virtual)), "", origin(virtual), ""]
        if real:
            parts += ["### Shards compared with one process\n", _real(rows(real)), "", origin(real), ""]
    costs = fitted(results)
    if costs:
        parts.append(_model(costs))
    parts.append(AGAIN)
    (output / "capacity.md").write_text("\n".join(parts))


def fitted(results: Results) -> Costs | None:
    """Fits the costs to every round of all corpora that went through loopback."""
    points = []
    for corpus in results.corpora():
        for line in results.latest("played", corpus["digest"]):
            if line["cell"]["way"] == "loopback":
                points.append(point(line["systems"]["dist-lda"], line["cell"]["shards"]))
    return fit(points)


def point(told: dict, shards: int) -> tuple[float, float, float]:
    """Returns the blocks of one shard's exchange, including refused writes, the cells transferred, and the seconds."""
    exchanges = shards * told["sweeps"]
    tried = told["blocks"] * (1 + told["conflicts"] / told["blocks_written"])
    return tried, 3 * told["total_cells"] + told["cells"] / exchanges, told["cpu"] / exchanges


def _per_cell(one: dict) -> dict:
    """Returns the nanoseconds per cell of each method, for ratios."""
    return {name: told["cpu"] / told["cells"] * 1e9 for name, told in one.items() if name in ("dist-lda", "HINCRBY")}


def _cost(found: Rows) -> str:
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        each = [_per_cell(one) for one in rounds]
        mine = [one["dist-lda"] for one in rounds]
        times = spread(*median_ratio([one["HINCRBY"] for one in each], [one["dist-lda"] for one in each]))
        exchanges = [one["sweeps"] * cell["shards"] for one in mine]
        memory = [[one[name]["memory"] / one[name][what] for one in rounds] for name, what in (
            ("dist-lda", "cells_held"), ("HINCRBY", "total_cells"))]
        return [
            number(cell["topics"]), str(cell["shards"]), cell["way"], number(median_of(rounds, "dist-lda", "blocks")),
            number(median(one["cells"] / many for one, many in zip(mine, exchanges))),
            number(median_of(rounds, "dist-lda", "total_cells")),
            f"{median(one['dist-lda'] for one in each):.1f}", f"{median(one['HINCRBY'] for one in each):.0f}", times,
            f"{median((one['bytes_received'] + one['bytes_sent']) / one['cells'] for one in mine):.1f}",
            f"{median(one['calls'] / many for one, many in zip(mine, exchanges)):.0f}",
            f"{median(one['conflicts'] / one['blocks_written'] for one in mine):.1%}",
            *(f"{median(values):.1f}" for values in memory)]

    lines = [line(cell, rounds) for cell, rounds in found if all("HINCRBY" in one for one in rounds)]
    return "\n".join([
        "Nanoseconds of Redis per cell of a contribution. *Calls* are those for which a shard waits in an exchange of all blocks.",
        "*Conflicts* are writes that were refused because another shard had changed the block first, and were repeated. *Bytes* are",
        "those on the wire per cell. Memory is that of the whole data set, divided by the cells of all contributions for dist-lda, and",
        "by the cells of the total for HINCRBY.",
        "",
        table(
            ["topics", "shards", "way", "blocks", "cells of a contribution", "cells of the total", "ns per cell", "HINCRBY, ns per cell",
             "ratio", "bytes per cell", "calls", "conflicts", "memory, bytes per cell", "HINCRBY, bytes per cell"], lines),
    ])


def _growth(found: Rows) -> str:
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        mine = [one["dist-lda"] for one in rounds]
        exchanges = [one["sweeps"] * cell["shards"] for one in mine]
        return [
            number(cell["topics"]), number(cell["shards"]), number(median(one["tokens"] for one in mine)),
            number(median(one["blocks"] for one in mine)),
            f"{median(one['cpu'] / many for one, many in zip(mine, exchanges)) * 1e3:.2f}",
            f"{median(one['cpu'] / one['cells'] for one in mine) * 1e9:.1f}",
            f"{median((one['bytes_received'] + one['bytes_sent']) / many for one, many in zip(mine, exchanges)) / 1e6:.2f}",
            f"{median(one['conflicts'] / one['blocks_written'] for one in mine):.1%}",
            f"{median(one['pace'] for one in mine):.1f}",
            f"{median(one['cpu'] / one['seconds'] for one in mine):.0%}",
            f"{median(one['memory'] for one in mine) / 2**20:.1f}"]

    lines = [line(cell, rounds) for cell, rounds in found if cell["way"] == "loopback"]
    return "\n".join([
        "The growth with the number of shards, through loopback: the milliseconds of Redis for one shard's exchange, the megabytes it",
        "transfers, the duration of a sweep, in which every shard exchanges once, how busy Redis was, and its memory.",
        "",
        table(
            ["topics", "shards", "tokens", "blocks", "Redis, ms per exchange", "ns per cell", "MB per exchange", "conflicts",
             "seconds per sweep", "Redis busy", "memory, MiB"], lines),
    ])


def _real(found: Rows) -> str:
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        shards, alone = ([one[name] for one in rounds] for name in ("shards", "one process"))
        speeds = ([one["tokens_per_second"] for one in some] for some in (shards, alone))
        worse = ([one["perplexity"] for one in some] for some in (shards, alone))
        return [
            number(cell["topics"]), str(cell["shards"]), str(alone[0]["cores"]), str(cell["sweeps"]),
            f"{median(one['tokens_per_second'] for one in shards) / 1e6:.1f}",
            f"{median(one['tokens_per_second'] for one in alone) / 1e6:.1f}", spread(*median_ratio(*speeds)),
            f"{median(one['perplexity'] for one in shards):.1f}", f"{median(one['perplexity'] for one in alone):.1f}",
            f"{median_ratio(*worse)[0] - 1:+.2%}",
            f"{median(one['redis_cpu'] / one['exchanges'] for one in shards) * 1e3:.2f}"]

    return "\n".join([
        "Shards of one core each, which exchange with `--sync-every=1` through Redis on the same machine and share its cores with",
        "Redis, and one process with all cores of the machine, but no more cores than there are shards. The speed is that of all shards",
        "together in the second half of the sweeps, in million tokens per second. The perplexity is that of held-out documents.",
        "",
        table(
            ["topics", "shards", "cores alone", "sweeps", "shards, M tokens/s", "alone, M tokens/s", "ratio", "perplexity, shards", "alone",
             "difference", "Redis, ms per exchange"], [line(cell, rounds) for cell, rounds in found]),
    ])


def _model(costs: Costs) -> str:
    def line(run: Run) -> list[str]:
        servers = run.servers(costs)
        return [
            run.what, f"{run.tokens:.2g}", number(run.words), number(run.topics), number(run.cores), number(run.shards),
            str(run.sync_every), f"{run.total_cells / 1e6:.1f}", f"{run.seconds_per_sweep:.2f}",
            f"{costs.exchange(run.blocks(), run.total_cells, run.own_cells) * 1e3:.1f}",
            f"{servers:.2g}", number(run.cores / servers) if servers > 0 else "-",
            f"{run.bytes_per_second() / 1e6:.0f}", f"{run.memory() / 2**30:.2f}"]

    return "\n".join([
        "## How many cores a server supports\n",
        "With these constants, which are fitted to all lines above that went through loopback (the largest error is "
        f"{costs.error:.0%}), an exchange of one shard costs Redis\n",
        f"    seconds = {costs.block * 1e6:.1f} us x blocks x (1 + conflicts)  +  {costs.cell * 1e9:.2f} ns x (3 T + O)\n",
        "T is the number of cells of the total, which is at most V x K and at most the number of tokens. O is the number of cells of",
        "the shard's own contribution, which is at most T and at most the number of its tokens. The tables above have both for real",
        "text, where they are far smaller than V x K. The cost of an exchange does not depend on the number of cores of a shard, so run",
        "one shard with all cores on each host. A sweep takes (tokens per core) / (tokens per second of a core), and each shard",
        "exchanges once every `--sync-every` sweeps:\n",
        "    servers = shards x seconds per exchange / (half x sync_every x seconds per sweep)\n",
        "where *half* is the share of the time for which a server is to be busy. N servers (`--redis=a:6379,b:6379,...`) share the",
        "blocks, and so the work, evenly, and support N times as many cores. If there are too few servers, nothing fails: shards exchange",
        "less often than they are asked to, and sample with older counts of the others. The table assumes "
        f"{RATE / 1e6:.0f} million tokens per second",
        f"of a core and {CELL_BYTES} bytes per cell on the wire. T is 4 or 10 topics per word for text, and V x K for genes.\n",
        table(
            ["run", "tokens", "words", "topics", "cores", "shards", "sync_every", "T, million", "seconds per sweep",
             "Redis, ms per exchange", "servers", "cores per server", "MB/s in total", "memory, GiB"], [line(run) for run in EXAMPLES]),
        "",
        "If *servers* is below 1, one server is enough. If *MB/s in total* exceeds the bandwidth of a server's network, the network is the",
        "limit. Shards with more cores relieve a server most, followed by a larger `--sync-every` and by more servers.\n",
    ])
