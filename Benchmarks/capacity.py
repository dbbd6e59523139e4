"""docs/capacity.md: what an exchange costs, and from that how many cores a server carries. Made from capacity.jsonl alone.

The model, with two constants that are fitted to what was measured: an exchange of a shard costs Redis

    seconds = a blocks (1 + conflicts) + b (3 T + O),   T cells of the total, O cells of the shard's contribution

because it reads each block's total twice (to replace its contribution, and ahead of sampling the block) and writes it once, and
writes its contribution. A cell is a (word, topic) pair with a count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import simulated
from exchange import DIFFERENT
from ratios import median_ratio
from report import origin
from results import Results
from tables import Rows, median_of, number, rows, spread, table

# A server is to be busy for half of the time: what waits in front of it then stays short.
BUSY = 0.5
# Bytes of a cell, packed, at most in what was measured.
CELL_BYTES = 2.2
# Sampled tokens a second of a core (benchmarks.md has them by corpus and K).
RATE = 15e6


@dataclass(frozen=True)
class Costs:
    """Seconds of Redis: a block of an exchange, and a cell read or written."""

    block: float
    cell: float
    # The greatest |fitted - measured| / measured.
    error: float

    def exchange(self, blocks: float, total: float, own: float) -> float:
        return self.block * blocks + self.cell * (3 * total + own)


def fit(points: Sequence[tuple[float, float, float]]) -> Costs | None:
    """Of points (blocks, cells moved, seconds) of one exchange each: the two costs by least squares of the relative errors; None if
    blocks and cells cannot be told apart."""
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
    """A run to be planned."""

    what: str
    tokens: float
    words: float
    topics: int
    cores: int
    cores_per_shard: int
    sync_every: int = 1
    rate: float = RATE
    # Cells of the total; None: every word in every topic, or a token each, which it cannot exceed.
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
        """As ShardCorpus.blocks has it, at 5 bytes a token."""
        root = (5 * self.tokens) ** 0.5
        return max(16, min(32, int(root / 128)), min(2048, int(root / 256)), 4 * self.cores_per_shard)

    def servers(self, costs: Costs) -> float:
        """Servers that are then busy for `BUSY` of the time."""
        work = self.shards * costs.exchange(self.blocks(), self.total_cells, self.own_cells)
        return work / (BUSY * self.sync_every * self.seconds_per_sweep)

    def bytes_per_second(self) -> float:
        """To and from all servers."""
        moved = CELL_BYTES * (3 * self.total_cells + self.own_cells)
        return self.shards * moved / (self.sync_every * self.seconds_per_sweep)

    def memory(self) -> float:
        """Bytes of all servers: the contributions and the total."""
        return 1.3 * CELL_BYTES * (self.shards * self.own_cells + self.total_cells)


# Text as it was measured has a word in 2.6 to 8.3 topics; a gene may be in every one.
EXAMPLES = [
    Run("200,000 press articles, two hosts", 60e6, 80e3, 100, 16, 8, total=4 * 80e3),
    Run("the same, every core a shard of its own", 60e6, 80e3, 100, 16, 1, total=4 * 80e3),
    Run("10 million abstracts", 1.5e9, 300e3, 1000, 64, 16, total=10 * 300e3),
    Run("the same, every core a shard of its own", 1.5e9, 300e3, 1000, 64, 1, total=10 * 300e3),
    Run("10^10 single-cell tokens", 1e10, 30e3, 50, 256, 16),
    Run("the same, 100 topics", 1e10, 30e3, 100, 256, 16),
    Run("the same, 1,000 cores", 1e10, 30e3, 100, 1000, 16),
    Run("the same, --sync_every=4", 1e10, 30e3, 100, 1000, 16, 4),
    Run("the same, every core a shard of its own", 1e10, 30e3, 100, 1000, 1, 4),
]

INTRODUCTION = """\
# How much a server carries

Made by `bin/bench exchange` and `bin/bench simulation`; every number comes from [{results}]({results}), and `bin/bench report` makes this page again from it.

A *cell* is a (word, topic) pair with a count in a shard's contribution. What Redis spends is the processor time of the whole server process,
in the kernel too, divided by the cells of the contributions that were exchanged; everything is in it: reading and writing the totals,
looking ahead, conflicts, words, heartbeats. HINCRBY is the way of dist_lda (2011) on the same counts in the same run: a hash a word, a
field a topic, only what has changed since the last exchange, then HGETALL of every word, all of it pipelined; its cost is divided by the
same cells.

*Played* shards sample nothing. The corpus is trained for 20 sweeps, then the counts of {different} shards are kept after each of three more,
and as many clients as there are shards exchange them through the production code, each through its own connection, at the pace of shards
whose sweeps take what all their exchanges take one after the other. More than {different} play counts that others play too: a corpus
so many times as large, with the blocks of one so large, whose words and topics meet in the same cells.
"""

AGAIN = """\
## Measure again

    bin/bench exchange --corpus FILE.lda.gz --topics 100,1000 --shards 2,4,8,16,1000 --sweeps 40
    bin/bench simulation --corpus FILE.lda.gz --topics 100 --shards 2,16,64,256,1000,4000
    bin/bench --help

It starts its own Redis server, with nothing kept on disk, and stops it. What is in the file of results already, from the same build on the
same machine, is not run again.
"""


def write(results: Results, output: Path) -> None:
    parts = [INTRODUCTION.format(results=results.path.name, different=DIFFERENT)]
    for corpus in results.corpora():
        played, real, virtual = (results.latest(measure, corpus["digest"]) for measure in ("played", "real", "simulated"))
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
            parts += ["### Shards beside one process\n", _real(rows(real)), "", origin(real), ""]
    costs = fitted(results)
    if costs:
        parts.append(_model(costs))
    parts.append(AGAIN)
    (output / "capacity.md").write_text("\n".join(parts))


def fitted(results: Results) -> Costs | None:
    """From every round through the network of all corpora."""
    points = []
    for corpus in results.corpora():
        for line in results.latest("played", corpus["digest"]):
            if line["cell"]["way"] == "loopback":
                points.append(point(line["systems"]["dist-lda"], line["cell"]["shards"]))
    return fit(points)


def point(told: dict, shards: int) -> tuple[float, float, float]:
    """One shard's exchange: blocks with what was tried in vain, cells moved, seconds."""
    exchanges = shards * told["sweeps"]
    tried = told["blocks"] * (1 + told["conflicts"] / told["blocks_written"])
    return tried, 3 * told["total_cells"] + told["cells"] / exchanges, told["cpu"] / exchanges


def _per_cell(one: dict) -> dict:
    """Nanoseconds a cell of each way, for ratios."""
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
        "Nanoseconds of Redis for a cell of a contribution; *calls* are what a shard waits for in an exchange of all blocks, *conflicts*",
        "writes that came too late and were done again, *bytes* those on the wire for a cell. Memory is of the whole data set, by the cells of",
        "all contributions here and by those of the total there.",
        "",
        table(
            ["topics", "shards", "way", "blocks", "cells of a contribution", "cells of the total", "ns a cell", "HINCRBY, ns a cell",
             "times", "bytes a cell", "calls", "conflicts", "memory, bytes a cell", "HINCRBY, bytes a cell"], lines),
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
        "The growth with shards, through loopback: milliseconds of Redis for an exchange of one shard, what it moves, the seconds in which every",
        "shard exchanged once, how busy Redis was then, and its memory.",
        "",
        table(
            ["topics", "shards", "tokens", "blocks", "Redis, ms an exchange", "ns a cell", "MB an exchange", "conflicts",
             "seconds of a sweep", "Redis busy", "memory, MiB"], lines),
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
        "Shards of one core each, through Redis on the same machine, whose cores they share with it, `--sync_every=1`; and one process with as",
        "many cores as there are, at most as many as shards. Million tokens a second of all of them in the later half of the sweeps, and the",
        "perplexity of the models on documents held out.",
        "",
        table(
            ["topics", "shards", "cores alone", "sweeps", "shards, M tokens/s", "alone, M tokens/s", "ratio", "perplexity, shards", "alone",
             "difference", "Redis, ms an exchange"], [line(cell, rounds) for cell, rounds in found]),
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
        "## How many cores a server carries\n",
        "With these constants, fitted to all lines above that went through loopback (none is off by more than "
        f"{costs.error:.0%}), an exchange of one shard costs Redis\n",
        f"    seconds = {costs.block * 1e6:.1f} us x blocks x (1 + conflicts)  +  {costs.cell * 1e9:.2f} ns x (3 T + O)\n",
        "T is the number of cells of the total, at most V x K and at most the tokens; O that of a shard's own contribution, at most T and at most",
        "its tokens. The tables above have both for real text: far less than V x K. An exchange is a shard's, however many cores it has, so give a",
        "shard all cores of its host. A sweep takes (tokens a core) / (tokens a second of a core), and every `--sync_every` sweeps each shard",
        "exchanges once:\n",
        "    servers = shards x seconds of an exchange / (half x sync_every x seconds of a sweep)\n",
        f"where *half* is how busy a server is to be. N servers (`--redis=a:6379,b:6379,...`) share the blocks and so the work evenly: they carry N",
        f"times as many. Nothing breaks past that: shards exchange less often than they are asked to, and sample on what they know. Worked out, with "
        f"{RATE / 1e6:.0f} million tokens a second",
        f"a core and {CELL_BYTES} bytes a cell on the wire; T is 4 or 10 topics a word in text, V x K for genes:\n",
        table(
            ["run", "tokens", "words", "topics", "cores", "shards", "sync_every", "T, million", "seconds a sweep", "Redis, ms an exchange",
             "servers", "cores a server", "MB/s in all", "memory, GiB"], [line(run) for run in EXAMPLES]),
        "",
        "Below 1 in *servers* one does it; where *MB/s* exceeds what a server's network carries, that is the limit. What relieves a server most: a",
        "shard with more cores, then a larger `--sync_every`, then more servers.\n",
    ])
