"""Starts a command, waits for it, and writes what the kernel says of it: seconds, exit code, peak of resident memory.

  python -I -S spawn.py REPORT COMMAND...

A process of its own and as small as Python gets, because the kernel counts into a child's peak (ru_maxrss of wait4) what its
parent held when it was made: here 8 MB, less than either system needs to print its version.
"""

import os
import sys
import time

report, command = sys.argv[1], sys.argv[2:]
began = time.monotonic()
child = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.monotonic() - began
# KiB, on Darwin bytes.
peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
with open(report, "w") as stream:
    print(seconds, os.waitstatus_to_exitcode(status), peak, file=stream)
