"""The section of docs/capacity.md on simulated shards, and the comparison of the simulation with played shards."""

from statistics import median

from tables import Rows, number, table

EXPLANATION = """\
Shards on a virtual clock: `Benchmarks/Exchange/Simulation`. The decisions and the exchange of each shard are the production code, with the
counts of played shards; the network and the servers are modelled. A server serves one call after another, and takes for each block, and for
each byte of its values, what the Redis server of the same run was measured to take. A round trip varies by a fifth, shards are up to 10%
faster or slower than the sweep that is given, start within a second, and do 12 sweeps with `--staleness=4` and the adaptive `--sync-every`.
There are as many servers as are about half busy. Left out are cells that need more than 16 servers, and those in which the shards ask so
often how far the others are, by answers with a line for each shard, that this takes most of a server.

*Conflicts* are the writes that were refused, of all after the first exchange; *most in a row* are the refusals of one block of one shard
before its write was stored, at most. *First exchange*: seconds until a shard may sample. *An exchange*: seconds from the submission of a batch of
blocks, which runs in the background of the sampling, to its end. *Age*: how old the counts of the others are, in sweeps, when a block is
sampled. *Apart*: sweeps between the fastest and the slowest shard, at most. *Held*: the share of their time for which shards waited for
slower ones; *extra*: the extra sweeps that they did meanwhile, for each sweep. *Sweep as it was*: seconds, with all waiting. Three numbers are the median, the 99th percentile and the most."""


def section(found: Rows) -> str:
    def line(cell: dict, rounds: list[dict]) -> list[str]:
        each = [one["simulated"] for one in rounds]

        def middle(name: str) -> float:
            return median(one[name] for one in each)

        def three(name: str, digits: int) -> str:
            return " / ".join(f"{median(one[name][what] for one in each):.{digits}f}" for what in ("median", "p99", "longest"))

        return [
            number(cell["topics"]), number(cell["shards"]), str(cell["servers"]), f"{cell['round_trip'] * 1e3:g}", f"{cell['sweep_seconds']:g}",
            number(middle("tokens")), number(middle("blocks")), f"{middle('conflicts'):.1%}", number(middle("most_refusals")),
            three("first", 2), three("exchange", 3), three("age", 2), number(middle("apart")), f"{middle('held'):.0%}", f"{middle('extra_sweeps'):.2f}", f"{middle('seconds'):.2f}",
            f"{middle('busy'):.0%}", f"{middle('seconds_per_cell') * 1e9:.1f}"]

    return "\n".join([
        EXPLANATION, "",
        table(
            ["topics", "shards", "servers", "round trip, ms", "sweep, s", "tokens", "blocks", "conflicts", "most in a row", "first exchange, s",
             "an exchange, s", "age, sweeps", "apart", "held", "extra", "sweep as it was, s", "Redis busy", "ns a cell"],
            [line(cell, rounds) for cell, rounds in found]),
    ])


def comparison(found: Rows) -> str | None:
    """Played shards beside the same on the virtual clock; None if there are none."""
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
        "The simulation (see *Simulated shards*) beside the same played shards, through loopback:", "",
        table(
            ["topics", "shards", "conflicts, played", "simulated", "ns a cell, played", "simulated", "Redis busy, played", "simulated"], lines),
    ])
