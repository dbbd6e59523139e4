"""The tests of the scripts, run by `python3 -B -m unittest --quiet` in the folder above."""
