"""The file of results, to which JSON lines are only appended. A line is one round of one cell, with all systems.

  {"measure", "corpus": {"name", "digest", "documents", "tokens", "words", "bytes"}, "cell": {...}, "round",
   "systems": {name: what measure.run returned}, "conditions": {"machine", "versions", "seconds"}, "time", "command"}

A round that is already in the file, measured under the same conditions, is not run again, so a long series can be run in parts.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from failure import DATA, Failure

# The measures whose runs take --seconds.
TIMED = ("throughput", "growth")


@dataclass
class Results:
    path: Path
    lines: list[dict] = field(default_factory=list)

    @staticmethod
    def at(path: Path) -> "Results":
        results = Results(path)
        if path.exists():
            for number, text in enumerate(path.read_text().splitlines(), 1):
                try:
                    results.lines.append(json.loads(text))
                except ValueError:
                    raise Failure(DATA, f"{path}:{number}: this line is not JSON; remove it and start again.") from None
        return results

    def append(self, line: dict) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as stream:
            stream.write(json.dumps(line) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        self.lines.append(line)

    @staticmethod
    def _conditions(line: dict) -> dict:
        """Returns the conditions of a line, with --seconds only if it determines the length of the runs."""
        conditions = dict(line["conditions"])
        if line["measure"] not in TIMED:
            conditions.pop("seconds", None)
        return conditions

    def has(self, measure: str, digest: str, cell: dict, round: int, conditions: dict) -> bool:
        wanted = self._conditions({"measure": measure, "conditions": conditions})
        return any(
            (line["measure"], line["corpus"]["digest"], line["cell"], line["round"], self._conditions(line))
            == (measure, digest, cell, round, wanted)
            for line in self.lines)

    def latest(self, measure: str, digest: str) -> list[dict]:
        """Returns the lines of one measure and corpus that have the same conditions as the last of them."""
        lines = [line for line in self.lines if (line["measure"], line["corpus"]["digest"]) == (measure, digest)]
        return [line for line in lines if self._conditions(line) == self._conditions(lines[-1])]

    def latest_of_cells(self, measure: str, digest: str) -> list[dict]:
        """Returns for each cell of one measure and corpus the lines with the same conditions as the last line of the cell."""
        last: dict[str, dict] = {}
        lines = [line for line in self.lines if (line["measure"], line["corpus"]["digest"]) == (measure, digest)]
        for line in lines:
            last[json.dumps(line["cell"], sort_keys=True)] = self._conditions(line)
        return [line for line in lines if self._conditions(line) == last[json.dumps(line["cell"], sort_keys=True)]]

    def corpora(self) -> list[dict]:
        return list({line["corpus"]["digest"]: line["corpus"] for line in self.lines}.values())
