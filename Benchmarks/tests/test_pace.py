"""Tests of pace and its page. They use only the standard library, and start only small programs, which end at once or are ended."""

import random
import sys
import tempfile
import unittest
from collections import Counter
from math import log
from pathlib import Path

from failure import Failure
from measures import pace
from measures.joint import joint
from options import MEASURES, ONE_PROCESS, PACE, SCENARIO_NAMES, parse
from pages import pace as pace_page
from results.results import Results
from systems.processes import Outcome, Program, run


class Commands(unittest.TestCase):
    def test_it_is_measured_if_it_is_named(self) -> None:
        self.assertEqual(parse(["pace"]).measures, ["pace"])
        self.assertEqual(parse([]).measures, list(MEASURES))

    def test_defaults_are_its_own_and_what_is_given_holds_for_all(self) -> None:
        options = parse(["pace", "quality"])
        self.assertEqual((options.topics, options.sweeps), ([100, 1000, 10000], 100))
        self.assertEqual((options.of(PACE).topics, options.of(PACE).sweeps), ([50], 300))
        options = parse(["pace", "--topics=100,1000,10000", "--sweeps", "100"]).of(PACE)
        self.assertEqual((options.topics, options.sweeps), ([100, 1000, 10000], 100))

    def test_scenarios_in_their_order_in_both_spellings(self) -> None:
        self.assertEqual(parse(["pace", "--scenarios=slow,one-core,four"]).scenarios, ["four", "one core", "slow"])
        self.assertEqual(parse(["pace", "--scenarios", "one core"]).scenarios, ["one core"])
        self.assertEqual(parse(["pace"]).scenarios, list(pace.SCENARIOS))
        self.assertEqual(list(pace.SCENARIOS), list(SCENARIO_NAMES))
        with self.assertRaisesRegex(Failure, "--scenarios has fast, but needs some of four, one-core, slow"):
            parse(["pace", "--scenarios=four,fast"])

    def test_extra_flags_are_part_of_the_cell_but_for_the_one_process(self) -> None:
        options = parse(["pace", "--extra", "--staleness=0  --blocks=16"]).of(PACE)
        self.assertEqual(pace.cell(options, 50, "four"), {
            "topics": 50, "sweeps": 300, "scenario": "four", "extra": "--staleness=0 --blocks=16"})
        self.assertEqual(pace.cell(options, 50, ONE_PROCESS)["extra"], "")
        with self.assertRaisesRegex(Failure, "quotation mark"):
            parse(["pace", "--extra='"])

    def test_the_one_process_is_first_and_last_in_turn(self) -> None:
        self.assertEqual(pace.order(["four", "slow"], 1), [ONE_PROCESS, "four", "slow"])
        self.assertEqual(pace.order(["four", "slow"], 2), ["slow", "four", ONE_PROCESS])


class Likelihood(unittest.TestCase):
    DUMP = {
        "topics": 3, "alpha": 0.7, "beta": 0.2, "w": {"0": {"a": 2, "b": 1}, "1": {"b": 3, "c": 1}, "2": {}},
        "d": {"0": {"one": 3}, "1": {"one": 1, "two": 3}}}

    def test_it_is_the_product_of_what_each_token_is_given_those_before_it(self) -> None:
        # (document, topic, word), in any order
        tokens = [("one", 0, "a"), ("one", 0, "a"), ("one", 0, "b"), ("one", 1, "b"), ("two", 1, "b"), ("two", 1, "b"), ("two", 1, "c")]
        random.Random(1).shuffle(tokens)
        seen: Counter[tuple] = Counter()
        expected = 0.0
        for document, topic, word in tokens:
            expected += log((seen[document, topic] + 0.7) / (seen[document] + 3 * 0.7))
            expected += log((seen[topic, word] + 0.2) / (seen["topic", topic] + 3 * 0.2))
            seen.update([document, (document, topic), (topic, word), ("topic", topic)])
        found = joint(self.DUMP)
        self.assertAlmostEqual(found.log_likelihood, expected, places=10)
        self.assertEqual((found.tokens, found.documents), (7, 2))
        self.assertAlmostEqual(found.per_token, expected / 7, places=10)

    def test_documents_that_hold_other_tokens_than_the_words_are_refused(self) -> None:
        for documents in ({}, {"0": {"one": 3}, "1": {"two": 3}}, {"0": {"one": 2}, "1": {"one": 1, "two": 4}}):
            with self.subTest(documents), self.assertRaisesRegex(Failure, "do not hold the tokens"):
                joint(self.DUMP | {"d": documents})


class Processes(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def program(self, code: str, name: str = "log", **more: float) -> Program:
        return Program([sys.executable, "-I", "-S", "-c", code], self.folder / name, **more)

    def test_all_end_and_the_late_one_is_waited_for(self) -> None:
        outcome = run([self.program("print('a')", "a"), self.program("print('b')", "b", delay=0.3)], 60)
        self.assertEqual((outcome.codes, outcome.failed), ([0, 0], None))
        self.assertGreater(outcome.seconds, 0.3)

    def test_the_first_that_fails_ends_the_others_the_stopped_one_too(self) -> None:
        forever = "while True: pass"
        outcome = run([
            self.program(forever, "a", share=0.1), self.program("import time; time.sleep(0.5); raise SystemExit(3)", "b"),
            self.program(forever, "c", delay=50)], 60)
        self.assertEqual((outcome.codes, outcome.failed), ([-15, 3, None], "program 1 ended with 3"))
        self.assertLess(outcome.cpu[0], 0.5 * outcome.seconds)

    def test_the_limit_ends_all(self) -> None:
        outcome = run([self.program("import time; time.sleep(50)")], 0.2)
        self.assertEqual((outcome.codes, outcome.failed), ([-15], "not done after 0 s"))

    def test_last_words_have_no_folders(self) -> None:
        program = self.program("")
        self.assertEqual(program.last_words(), "nothing")
        program.log.write_text("first\nno file=/tmp/some where /tmp/a/b.gz at 127.0.0.1:6379 unix:/x and/or\n \n")
        self.assertEqual(program.last_words(), "no file=some where b.gz at 127.0.0.1:6379 unix:/x and/or")

    def test_a_tool_that_does_not_tell_its_longest_wait_gives_a_bound(self) -> None:
        self.assertEqual(pace.wait({"seconds": {"exchange": 2.5}}), (2.5, True))
        self.assertEqual(pace.wait({"seconds": {"exchange": 2.5}, "exchange_longest_wait_seconds": 0.0}), (0.0, False))

    def test_a_failed_run_is_kept_with_what_each_said_last(self) -> None:
        program = self.program("")
        program.log.write_text("no\n")
        self.assertEqual(pace.failure(Outcome(1.23456, [70], [0.1], "program 0 ended with 70"), [program]), {
            "failed": "program 0 ended with 70", "wall": 1.235, "codes": [70], "last_words": ["no"]})


class Page(unittest.TestCase):
    def line(self, scenario: str, round: int, extra: str = "", **numbers: object) -> dict:
        corpus = {"name": "c", "digest": "d", "documents": 1, "tokens": 2, "words": 3, "bytes": 4}
        return {
            "measure": "pace", "corpus": corpus, "cell": {"topics": 50, "sweeps": 300, "scenario": scenario, "extra": extra},
            "round": round, "systems": {"dist-lda": numbers},
            "conditions": {"machine": "a machine", "versions": {"dist-lda": "build 1", "Redis": "7"}},
            "time": "2026-01-01T00:00:00", "command": "bin/bench pace"}

    def numbers(self, **more: object) -> dict:
        return {
            "wall": 10.0, "codes": [0], "cpu": [5.0], "longest_wait": [0.5], "wait_is_bound": False, "extra_sweeps": [0],
            "perplexity": 1000.0, "ll_per_token": -8.0} | more

    def test_scenarios_in_their_order_each_beside_the_one_process_of_its_round(self) -> None:
        shards = {"cpu": [4.0, 2.0], "codes": [0, 0], "longest_wait": [0.25, 0.5], "extra_sweeps": [3, 4], "redis_cpu": 1.5}
        lines = [
            self.line("slow", 1, "--staleness=0", **self.numbers(**shards | {"wait_is_bound": True})),
            self.line("four", 1, **self.numbers(**shards)),
            self.line(ONE_PROCESS, 1, **self.numbers(codes=[0])),
            self.line(ONE_PROCESS, 2, **self.numbers(cpu=[6.0], perplexity=1010.0)),
            self.line("four", 2, **self.numbers(**shards | {"perplexity": 1020.1, "ll_per_token": -8.08, "longest_wait": [1.5, 0]})),
            self.line("late", 1, failed="not done after 600 s", wall=600.0, codes=[-15], last_words=["nothing"])]
        with tempfile.TemporaryDirectory() as folder:
            results = Results.at(Path(folder) / "pace.jsonl")
            for line in lines:
                results.append(line)
            pace_page.write(results, Path(folder))
            page = (Path(folder) / "pace.md").read_text()
        rows = [line for line in page.splitlines() if line.startswith("| 50 |")]
        self.assertEqual(rows, [
            "| 50 | 300 | one process |  | 2 | 0 | - | 10.0 | - | - | 1005.0 | - | -8.0000 | - | - |",
            "| 50 | 300 | four |  | 2 | 0 | 1.000 (1.500) | 10.0 | **1.10** (1.00 to 1.20) | 1.5 | 1010.0 | +0.50% (+1.00%) | -8.0400 | "
            "-0.50% (-1.00%) | 7 |",
            "| 50 | 300 | slow | `--staleness=0` | 1 | 0 | ≤ 0.500 | 10.0 | **1.20** | 1.5 | 1000.0 | +0.00% | -8.0000 | +0.00% | 7 |",
            "| 50 | 300 | late |  | 1 | 1 | - | - | - | - | - | - | - | - | - |"])
        for said in ("stopped for 90 ms and runs for 10 ms", "starts 20 s after", "more than 600 s", "a machine", "`bin/bench pace`"):
            self.assertIn(said, page)


if __name__ == "__main__":
    unittest.main()
