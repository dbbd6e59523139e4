"""The plots, as SVG files that contain text as text. Needs matplotlib.

Lines and letters have a medium lightness, so that they can be read on light and dark pages. The two systems differ in colour
(vermilion and blue, which colour-blind people can distinguish) and in their markers.
"""

from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402  (after the choice of output)
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator  # noqa: E402

from measures.quality import points
from results.results import Results
from results.tables import rows

INK = "#7d8590"
LOOKS = {"dist-lda": {"color": "#e0642c", "marker": "o"}, "tomotopy": {"color": "#3b8fd9", "marker": "s"}}
STYLE = {
    "svg.fonttype": "none", "svg.hashsalt": "dist-lda", "font.family": "sans-serif", "font.size": 10,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK, "axes.titlecolor": INK, "axes.titlesize": 10,
    "xtick.color": INK, "ytick.color": INK, "grid.color": INK, "grid.alpha": 0.25, "grid.linewidth": 0.6,
    "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.8, "lines.markersize": 4,
    "legend.frameon": False, "path.simplify": True,
}


def draw(results: Results, output: Path) -> None:
    with pyplot.rc_context(STYLE):
        _quality(results, output / "benchmarks-quality.svg")
        _throughput(results, output / "benchmarks-throughput.svg")


def _quality(results: Results, path: Path) -> None:
    """Draws a row for each corpus and a column for each K, with the medians of the rounds, and every round as a faint line."""
    found = [(corpus, rows(results.latest("quality", corpus["digest"]))) for corpus in results.corpora()]
    found = [(corpus, cells) for corpus, cells in found if cells]
    if not found:
        return
    columns = max(len(cells) for _, cells in found)
    figure, panes = _panes(len(found), columns)
    for (corpus, cells), line in zip(found, panes):
        for (cell, rounds), pane in zip(cells, line):
            pane.set_title(f"{corpus['name']}, {cell['topics']:,} topics")
            pane.set_xscale("log")
            _plain(pane.xaxis)
            for name, look in LOOKS.items():
                curves = [points(one[name]) for one in rounds]
                for curve in curves:
                    pane.plot(*zip(*curve), color=look["color"], alpha=0.3, linewidth=1)
                middle = [tuple(map(median, zip(*marks))) for marks in zip(*curves)]
                pane.plot(*zip(*middle), label=name, **look)
            goal = median(one["tomotopy"]["curve"][-1]["perplexity"] for one in rounds)
            pane.axhline(goal, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        for pane in line[len(cells):]:
            pane.set_visible(False)
        line[0].set_ylabel("held-out perplexity")
    figure.supxlabel("seconds from the start of the command", fontsize=10)
    panes[0][0].legend()
    _save(figure, path)


def _throughput(results: Results, path: Path) -> None:
    """A pane for each corpus; a line for each system and number of cores."""
    found = [(corpus, rows(results.latest("throughput", corpus["digest"]))) for corpus in results.corpora()]
    found = [(corpus, cells) for corpus, cells in found if cells]
    if not found:
        return
    figure, (panes,) = _panes(1, len(found))
    for (corpus, cells), pane in zip(found, panes):
        pane.set_title(corpus["name"])
        pane.set_xscale("log")
        pane.set_yscale("log")
        _plain(pane.xaxis, sorted({cell["topics"] for cell, _ in cells}))
        _plain(pane.yaxis)
        for name, look in LOOKS.items():
            for cores, dashes in zip(sorted({cell["cores"] for cell, _ in cells}), ("-", "--", ":", "-.") * 16):
                speeds = [
                    (cell["topics"], median(one[name]["tokens_per_second"] for one in rounds) / 1e6)
                    for cell, rounds in cells if cell["cores"] == cores]
                label = f"{name}, {cores} core{'s' if cores > 1 else ''}"
                pane.plot(*zip(*sorted(speeds)), label=label, linestyle=dashes, **look)
        pane.set_xlabel("topics")
    panes[0].set_ylabel("million tokens a second")
    panes[-1].legend(loc="lower left")
    _save(figure, path)


def _panes(lines: int, columns: int):
    figure, panes = pyplot.subplots(lines, columns, squeeze=False, figsize=(max(4.2, 3.2 * columns), 2.9 * lines), layout="constrained")
    for pane in panes.flat:
        pane.grid(True, which="major")
    return figure, panes


def _plain(axis, ticks: list[int] | None = None) -> None:
    """Labels the axis with 1,000 and not 10^3; at 1, 3, 10, 30, ... if no ticks are given."""
    axis.set_major_locator(FixedLocator(ticks) if ticks else LogLocator(subs=(1, 3)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def _save(figure, path: Path) -> None:
    figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
