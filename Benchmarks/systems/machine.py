"""A description of the machine, in one sentence."""

import os
import platform
from pathlib import Path


def describe() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def cores() -> int:
    """Returns the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        fields = dict(line.split(":", 1) for line in information.read_text().splitlines() if ":" in line)
        named = {key.strip(): value.strip() for key, value in fields.items()}
        if "model name" in named:
            model = " ".join(named[key] for key in ("cpu family", "model", "stepping") if key in named)
            return f"{named['model name']} (family, model, stepping {model})"
    return platform.processor() or platform.machine()
