"""Tests of medians of ratios, crossings, and the selection of rounds for a table. Needs only the standard library."""

import json
import tempfile
import unittest
from pathlib import Path

from measures.quality import marks
from results.ratios import crossing, median_ratio
from results.results import Results
from results.tables import rows


class Ratios(unittest.TestCase):
    def test_the_ratio_is_taken_within_a_round_and_not_between_medians(self) -> None:
        # The medians are 4 and 4; the machine was slow in the first round.
        self.assertEqual(median_ratio([2, 4, 9], [1, 4, 4]), (2, 1, 2.25))

    def test_rounds_without_a_neighbour_are_refused(self) -> None:
        with self.assertRaises(ValueError):
            median_ratio([1, 2], [1])


class Crossings(unittest.TestCase):
    CURVE = [(1.0, 1000.0), (3.0, 800.0), (7.0, 700.0)]

    def test_on_a_straight_line_between_two_points(self) -> None:
        self.assertEqual(crossing(self.CURVE, 900), 2.0)
        self.assertEqual(crossing(self.CURVE, 725), 6.0)

    def test_at_a_point(self) -> None:
        self.assertEqual(crossing(self.CURVE, 800), 3.0)

    def test_before_the_first_point_nothing_is_assumed(self) -> None:
        self.assertEqual(crossing(self.CURVE, 2000), 1.0)

    def test_a_level_that_is_not_reached(self) -> None:
        self.assertIsNone(crossing(self.CURVE, 699))


class Marks(unittest.TestCase):
    def test_the_last_sweep_is_always_a_mark_and_none_is_twice(self) -> None:
        self.assertEqual(marks(100), [1, 2, 5, 10, 20, 30, 50, 70, 100])
        self.assertEqual(marks(12), [1, 2, 5, 10, 12])
        self.assertEqual(marks(300)[-3:], [100, 200, 300])
        self.assertEqual(marks(1), [1])


class Rounds(unittest.TestCase):
    def line(self, cell: int, round: int, build: str, value: int) -> dict:
        return {
            "measure": "throughput", "corpus": {"digest": "d"}, "cell": {"topics": cell}, "round": round,
            "systems": {"dist-lda": value}, "conditions": {"versions": build},
        }

    def test_a_table_holds_rounds_of_the_last_build_only(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "docs" / "results.jsonl"
            results = Results.at(path)
            for line in (self.line(10, 1, "old", 1), self.line(10, 2, "new", 2), self.line(20, 1, "new", 3), self.line(10, 1, "new", 4)):
                results.append(line)
            read = Results.at(path)
        self.assertEqual(
            rows(read.latest("throughput", "d")),
            [({"topics": 10}, [{"dist-lda": 4}, {"dist-lda": 2}]), ({"topics": 20}, [{"dist-lda": 3}])])
        self.assertTrue(read.has("throughput", "d", {"topics": 10}, 1, {"versions": "old"}))
        self.assertFalse(read.has("throughput", "d", {"topics": 20}, 1, {"versions": "old"}))
        self.assertFalse(read.has("throughput", "d", {"topics": 20}, 2, {"versions": "new"}))

    def test_cells_can_be_of_different_builds_but_each_is_of_its_last(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            results = Results.at(Path(folder) / "results.jsonl")
            for line in (self.line(10, 1, "old", 1), self.line(20, 1, "old", 2), self.line(10, 1, "new", 3), self.line(10, 2, "new", 4)):
                results.append(line)
            self.assertEqual(
                rows(results.latest_of_cells("throughput", "d")),
                [({"topics": 10}, [{"dist-lda": 3}, {"dist-lda": 4}]), ({"topics": 20}, [{"dist-lda": 2}])])

    def test_a_line_that_was_cut_short_is_named(self) -> None:
        from failure import Failure

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.jsonl"
            path.write_text(json.dumps(self.line(10, 1, "new", 1)) + '\n{"measure": "thr')
            with self.assertRaisesRegex(Failure, "results.jsonl:2"):
                Results.at(path)


if __name__ == "__main__":
    unittest.main()
