"""Programs that run side by side until all have ended: some begin later, some are stopped for most of the time, and none is left behind.

Each is signalled by its own process id, and only as long as it has not been waited for: no other process can have that id then.
"""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

# Of a program that is stopped and continued, in seconds.
PERIOD = 0.1
# What a program is given to end by itself once it is asked to.
GRACE = 10.0
_TICK = 0.01


@dataclass(frozen=True)
class Program:
    command: list[str]
    # Both streams.
    log: Path
    # Seconds after the start of the first.
    delay: float = 0
    # Of the time, that for which it may run.
    share: float = 1

    def last_words(self) -> str:
        """Its last line, with files by their names alone."""
        lines = self.log.read_text(errors="replace").split("\n") if self.log.exists() else []
        return re.sub(r"(?<![\w.:/])(?:/[\w.+-]+)+/", "", next((line for line in reversed(lines) if line.strip()), "nothing"))


@dataclass(frozen=True)
class Outcome:
    # From the start of the first program until the last has ended.
    seconds: float
    # Of each: its exit code, less than 0 for a signal, None if it was not started; and its processor seconds, in the kernel too.
    codes: list[int | None]
    cpu: list[float]
    # Why they were ended, None if all have ended well.
    failed: str | None


def run(programs: list[Program], limit: float) -> Outcome:
    """The first that fails, or the limit in seconds, ends all; so does an exception, which is passed on."""
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
        # When it is to be stopped or continued next; None if never.
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
