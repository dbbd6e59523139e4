"""Runs a process to its end, and measures its time and its peak of memory."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from failure import INTERNAL, Failure


@dataclass(frozen=True)
class Ended:
    # The time from before the start of the process until it has ended.
    seconds: float
    peak_bytes: int


def run(command: list[str], log: Path) -> Ended:
    """Runs a command. Its output and errors go to `log`, whose last line is quoted if the command fails."""
    report = log.with_name(log.name + ".spawn")
    report.unlink(missing_ok=True)
    spawn = [sys.executable, "-I", "-S", str(Path(__file__).with_name("spawn.py")), str(report), *command]
    with log.open("wb") as stream:
        subprocess.run(spawn, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, check=False)
    code = None
    if report.exists():
        seconds, code, peak = report.read_text().split()
        if code == "0":
            return Ended(float(seconds), int(peak))
    last = (log.read_text(errors="replace").splitlines() or ["nothing"])[-1]
    how = f"ended with {code}" if code else "could not be started"
    raise Failure(INTERNAL, f"{command[0]} {how}, and its last words are: {last} (all of them: {log})")
