"""The measures: each runs programs of `systems` and returns numbers, or appends them to a file of results."""
