"""Held-out perplexity by document completion, the same for every system. Needs numpy.

  heldout.py MODEL.json.gz HELD_OUT.lda.gz      prints {"perplexity": ..., "scored": tokens, "unseen": tokens}

Half of a document's tokens, drawn with a fixed seed, determine its topics while the model is fixed; the other half is scored:
perplexity = exp(-mean log p(token)). With phi_kw = (n_kw + beta) / (n_k + beta V), the topics theta result from STEPS iterations of

    theta_k  proportional to  alpha_k + sum over observed w of theta_k phi_kw / (theta . phi_w),   alpha_k = ALPHA_SUM / K

starting with theta_k = 1/K (Wallach et al. 2009 call such estimates document completion). Tokens of words that are not in the model
are counted but not scored. The model is in dist_lda's format; V is its number of words.
"""

import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy

from systems.corpora import cells

STEPS = 50
ALPHA_SUM = 50.0


@dataclass
class Model:
    # The row of phi for each requested word.
    rows: dict[str, int]
    # Words x topics, float32.
    phi: numpy.ndarray

    @staticmethod
    def of(dump: dict, wanted: set[str]) -> "Model":
        topics, beta = int(dump["topics"]), float(dump["beta"])
        words = {word for held in dump["w"].values() for word in held}
        rows = {word: row for row, word in enumerate(sorted(words & wanted))}
        counts = numpy.zeros((len(rows), topics), numpy.float32)
        totals = numpy.full(topics, beta * len(words))
        for topic, held in dump["w"].items():
            totals[int(topic)] += sum(held.values())
            for word, count in held.items():
                if word in rows:
                    counts[rows[word], int(topic)] = count
        return Model(rows, (counts + numpy.float32(beta)) / totals.astype(numpy.float32))


def theta(phi: numpy.ndarray, times: numpy.ndarray, alpha: float, steps: int) -> numpy.ndarray:
    """Returns the topics of a document that contains the word of row i of phi times[i] times."""
    share = numpy.full(phi.shape[1], 1 / phi.shape[1], numpy.float32)
    for _ in range(steps):
        share = alpha + share * ((times / (phi @ share)) @ phi)
        share /= share.sum()
    return share


def halves(tokens: list[str], number: int) -> tuple[list[str], list[str]]:
    """Returns the observed and the scored tokens of document `number`."""
    shuffled = sorted(tokens)
    random.Random(number).shuffle(shuffled)
    return shuffled[: len(shuffled) // 2], shuffled[len(shuffled) // 2 :]


def evaluate(model: Model, documents: Iterable[list[str]], alpha_sum: float = ALPHA_SUM, steps: int = STEPS) -> dict:
    alpha = numpy.float32(alpha_sum / model.phi.shape[1])
    logarithms, scored_tokens, unseen = 0.0, 0, 0
    for number, tokens in enumerate(documents):
        known = [token for token in tokens if token in model.rows]
        unseen += len(tokens) - len(known)
        observed, scored = (Counter(model.rows[word] for word in half) for half in halves(known, number))
        if not observed:
            continue
        times = numpy.array(list(observed.values()), numpy.float32)
        share = theta(model.phi[list(observed)], times, alpha, steps)
        chances = (model.phi[list(scored)] @ share).astype(numpy.float64)
        logarithms += float(numpy.log(chances) @ numpy.array(list(scored.values())))
        scored_tokens += scored.total()
    if scored_tokens == 0:
        raise SystemExit("no held-out document has two tokens of words that the model knows: give a larger corpus.")
    perplexity = float(numpy.exp(-logarithms / scored_tokens))
    return {"perplexity": perplexity, "scored": scored_tokens, "unseen": unseen}


def main(model: str, held_out: str) -> None:
    with gzip.open(held_out, "rb") as lines:
        documents = [[word.decode(errors="replace") for word, n in cells(line) for _ in range(n)] for line in lines]
    with gzip.open(model, "rt", encoding="utf-8") as stream:
        dump = json.load(stream)
    wanted = {word for document in documents for word in document}
    print(json.dumps(evaluate(Model.of(dump, wanted), documents)))


if __name__ == "__main__":
    main(*sys.argv[1:])
