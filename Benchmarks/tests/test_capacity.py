"""Tests of the model of docs/capacity.md, of the page, and of exchange.py. They use only the standard library and start no programs."""

import json
import tempfile
import unittest
from pathlib import Path

from measures import exchange
from pages import capacity
from pages.capacity import Costs, Run, fit
from results.results import Results
from systems.redis_server import parse_information

CONDITIONS = {"machine": "a machine", "versions": {"dist-lda": "build 1", "Redis": "7"}}


class Model(unittest.TestCase):
    def test_the_costs_that_made_the_points_are_found(self) -> None:
        points = [(blocks, cells, 20e-6 * blocks + 2e-9 * cells) for blocks, cells in ((16, 1e5), (80, 5e6), (2000, 1e6))]
        costs = fit(points)
        self.assertAlmostEqual(costs.block, 20e-6, places=12)
        self.assertAlmostEqual(costs.cell, 2e-9, places=15)
        self.assertAlmostEqual(costs.error, 0, places=9)

    def test_points_that_are_all_alike_give_no_costs(self) -> None:
        self.assertIsNone(fit([]))
        self.assertIsNone(fit([(10, 1e6, 1.0), (20, 2e6, 2.1)]))

    def test_the_error_is_the_greatest_of_the_relative_ones(self) -> None:
        costs = fit([(10, 1e6, 1.0), (20, 1e6, 1.5), (10, 3e6, 3.0)])
        errors = [abs(costs.block * a + costs.cell * b - c) / c for a, b, c in ((10, 1e6, 1.0), (20, 1e6, 1.5), (10, 3e6, 3.0))]
        self.assertAlmostEqual(costs.error, max(errors))

    def test_an_exchange_reads_the_total_twice_and_writes_it_once(self) -> None:
        self.assertAlmostEqual(Costs(1, 0.1, 0).exchange(5, 100, 20), 5 + 0.1 * 320)

    def test_there_are_never_more_cells_than_tokens_or_than_words_have_topics(self) -> None:
        self.assertEqual(Run("", 1e3, 50, 10, 4, 2).total_cells, 500)
        self.assertEqual(Run("", 300, 50, 10, 4, 2).total_cells, 300)
        self.assertEqual(Run("", 1e3, 50, 10, 4, 2).own_cells, 500)
        self.assertEqual(Run("", 300, 50, 10, 4, 2).own_cells, 150)
        self.assertEqual(Run("", 1e3, 50, 10, 4, 2, total=100).total_cells, 100)

    def test_servers_worked_out_by_hand(self) -> None:
        # 2 shards of 2 cores; 16 blocks of 1 s, 3 x 500 + 500 cells of 1 ms: 18 s an exchange. A sweep takes 1e3 / 4 / 10 = 25 s,
        # and each shard exchanges every second sweep: 36 s of work in 50 s, of which a server is to be busy for 25 s.
        run = Run("", 1e3, 50, 10, 4, 2, sync_every=2, rate=10)
        self.assertAlmostEqual(run.servers(Costs(1, 1e-3, 0)), 36 / 25)

    def test_twice_the_interval_halves_the_servers(self) -> None:
        costs = Costs(20e-6, 2e-9, 0)
        once, twice = (Run("", 1e9, 1e5, 100, 64, 8, sync_every).servers(costs) for sync_every in (1, 2))
        self.assertAlmostEqual(once, 2 * twice)


class Cells(unittest.TestCase):
    def test_what_is_simulated_needs_few_servers(self) -> None:
        cells = [cell for shards in (2, 16, 64, 256, 1000, 4000) for cell in exchange.simulated_cells(100, shards, 13_885_761)]
        self.assertEqual([sum(cell["shards"] == shards for cell in cells) for shards in (2, 16, 64, 256, 1000, 4000)], [4, 4, 4, 3, 3, 1])
        self.assertEqual(max(cell["servers"] for cell in cells), 11)


class Reading(unittest.TestCase):
    def test_information_is_a_name_and_a_value_a_line(self) -> None:
        told = parse_information(b"# CPU\r\nused_cpu_sys:1.5\r\nrun_id:a:b\r\n\r\n")
        self.assertEqual(told, {"used_cpu_sys": "1.5", "run_id": "a:b"})

    def test_the_slowest_shard_sets_the_speed_of_all(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            folders = [Path(folder) / name for name in "ab"]
            for each, tokens, seconds in zip(folders, (100, 300), (1.0, 2.0)):
                each.mkdir()
                (each / "run.json").write_text(json.dumps({"tokens": tokens}))
                # The first half is slower and is not counted.
                elapsed = [10 * seconds, 20 * seconds, *(20 * seconds + seconds * i for i in (1, 2))]
                (each / "metrics.jsonl").write_text("".join(json.dumps({"elapsed": at}) + "\n" for at in elapsed))
            self.assertEqual(exchange.speed(folders), {"tokens_per_second": 200.0, "seconds_per_sweep": 2.0, "tokens": 400})


class Page(unittest.TestCase):
    def line(self, measure: str, cell: dict, systems: dict) -> dict:
        corpus = {"name": "c", "digest": "d", "documents": 1, "tokens": 2, "words": 3, "bytes": 4}
        return {
            "measure": measure, "corpus": corpus, "cell": cell, "round": 1, "systems": systems, "conditions": CONDITIONS,
            "time": "2026-01-01T00:00:00", "command": "bin/bench exchange"}

    def played(self, shards: int, way: str) -> dict:
        ledger = {
            "cpu": 0.02 * shards, "cells": 1_000_000 * shards, "bytes_received": 6e6 * shards, "bytes_sent": 4e6 * shards,
            "calls": 10 * shards,
            "blocks_written": 40 * shards, "conflicts": 2 * shards, "sweeps": 1, "seconds": 1.0, "pace": 1.0, "memory": 5e6 * shards,
            "cells_held": 1_000_000 * shards, "total_cells": 1_100_000 if shards == 2 else 1_500_000, "blocks": 40, "words": 3, "tokens": 9}
        systems = {"dist-lda": ledger}
        if way == "loopback":
            systems["simulated"] = {"conflicts": 0.04, "seconds_per_cell": 21e-9, "busy": 0.25}
        if shards <= exchange.DIFFERENT:
            systems["HINCRBY"] = {"cpu": 1.0 * shards, "cells": 1_000_000 * shards, "memory": 11e6, "total_cells": 1_100_000}
        return self.line("played", {"topics": 100, "shards": shards, "way": way}, systems)

    def simulated(self) -> dict:
        spread = {"median": 0.5, "p99": 1.25, "longest": 2.0}
        told = {
            "tokens": 5_000, "blocks": 16, "conflicts": 0.012, "most_refusals": 3, "first": spread, "exchange": spread, "age": spread,
            "apart": 4, "held": 0.1, "extra_sweeps": 0.25, "seconds": 1.5, "busy": 0.5, "seconds_per_cell": 30e-9}
        return self.line(
            "simulated", {"topics": 100, "shards": 4000, "servers": 3, "round_trip": 0.0001, "sweep_seconds": 0.05}, {"simulated": told})

    def test_a_page_of_all_there_is(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            results = Results.at(Path(folder) / "capacity.jsonl")
            for shards, way in ((2, "unix socket"), (2, "loopback"), (16, "loopback"), (1000, "loopback")):
                results.append(self.played(shards, way))
            results.append(self.simulated())
            real = {"tokens_per_second": 9e6, "perplexity": 101.0, "redis_cpu": 1.0, "exchanges": 100}
            alone = {"tokens_per_second": 10e6, "perplexity": 100.0, "cores": 2}
            results.append(self.line("real", {"topics": 100, "shards": 2, "sweeps": 5}, {"shards": real, "one process": alone}))
            capacity.write(results, Path(folder))
            page = (Path(folder) / "capacity.md").read_text()
        # 20 ns per cell compared with 1,000 ns; 10 bytes, 10 calls, 5 % conflicts, 5 and 10 bytes of memory
        self.assertIn("| 100 | 2 | loopback | 40 | 1,000,000 | 1,100,000 | 20.0 | 1000 | **50.0** | 10.0 | 10 | 5.0% | 5.0 | 10.0 |", page)
        self.assertIn("| 100 | 1,000 | 9 | 40 | 20.00 | 20.0 | 10.00 | 5.0% | 1.0 | 2000% | 4768.4 |", page)
        self.assertNotIn("| 100 | 1000 |", page)
        self.assertIn("| 100 | 2 | 2 | 5 | 9.0 | 10.0 | **0.90** | 101.0 | 100.0 | +1.00% | 10.00 |", page)
        # Played: 80 conflicts in 1,680 writes
        self.assertIn("| 100 | 16 | 4.8% | 4.0% | 20.0 | 21.0 | 32% | 25% |", page)
        self.assertIn(
            "| 100 | 4,000 | 3 | 0.1 | 0.05 | 5,000 | 16 | 1.2% | 3 | 0.50 / 1.25 / 2.00 | 0.500 / 1.250 / 2.000 |"
            " 0.50 / 1.25 / 2.00 | 4 | 10% | 0.25 | 1.50 | 50% | 30.0 |", page)
        for run in capacity.EXAMPLES:
            self.assertIn(f"| {run.what} |", page)


if __name__ == "__main__":
    unittest.main()
