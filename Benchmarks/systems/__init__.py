"""The programs that are measured, how each is started, and the corpora that they are given."""
