"""The command line of bin/bench. The usage text for people stands in bin/bench.

Run by itself it only checks: bin/bench does so before it builds anything.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import machine
from failure import NO_INPUT, USAGE, Failure

MEASURES = ("throughput", "quality", "loading", "memory", "growth")
# Has a page of its own, and is measured only if it is named.
EXCHANGE = "exchange"


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
    output: Path = Path("docs")
    # `report`: nothing is run, the page is made again.
    only_report: bool = False


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
    if not options.measures:
        options.measures = list(MEASURES)
    return options


def _measure(options: Options, name: str) -> None:
    if name == "report":
        options.only_report = True
    elif name not in (*MEASURES, EXCHANGE):
        raise Failure(USAGE, f"{name} is not something to measure: give some of {', '.join((*MEASURES, EXCHANGE))}, or report.")
    elif name not in options.measures:
        options.measures.append(name)


def _whole(flag: str, text: str, last: int) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= last):
        raise Failure(USAGE, f"{flag} has {text or 'nothing'} where it needs a whole number from 1 to {last}.")
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
        raise Failure(NO_INPUT, f"{text} is not a file; give {flag} a corpus in dist_lda's form.")
    options.corpora.append(path)


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
    "--output": _output,
}

if __name__ == "__main__":
    try:
        parse(sys.argv[1:])
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        sys.exit(failure.code)
