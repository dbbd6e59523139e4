"""Runs the shell and the Python of docs/coming-from.md, block after block, in the folder it is started in.

Usage: page.py PAGE
"""

import subprocess
import sys
import types


def blocks(path):
    """The indented blocks of a page."""
    found, block = [], []
    with open(path, encoding="utf-8") as file:
        for line in [*file, "end"]:
            if line.startswith("    "):
                block.append(line[4:])
            elif line.strip() and block:
                found.append("".join(block))
                block = []
    return found


names = {"adata": types.SimpleNamespace(obsm={})}
ran = 0
for block in blocks(sys.argv[1]):
    # A block of shell may be followed by one of Python or R with only a blank line between them.
    shell, _, python = block.partition("library(")[0].partition("import ")
    if shell.startswith(("cat", "dist-lda")):
        subprocess.run(["sh", "-e", "-c", shell], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if python:
        exec(compile("import " + python, sys.argv[1], "exec"), names)
        ran += 1
assert ran == 3, ran
print(f"{sys.argv[1].split('/')[-1]}: {ran} blocks of Python")
