"""Runs programs concurrently until all have ended. Some may start later or be stopped for most of the time. None is left running.

Each program is signalled by its own process id, and only until it has been waited for, because no other process can have that id before.
"""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

# The seconds of one cycle of a program that is repeatedly stopped and continued.
PERIOD = 0.1
# The seconds for which a program may continue after SIGTERM before it is killed.
GRACE = 10.0
_TICK = 0.01


@dataclass(frozen=True)
class Program:
    command: list[str]
    # The file for standard output and standard error.
    log: Path
    # The delay of its start in seconds.
    delay: float = 0
    # The share of the time for which it may run.
    share: float = 1

    def last_words(self) -> str:
        """Returns the last line of its output, in which paths are replaced by file names."""
        lines = self.log.read_text(errors="replace").split("\n") if self.log.exists() else []
        return re.sub(r"(?<![\w.:/])(?:/[\w.+-]+)+/", "", next((line for line in reversed(lines) if line.strip()), "nothing"))


@dataclass(frozen=True)
class Outcome:
    # The time from the start of the first program until the last has ended.
    seconds: float
    # For each program, its exit code (negative for a signal, None if it was not started), and its processor seconds including the kernel.
    codes: list[int | None]
    cpu: list[float]
    # The reason why the programs were ended; None if all have ended successfully.
    failed: str | None


def run(programs: list[Program], limit: float) -> Outcome:
    """Runs the programs. The first that fails ends all, and so does the limit in seconds, or an exception, which is raised again."""
    running = [_Running(program) for program in programs]
    began = time.monotonic()
    failed = None
    try:
        while failed is None and not all(one.has_ended for one in running):
            now = time.monotonic()
            for one in running:
                one.step(now - began, now)
            bad = next((i for i, one in enumerate(running) if one.code), None)
            if bad is not None:
                failed = f"program {bad} ended with {running[bad].code}"
            elif now - began > limit:
                failed = f"not done after {limit:.0f} s"
            else:
                time.sleep(max(0, min([_TICK, *(one.toggle_at - time.monotonic() for one in running if one.toggle_at)])))
    finally:
        _end(running)
    return Outcome(time.monotonic() - began, [one.code for one in running], [one.cpu for one in running], failed)


class _Running:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.code: int | None = None
        self.cpu = 0.0
        # The time at which to stop or continue it next; None if never.
        self.toggle_at: float | None = None
        self._stopped = False
        self._process: subprocess.Popen | None = None

    @property
    def has_ended(self) -> bool:
        return self.code is not None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and not self.has_ended

    def step(self, elapsed: float, now: float) -> None:
        if self._process is None and elapsed >= self.program.delay:
            with self.program.log.open("wb") as log:
                self._process = subprocess.Popen(
                    self.program.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            self.toggle_at = now if self.program.share < 1 else None
        self.wait(os.WNOHANG)
        if self.is_alive and self.toggle_at is not None and now >= self.toggle_at:
            self._stopped = not self._stopped
            self.signal(signal.SIGSTOP if self._stopped else signal.SIGCONT)
            self.toggle_at = now + PERIOD * (1 - self.program.share if self._stopped else self.program.share)

    def wait(self, flags: int = 0) -> None:
        if not self.is_alive:
            return
        pid, status, usage = os.wait4(self._process.pid, flags)
        if pid:
            self.code = self._process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu = usage.ru_utime + usage.ru_stime
            self.toggle_at = None

    def signal(self, number: int) -> None:
        if self.is_alive:
            os.kill(self._process.pid, number)


def _end(running: list[_Running]) -> None:
    try:
        for one in running:
            one.signal(signal.SIGCONT)
            one.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(one.is_alive for one in running) and time.monotonic() < deadline:
            for one in running:
                one.wait(os.WNOHANG)
            time.sleep(_TICK)
    finally:
        for one in running:
            one.signal(signal.SIGKILL)
            one.wait()
