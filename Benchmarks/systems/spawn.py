"""Starts a command, waits for it, and writes its seconds, its exit code and its peak of resident memory as reported by the kernel.

  python -I -S spawn.py REPORT COMMAND...

It is a separate process, as small as possible in Python, because the kernel includes the parent's memory at the time of the fork in
a child's peak (ru_maxrss of wait4). Here this is 8 MB, less than either system needs to print its version.
"""

import os
import sys
import time

report, command = sys.argv[1], sys.argv[2:]
began = time.monotonic()
child = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.monotonic() - began
# The unit is KiB, on Darwin bytes.
peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
with open(report, "w") as stream:
    print(seconds, os.waitstatus_to_exitcode(status), peak, file=stream)
