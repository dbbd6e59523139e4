"""Runs the shell and Python blocks of docs/coming-from.md, one after the other, in the current folder.

Usage: page.py PAGE
"""

import subprocess
import sys
import types


def blocks(path):
    """Returns the indented blocks of a page."""
    found, block = [], []
    with open(path, encoding="utf-8") as file:
        for line in [*file, "end"]:
            if line.startswith("    "):
                block.append(line[4:])
            elif line.strip() and block:
                found.append("".join(block))
                block = []
    return found


# What scanpy reads from the folder that the page makes.
adata = types.SimpleNamespace(
    obsm={}, varm={}, obs_names=["AAAC-1", "AAAG-1", "AAAT-1"], var_names=["CD3D", "CD19", "CD14", "CD14-1"])
names = {"adata": adata}
ran = 0
for block in blocks(sys.argv[1]):
    # A shell block and the Python or R block after it may have only a blank line between them.
    shell, _, python = block.partition("library(")[0].partition("import ")
    if shell.startswith(("cat", "mkdir", "dist-lda")):
        subprocess.run(["sh", "-e", "-c", shell], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if python:
        exec(compile("import " + python, sys.argv[1], "exec"), names)
        ran += 1
assert ran == 3, ran
assert abs(adata.obsm["X_topics"].sum(axis=1) - 1).max() < 1e-6
# Row by row the counts of the genes in the matrix.
assert adata.varm["topics"].sum(axis=1).tolist() == [5, 1, 4, 3]
print(f"{sys.argv[1].split('/')[-1]}: {ran} blocks of Python")
