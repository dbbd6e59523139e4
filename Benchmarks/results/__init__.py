"""The files of results, and the medians, ratios and tables made from them."""
