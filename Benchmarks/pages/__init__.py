"""The pages and plots in docs, which are made from the files of results only."""
