"""Computes the likelihood of a whole model: log P(words, topics) of collapsed LDA per token, from a dump that has its documents.

With n_wk tokens of word w in topic k, n_dk of document d, K topics, V words, and alpha and beta for each topic and word:

    sum_k [G(V beta) - G(n_k + V beta) + sum_w (G(n_wk + beta) - G(beta))]
    + sum_d [G(K alpha) - G(n_d + K alpha) + sum_k (G(n_dk + alpha) - G(alpha))],   G = log of the gamma function

V is the number of words in the dump.
"""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import lgamma
from pathlib import Path

from failure import DATA, Failure


@dataclass(frozen=True)
class Joint:
    log_likelihood: float
    tokens: int
    documents: int

    @property
    def per_token(self) -> float:
        return self.log_likelihood / self.tokens


def read(model: Path) -> Joint:
    with gzip.open(model, "rt", encoding="utf-8") as stream:
        return joint(json.load(stream))


def joint(dump: dict) -> Joint:
    words, documents = dump["w"], dump.get("d", {})
    in_topic = {topic: sum(held.values()) for topic, held in words.items()}
    # Two documents with the same name may have become the same key, of which JSON keeps the last value.
    if {topic: sum(held.values()) for topic, held in documents.items() if held} != {topic: n for topic, n in in_topic.items() if n}:
        raise Failure(DATA, "the documents of the model do not hold the tokens of its words: the shards need --publish-documents, "
                      "and the documents different names.")
    vocabulary = len({word for held in words.values() for word in held})
    lengths: Counter[str] = Counter()
    for held in documents.values():
        lengths.update(held)
    total = sum(in_topic.values())
    if total == 0:
        raise Failure(DATA, "the model holds no tokens.")
    alpha, beta = float(dump["alpha"]), float(dump["beta"])
    likelihood = _part(words, in_topic.values(), beta, vocabulary) + _part(documents, lengths.values(), alpha, int(dump["topics"]))
    return Joint(likelihood, total, len(lengths))


def _part(cells: dict[str, dict[str, int]], sums: Iterable[int], prior: float, kinds: int) -> float:
    """Returns the log-likelihood of Dirichlet-multinomial draws of `kinds` kinds, with counts `cells` and totals `sums`."""
    cell, whole = _rising(prior), _rising(prior * kinds)
    return sum(cell(n) for held in cells.values() for n in held.values()) - sum(map(whole, sums))


def _rising(start: float) -> Callable[[int], float]:
    """Returns the function G(start + n) - G(start) of n, which computes each value once."""
    return cache(lambda n: lgamma(start + n) - lgamma(start))
