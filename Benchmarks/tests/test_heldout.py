"""Tests heldout.py with numbers computed by hand. Skipped without numpy; run it in the folder Benchmarks.

  python3 -m unittest
"""

import math
import unittest

try:
    import numpy
except ImportError:
    numpy = None
else:
    from heldout import Model, evaluate, halves, theta

# beta = 1 and V = 2. Topic 0 contains the word a three times: phi = (4/5, 1/5). Topic 1 contains b once: phi = (1/3,
# 2/3).
DUMP = {"topics": 2, "beta": 1, "w": {"0": {"a": 3}, "1": {"b": 1}}}


@unittest.skipIf(numpy is None, "numpy is not installed")
class HeldOut(unittest.TestCase):
    def test_phi_has_the_prior_of_every_word_of_the_model_also_of_those_not_asked_for(self) -> None:
        model = Model.of(DUMP, {"a", "unseen"})
        self.assertEqual(model.rows, {"a": 0})
        numpy.testing.assert_allclose(model.phi, [[4 / 5, 1 / 3]], rtol=1e-6)

    def test_one_step_towards_the_topics_of_a_document(self) -> None:
        # From (1/2, 1/2) with the word a twice: theta . phi = 17/30, so 1 + 2 (2/5) / (17/30) and 1 + 2 (1/6) /
        # (17/30).
        found = theta(numpy.array([[4 / 5, 1 / 3]]), numpy.array([2.0]), 1.0, 1)
        numpy.testing.assert_allclose(found, [41 / 68, 27 / 68], rtol=1e-6)

    def test_the_perplexity_of_a_word_is_one_over_its_chance(self) -> None:
        # One a is observed and one a is scored, with alpha = 1 for each topic: theta = (29/51, 22/51) after one step,
        # and p = 29/51 4/5 + 22/51 1/3 = 458/765.
        said = evaluate(Model.of(DUMP, {"a"}), [["a", "a"]], alpha_sum=2.0, steps=1)
        self.assertAlmostEqual(said["perplexity"], 765 / 458, places=5)
        self.assertEqual((said["scored"], said["unseen"]), (1, 0))

    def test_unseen_words_are_counted_and_neither_observed_nor_scored(self) -> None:
        model = Model.of(DUMP, {"a"})
        with_unseen = evaluate(model, [["a", "new", "a", "newer"]], 2.0, 1)
        self.assertEqual(with_unseen["unseen"], 2)
        self.assertEqual(with_unseen["perplexity"], evaluate(model, [["a", "a"]], 2.0, 1)["perplexity"])

    def test_one_topic_needs_no_document(self) -> None:
        # p(a) = (3 + 1) / (4 + 2) and p(b) = 2/6, whatever is observed: three times a and once b are scored.
        model = Model.of({"topics": 1, "beta": 1, "w": {"0": {"a": 3, "b": 1}}}, {"a", "b"})
        documents = [["a"] * 6, ["b"] * 2]
        expected = math.exp(-(3 * math.log(4 / 6) + math.log(2 / 6)) / 4)
        self.assertAlmostEqual(evaluate(model, documents)["perplexity"], expected, places=5)

    def test_halves_depend_on_the_document_and_not_on_the_order_of_its_words(self) -> None:
        tokens = [f"w{i}" for i in range(21)]
        observed, scored = halves(tokens, 7)
        self.assertEqual((observed, scored), halves(tokens[::-1], 7))
        self.assertEqual((len(observed), len(scored)), (10, 11))
        self.assertEqual(sorted(observed + scored), sorted(tokens))
        self.assertNotEqual((observed, scored), halves(tokens, 8))


if __name__ == "__main__":
    unittest.main()
