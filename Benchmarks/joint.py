"""How probable a whole model is: log P(words, topics) of collapsed LDA per token, from a dump that holds its documents.

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
    # Two documents of one name may have become one key, of which JSON keeps the last.
    if {topic: sum(held.values()) for topic, held in documents.items() if held} != {topic: n for topic, n in in_topic.items() if n}:
        raise Failure(DATA, "the documents of the model do not hold the tokens of its words: --publish-documents and names that differ "
                      "are needed.")
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
    """Of Dirichlet-multinomial draws of so many kinds, whose counts are in `cells` and their totals in `sums`."""
    cell, whole = _rising(prior), _rising(prior * kinds)
    return sum(cell(n) for held in cells.values() for n in held.values()) - sum(map(whole, sums))


def _rising(start: float) -> Callable[[int], float]:
    """G(start + n) - G(start), each n worked out once."""
    return cache(lambda n: lgamma(start + n) - lgamma(start))
