"""Megabytes per second that dist-lda and gensim read of one corpus in every format. A separate program, see `reading.py --help`.

For dist-lda, the command is `dist-lda vocabulary`, which reads, splits and counts all words. For gensim, it is an iteration over its
corpus of the format, if there is one (for text, with Dictionary.doc2bow). Both read one uncompressed file, each in its own process.
The seconds are processor time, without the time to import gensim. The best of several rounds counts.
"""

import argparse
import csv
import io
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from systems.corpora import Corpus, cells

Document = list[tuple[int, int]]

# The code with which gensim reads a file; {path} is replaced by its path.
GENSIM = {
    "text": "from gensim.corpora import Dictionary\nd = Dictionary()\n"
            "for line in open({path!r}): d.doc2bow(line.split(), allow_update=True)",
    "mallet": "from gensim.corpora import MalletCorpus\nfor _ in MalletCorpus({path!r}): pass",
    "lda_c": "from gensim.corpora import BleiCorpus\nfor _ in BleiCorpus({path!r}, {path!r} + '.vocab'): pass",
    "svmlight": "from gensim.corpora import SvmLightCorpus\nfor _ in SvmLightCorpus({path!r}): pass",
    "uci": "from gensim.corpora import UciCorpus\nfor _ in UciCorpus({path!r}, {path!r} + '.vocab'): pass",
    "matrix_market": "from gensim.corpora import MmCorpus\nfor _ in MmCorpus({path!r}): pass",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="documents in dist_lda's format, gzipped or not")
    parser.add_argument("--tools", type=Path, default=Path(".build/release"), help="the folder of dist-lda (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=Path(".build/bench/formats"), help="where files are kept (default: %(default)s)")
    parser.add_argument("--python", default=sys.executable, help="a Python that has gensim (default: this one)")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts (default: %(default)s)")
    options = parser.parse_args()
    written = write(Corpus(options.corpus, options.folder / "corpora"), options.folder)
    bare = seconds([options.python, "-c", "import gensim.corpora"], options.rounds)
    print("| format | MB | dist-lda, MB/s | gensim, MB/s |\n|---|---:|---:|---:|")
    for name, path in written.items():
        size = path.stat().st_size / 1e6
        ours = size / seconds([options.tools / "dist-lda", "vocabulary", "--document", path, "--input-format", name], options.rounds)
        theirs = "-"
        if name in GENSIM:
            walk = seconds([options.python, "-c", GENSIM[name].format(path=str(path))], options.rounds) - bare
            theirs = f"{size / walk:.0f}"
        print(f"| {name} | {size:.1f} | {ours:.0f} | {theirs} |", flush=True)


def seconds(command: list, rounds: int) -> float:
    """Returns the seconds of processor time that the command takes, the minimum of all rounds."""
    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(rounds))


def write(corpus: Corpus, folder: Path) -> dict[str, Path]:
    """Writes the corpus in every format that consists of one file, and returns the files by format."""
    home = folder / f"{corpus.name}-{corpus.digest}"
    home.mkdir(parents=True, exist_ok=True)
    numbers: dict[bytes, int] = {}
    documents: list[Document] = []
    for line in corpus.lines():
        documents.append(sorted((numbers.setdefault(word, len(numbers)), count) for word, count in cells(line)))
    words = list(numbers)
    written = {}
    for name, lines in formats(words, documents).items():
        path = home / f"corpus.{name}"
        path.with_name(path.name + ".vocab").write_bytes(b"\n".join(words) + b"\n")
        path.write_bytes(b"".join(lines()))
        written[name] = path
    return written


def formats(words: list[bytes], documents: list[Document]) -> dict[str, Callable[[], Iterable[bytes]]]:
    entries = sum(map(len, documents))

    def text(document: Document) -> bytes:
        return b" ".join(words[word] for word, count in document for _ in range(count))

    def triples() -> Iterable[bytes]:
        return (b"%d %d %d\n" % (row, word + 1, count) for row, cells in enumerate(documents, 1) for word, count in cells)

    def records() -> Iterable[bytes]:
        stream = io.StringIO(newline="")
        table = csv.writer(stream)
        table.writerow(["id", "text"])
        table.writerows([row, text(document).decode(errors="replace")] for row, document in enumerate(documents))
        return [stream.getvalue().encode()]

    return {
        "dist_lda": lambda: (
            b"d%d" % row + b"".join(b"\t%s:%d" % (words[word], count) for word, count in document) + b"\n"
            for row, document in enumerate(documents)),
        "text": lambda: (text(document) + b"\n" for document in documents),
        "mallet": lambda: (b"d%d\tx\t%s\n" % (row, text(document)) for row, document in enumerate(documents)),
        "jsonl": lambda: (
            json.dumps({"id": row, "text": text(document).decode(errors="replace")}, ensure_ascii=False).encode() + b"\n"
            for row, document in enumerate(documents)),
        "csv": records,
        "lda_c": lambda: (
            b"%d %s\n" % (len(document), b" ".join(b"%d:%d" % cell for cell in document)) for document in documents),
        "svmlight": lambda: (
            b"1 %s\n" % b" ".join(b"%d:%d" % (word + 1, count) for word, count in document) for document in documents),
        "uci": lambda: [b"%d\n%d\n%d\n" % (len(documents), len(words), entries), *triples()],
        "matrix_market": lambda: [
            b"%%%%MatrixMarket matrix coordinate real general\n%d %d %d\n" % (len(documents), len(words), entries), *triples()],
    }


if __name__ == "__main__":
    main()
