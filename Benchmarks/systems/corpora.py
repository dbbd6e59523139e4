"""A corpus in dist_lda's format (one line for each document: name TAB word:count TAB ...), and the files derived from it.

The derived files are: a part of the documents (every eighth, fourth or second), the same documents as text, and a training and a
held-out set. All are gzipped. They are kept in a folder named after the file's digest, so that they are made only once.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from failure import DATA, Failure

# One of every ten documents is held out, but not more than this many in total.
HELD_OUT = 1500


class Corpus:
    def __init__(self, source: Path, cache: Path) -> None:
        self.source = source
        self.name = source.name.removesuffix(".gz").removesuffix(".lda")
        self.digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
        self._folder = cache / f"{self.name}-{self.digest}"
        self._folder.mkdir(parents=True, exist_ok=True)

    def facts(self, part: int = 1, form: str = "lda") -> dict[str, int]:
        """Returns the numbers of documents, tokens, words and decompressed bytes of `file(part, form)`."""
        kept = self._folder / f"facts-{part}-{form}.json"
        if not kept.exists():
            with gzip.open(self.file(part, form), "rb") as lines:
                _write(kept, lambda stream: stream.write(json.dumps(_count(lines, form)).encode()))
        return json.loads(kept.read_text())

    def file(self, part: int = 1, form: str = "lda") -> Path:
        """Returns a file with every `part`th document, as `lda` or as `text`."""
        path = self._folder / f"part-{part}.{form}.gz"
        if not path.exists():
            lines = (line for i, line in enumerate(self.lines()) if i % part == 0)
            _write_gzipped(path, lines if form == "lda" else map(_as_text, lines))
        return path

    def training(self) -> Path:
        path = self._folder / "training.lda.gz"
        if not path.exists():
            _write_gzipped(path, (line for i, line in enumerate(self.lines()) if i % 10 != 9))
        return path

    def held_out(self) -> Path:
        path = self._folder / "held-out.lda.gz"
        if not path.exists():
            tenth = [line for i, line in enumerate(self.lines()) if i % 10 == 9]
            step = max(1, len(tenth) // HELD_OUT)
            _write_gzipped(path, iter(tenth[::step][:HELD_OUT]))
        return path

    def lines(self) -> Iterator[bytes]:
        with self.source.open("rb") as stream:
            is_gzip = stream.read(2) == b"\x1f\x8b"
        with gzip.open(self.source) if is_gzip else self.source.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                line = line.rstrip(b"\r\n")
                # A document without words is left out, because the two forms would not represent it in the same way.
                if line.count(b"\t") == 0:
                    continue
                if not all(cell.rpartition(b":")[2].isdigit() for cell in line.split(b"\t")[1:]):
                    raise Failure(DATA, f"{self.source}:{number}: this is not name TAB word:count TAB word:count ...")
                yield line + b"\n"


def cells(line: bytes) -> list[tuple[bytes, int]]:
    """Returns the words of a document with their counts."""
    pairs = (cell.rpartition(b":") for cell in line.rstrip(b"\r\n").split(b"\t")[1:])
    return [(word, int(count)) for word, _, count in pairs]


def _as_text(line: bytes) -> bytes:
    return b" ".join(word for word, count in cells(line) for _ in range(count)) + b"\n"


def _count(lines: BinaryIO, form: str) -> dict[str, int]:
    documents = tokens = size = 0
    words: set[bytes] = set()
    for line in lines:
        documents += 1
        size += len(line)
        pairs = cells(line) if form == "lda" else [(word, 1) for word in line.split()]
        tokens += sum(count for _, count in pairs)
        words.update(word for word, _ in pairs)
    return {"documents": documents, "tokens": tokens, "words": len(words), "bytes": size}


def _write_gzipped(path: Path, lines: Iterator[bytes]) -> None:
    def fill(stream: BinaryIO) -> None:
        with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=6, mtime=0) as zipped:
            zipped.writelines(lines)

    _write(path, fill)


def _write(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """A file is whole or not there."""
    new = path.with_name(path.name + ".new")
    with new.open("wb") as stream:
        fill(stream)
    os.replace(new, path)
