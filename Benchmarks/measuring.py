"""What every measure is given: the options, the systems, and how fast a system is about to be."""

from dataclasses import dataclass, field, replace

from corpora import Corpus
from options import Options
from systems import System, Task, Trained

# Part of a corpus that is sampled first to see how many sweeps fill the time.
TRIAL_PART = 8


@dataclass
class Measuring:
    options: Options
    systems: list[System]
    # The perplexity that the system before came to in this round.
    goal: float = 0
    _rates: dict[tuple, float] = field(default_factory=dict)

    def train_for_seconds(self, system: System, corpus: Corpus, part: int, topics: int, cores: int, seed: int) -> Trained:
        """A run of as many sweeps as take about --seconds; the first and another at least."""
        tokens = corpus.facts(part)["tokens"]
        sweeps = int(self.options.seconds * self._rate(system, corpus, topics, cores) / tokens)
        return system.train(Task(corpus.file(part), topics, cores, min(max(sweeps, 2), 1000), seed))

    def _rate(self, system: System, corpus: Corpus, topics: int, cores: int) -> float:
        """Tokens a second in a short run that is not counted."""
        key = (system.name, corpus.digest, topics, cores)
        if key not in self._rates:
            trial = system.train(Task(corpus.file(TRIAL_PART), topics, cores, sweeps=3))
            self._rates[key] = trial.tokens / trial.steady_seconds
        return self._rates[key]
