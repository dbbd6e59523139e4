"""The context of every measure: the options, the systems, and an estimate of each system's speed."""

from dataclasses import dataclass, field, replace

from options import Options
from systems.corpora import Corpus
from systems.trainers import System, Task, Trained

# The part of a corpus that is sampled first to find out how many sweeps fit into the time.
TRIAL_PART = 8


@dataclass
class Measuring:
    options: Options
    systems: list[System]
    # The perplexity that the previous system reached in this round.
    goal: float = 0
    _rates: dict[tuple, float] = field(default_factory=dict)

    def train_for_seconds(self, system: System, corpus: Corpus, part: int, topics: int, cores: int, seed: int) -> Trained:
        """Trains with as many sweeps as take about --seconds, but at least two."""
        tokens = corpus.facts(part)["tokens"]
        sweeps = int(self.options.seconds * self._rate(system, corpus, topics, cores) / tokens)
        return system.train(Task(corpus.file(part), topics, cores, min(max(sweeps, 2), 1000), seed))

    def _rate(self, system: System, corpus: Corpus, topics: int, cores: int) -> float:
        """Returns the tokens per second in a short run that is not part of the results."""
        key = (system.name, corpus.digest, topics, cores)
        if key not in self._rates:
            trial = system.train(Task(corpus.file(TRIAL_PART), topics, cores, sweeps=3))
            self._rates[key] = trial.tokens / trial.steady_seconds
        return self._rates[key]
