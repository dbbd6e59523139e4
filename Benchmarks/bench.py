"""The program behind bin/bench: for every corpus, round, measure and cell it runs both systems, stores the numbers, and makes the page."""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from failure import NO_INPUT, Failure
from measures.exchange import Exchange
from measures.measuring import Measuring
from measures.pace import Pace
from options import EXCHANGE, PACE, SIMULATION, Options, parse
from pages import benchmarks, capacity, figures, pace
from pages.benchmarks import SECTIONS
from results.results import Results
from systems import machine
from systems.corpora import HELD_OUT, Corpus
from systems.trainers import DistLDA, Tomotopy

KEPT = Path(".build/bench")
# The corpus that is measured if none is given; bin/bench makes it.
PACKAGES = KEPT / "packages.lda"


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    results = Results.at(options.output / "benchmarks.jsonl")
    exchanges = Results.at(options.output / "capacity.jsonl")
    paces = Results.at(options.output / "pace.jsonl")
    tools = Path(os.environ.get("DIST_LDA_BIN", ".build/release"))
    corpora = [] if options.only_report else [Corpus(path, KEPT / "corpora") for path in options.corpora or [PACKAGES]]
    if corpora and EXCHANGE in options.measures:
        Exchange(options, exchanges, tools, KEPT / "run", _command(arguments), _say).measure(corpora)
    if corpora and SIMULATION in options.measures:
        Exchange(options.of(SIMULATION), exchanges, tools, KEPT / "run", _command(arguments), _say).simulate(corpora)
    if corpora and PACE in options.measures:
        Pace(options.of(PACE), paces, tools, KEPT / "run" / "pace", _command(arguments), _say).measure(corpora)
    if corpora and any(name in SECTIONS for name in options.measures):
        measure(options, results, tools, corpora, _command(arguments))
    if exchanges.lines:
        capacity.write(exchanges, options.output)
        print(f"The costs of the exchange are in {options.output}/capacity.md.")
    if paces.lines:
        pace.write(paces, options.output)
        print(f"The effects of fast and slow shards are in {options.output}/pace.md.")
    if results.lines:
        figures.draw(results, options.output)
        benchmarks.write(results, options.output, HELD_OUT)
        print(f"The tables and plots are in {options.output}/benchmarks.md.")


def measure(options: Options, results: Results, tools: Path, corpora: list[Corpus], command: str) -> None:
    if not (tools / "dist-lda-shard").is_file():
        raise Failure(NO_INPUT, f"there is no dist-lda-shard in {tools}: set DIST_LDA_BIN to the folder that has it.")
    systems = [DistLDA(tools / "dist-lda-shard", KEPT / "run"), Tomotopy(Path(sys.executable), KEPT / "run")]
    measuring = Measuring(options, systems)
    conditions = {
        "machine": machine.describe(), "versions": {system.name: system.version() for system in systems},
        "seconds": options.seconds,
    }
    for corpus in corpora:
        facts = {"name": corpus.name, "digest": corpus.digest} | corpus.facts()
        for round, name, cell in _programme(options):
            if results.has(name, corpus.digest, cell, round, conditions):
                continue
            _say(f"{corpus.name}, round {round} of {options.rounds}, {name}: {_words(cell)}")
            order = systems[::-1] if round % 2 == 0 or name == "quality" else systems
            numbers = {}
            for system in order:
                numbers[system.name] = SECTIONS[name].run(measuring, system, corpus, cell, round)
            results.append({
                "measure": name, "corpus": facts, "cell": cell, "round": round, "systems": numbers, "conditions": conditions,
                "time": datetime.now(timezone.utc).isoformat(timespec="seconds"), "command": command,
            })


def _programme(options: Options) -> Iterator[tuple[int, str, dict]]:
    """Yields every cell once before any cell a second time, so that a slow period of the machine affects all cells."""
    for round in range(1, options.rounds + 1):
        for name in options.measures:
            if name not in SECTIONS:
                continue
            for cell in SECTIONS[name].cells(options):
                yield round, name, cell


def _command(arguments: list[str]) -> str:
    """Returns the command as it was given, but with file names without their folders."""
    return " ".join(["bin/bench", *(shlex.quote(re.sub("^(--[a-z]+=)?.*/", r"\1", part)) for part in arguments)])


def _words(cell: dict) -> str:
    return ", ".join(f"{name} {value}" for name, value in cell.items())


def _say(text: str) -> None:
    print(f"{datetime.now():%H:%M:%S} {text}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        sys.exit(failure.code)
    except KeyboardInterrupt:
        print("bench: stopped; the rounds that were done are kept, and the same command goes on from there.", file=sys.stderr)
        sys.exit(130)
