"""The command line of bin/bench, whose usage text is in bin/bench.

Run as a program, this file only checks the command line. bin/bench does so before it builds anything.
"""

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from failure import NO_INPUT, USAGE, Failure
from systems import machine

MEASURES = ("throughput", "quality", "loading", "memory", "growth")
# Each of these has its own page, and is measured only if it is named.
EXCHANGE, PACE, SIMULATION = "exchange", "pace", "simulation"
NAMED = (EXCHANGE, PACE, SIMULATION)
# The values of flags that are not given, where they differ from those of Options.
DEFAULTS = {
    PACE: {"topics": [50], "sweeps": 300},
    SIMULATION: {"topics": [100], "shards": [2, 16, 64, 256, 1000, 4000], "rounds": 1},
}
# The scenarios of pace, and the run with which they are compared.
ONE_CORE = "one core"
SCENARIO_NAMES = ("four", ONE_CORE, "slow", "late", "sixteen")
ONE_PROCESS = "one process"


@dataclass
class Options:
    measures: list[str] = field(default_factory=list)
    corpora: list[Path] = field(default_factory=list)
    topics: list[int] = field(default_factory=lambda: [100, 1000, 10000])
    cores: list[int] = field(default_factory=lambda: [1])
    shards: list[int] = field(default_factory=lambda: [2, 4, 8, 16, 1000])
    rounds: int = 3
    seconds: int = 20
    sweeps: int = 100
    limit: int = 900
    scenarios: list[str] = field(default_factory=lambda: list(SCENARIO_NAMES))
    # Additional flags for the shards of pace, which are split as by a shell.
    extra: str = ""
    output: Path = Path("docs")
    # Whether nothing is run and only the pages are made again (`report`).
    only_report: bool = False
    # The flags that were given.
    given: set[str] = field(default_factory=set)

    def of(self, measure: str) -> "Options":
        """With the defaults of a measure of `NAMED`."""
        defaults = DEFAULTS.get(measure, {})
        return replace(self, **{name: value for name, value in defaults.items() if f"--{name}" not in self.given})


def parse(arguments: list[str]) -> Options:
    options, rest = Options(), list(arguments)
    while rest:
        flag, equals, value = rest.pop(0).partition("=")
        if not flag.startswith("--"):
            _measure(options, flag + equals + value)
            continue
        if flag not in _FLAGS:
            raise Failure(USAGE, f"{flag} is not an option; see bin/bench --help.")
        if not equals:
            if not rest:
                raise Failure(USAGE, f"{flag} needs a value; see bin/bench --help.")
            value = rest.pop(0)
        _FLAGS[flag](options, flag, value)
        options.given.add(flag)
    if not options.measures:
        options.measures = list(MEASURES)
    return options


def _measure(options: Options, name: str) -> None:
    if name == "report":
        options.only_report = True
    elif name not in (*MEASURES, *NAMED):
        raise Failure(USAGE, f"{name} is not a measure: give some of {', '.join((*MEASURES, *NAMED))}, or report.")
    elif name not in options.measures:
        options.measures.append(name)


def _whole(flag: str, text: str, last: int) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= last):
        raise Failure(USAGE, f"{flag} has {text or 'nothing'}, but needs a whole number from 1 to {last}.")
    return int(text)


def _number(name: str, last: int) -> Callable[[Options, str, str], None]:
    def set_number(options: Options, flag: str, text: str) -> None:
        setattr(options, name, _whole(flag, text, last))

    return set_number


def _list(name: str, last: int) -> Callable[[Options, str, str], None]:
    def set_list(options: Options, flag: str, text: str) -> None:
        setattr(options, name, sorted({_whole(flag, part, last) for part in text.split(",")}))

    return set_list


def _corpus(options: Options, flag: str, text: str) -> None:
    path = Path(text)
    if not path.is_file():
        raise Failure(NO_INPUT, f"{text} is not a file; give {flag} a corpus in dist_lda's format.")
    options.corpora.append(path)


def _scenarios(options: Options, flag: str, text: str) -> None:
    names = [name.replace("-", " ") for name in text.split(",")]
    for name in names:
        if name not in SCENARIO_NAMES:
            known = ", ".join(SCENARIO_NAMES).replace(" core", "-core")
            raise Failure(USAGE, f"{flag} has {name or 'nothing'}, but needs some of {known}.")
    options.scenarios = [name for name in SCENARIO_NAMES if name in names]


def _extra(options: Options, flag: str, text: str) -> None:
    try:
        options.extra = shlex.join(shlex.split(text))
    except ValueError:
        raise Failure(USAGE, f"{flag} has {text}, in which a closing quotation mark is missing.") from None


def _output(options: Options, _: str, text: str) -> None:
    options.output = Path(text)


_FLAGS = {
    "--corpus": _corpus,
    "--topics": _list("topics", 65536),
    "--cores": _list("cores", machine.cores()),
    "--shards": _list("shards", 10000),
    "--rounds": _number("rounds", 99),
    "--seconds": _number("seconds", 3600),
    "--sweeps": _number("sweeps", 10000),
    "--limit": _number("limit", 86400),
    "--scenarios": _scenarios,
    "--extra": _extra,
    "--output": _output,
}

if __name__ == "__main__":
    try:
        parse(sys.argv[1:])
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        sys.exit(failure.code)
