"""The section of docs/capacity.md on simulated shards, and the comparison of the simulation with played shards."""

from statistics import median

from results.tables import Rows, number, table

EXPLANATION = """\
Shards on a virtual clock (`Benchmarks/Exchange/Simulation`). The decisions and the exchange of each shard are the production code, with the
counts of played shards; the network and the servers are modelled. A server processes one call after another. It takes the time for each
block, and for each byte of its values, that was measured on the Redis server of the same run. Round trips vary by 20%. Shards are up to 10%
faster or slower than the given sweep, start within one second, and do 12 sweeps (6 from 1,000 shards on) with `--staleness=4` and the
adaptive `--sync-every`. The number of servers is chosen so that they are busy for about half of the time. Cells that need more than 16
servers are left out. A cell with fewer servers shows what happens when they are overloaded. Each row is of the last run of its cell,
because thousands of shards take an hour.

*Conflicts*: the share of all writes after the first exchange that were refused. *Most in a row*: the most times that one block of one shard
was refused before its write was stored. *First exchange*: the seconds until a shard may sample. *An exchange*: the seconds from the
submission of a batch of blocks, which is exchanged in the background of the sampling, to its end. *Age*: the age of the counts of the other
shards, in sweeps, when a block is sampled. *Apart*: the largest number of sweeps between the fastest and the slowest shard. *Held*: the
share of their time for which shards waited for slower ones. *Extra*: the extra sweeps done during these waits, per sweep. *Actual sweep*:
the seconds per sweep including all waiting. Where there are three numbers, they are the median, the 99th percentile and the maximum."""


def section(found: Rows) -> str:
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        each = [one["simulated"] for one in rounds]

        def middle(name: str) -> float:
            return median(one[name] for one in each)

        def three(name: str, digits: int) -> str:
            return " / ".join(f"{median(one[name][what] for one in each):.{digits}f}" for what in ("median", "p99", "longest"))

        return [
            number(cell["topics"]), number(cell["shards"]), str(cell["servers"]), f"{cell['round_trip'] * 1e3:g}",
            f"{cell['sweep_seconds']:g}",
            number(middle("tokens")), number(middle("blocks")), f"{middle('conflicts'):.1%}", number(middle("most_refusals")),
            three("first", 2), three("exchange", 3), three("age", 2), number(middle("apart")), f"{middle('held'):.0%}",
            f"{middle('extra_sweeps'):.2f}", f"{middle('seconds'):.2f}",
            f"{middle('busy'):.0%}", f"{middle('seconds_per_cell') * 1e9:.1f}"]

    return "\n".join([
        EXPLANATION, "",
        table(
            ["topics", "shards", "servers", "round trip, ms", "sweep, s", "tokens", "blocks", "conflicts", "most in a row",
             "first exchange, s", "an exchange, s", "age, sweeps", "apart", "held", "extra", "actual sweep, s", "Redis busy",
             "ns per cell"],
            [line(cell, rounds) for cell, rounds in found]),
    ])


def comparison(found: Rows) -> str | None:
    """Returns a table that compares played shards with the same shards on the virtual clock; None if there are none."""
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        played, simulated = ([one[name] for one in rounds] for name in ("dist-lda", "simulated"))
        return [
            number(cell["topics"]), number(cell["shards"]),
            f"{median(one['conflicts'] / (one['blocks_written'] + one['conflicts']) for one in played):.1%}",
            f"{median(one['conflicts'] for one in simulated):.1%}",
            f"{median(one['cpu'] / one['cells'] for one in played) * 1e9:.1f}",
            f"{median(one['seconds_per_cell'] for one in simulated) * 1e9:.1f}",
            f"{median(one['cpu'] / one['seconds'] for one in played):.0%}", f"{median(one['busy'] for one in simulated):.0%}"]

    lines = [line(cell, rounds) for cell, rounds in found if all("simulated" in one for one in rounds)]
    if not lines:
        return None
    return "\n".join([
        "The simulation (see *Simulated shards*) compared with the same played shards, through loopback:", "",
        table(
            ["topics", "shards", "conflicts, played", "simulated", "ns per cell, played", "simulated", "Redis busy, played",
             "simulated"], lines),
    ])
