"""A meta-test as a picture: regret against the number of suggestions, and mean ranks."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec._exceptions import UsageError
from metarec._files import check_writable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from metarec.evaluation.result import MetaTest, RankTest

_SUFFIXES: Final = (".png", ".svg")
_LEAST_SHOWN: Final = 1e-4  # a logarithmic axis has no 0
_DASHED: Final = 10
"""Methods from which on colours repeat, and lines are dashed."""


def check_plot(path: str | Path) -> None:
    """Say what keeps a plot from being drawn before the work that it needs is done.

    Raises
    ------
    UsageError
        If the file's name does not end in .png or .svg, its folder is missing, or matplotlib is
        not installed.
    """
    path = Path(path)
    if path.suffix.lower() not in _SUFFIXES:
        msg = f"a plot's name ends in {' or '.join(_SUFFIXES)}, but got {str(path)!r}"
        raise UsageError(msg)
    check_writable(path, "plot")
    if find_spec("matplotlib") is None:
        raise UsageError("a plot needs matplotlib: pip install 'metarec[plot]'")


def plot(result: MetaTest, path: str | Path) -> None:
    """Draw a meta-test into a file.

    Above, mean regret of the best of the first k suggestions with its 95 % bootstrap interval.
    Below, for each list length, mean ranks over families with half of Nemenyi's critical
    difference to either side: methods whose bars do not overlap differ (Demšar 2006).

    Parameters
    ----------
    result : MetaTest
        A meta-test; the lower row needs at least three methods.
    path : str or Path
        A .png or .svg file.

    Raises
    ------
    UsageError
        See `check_plot`.
    """
    check_plot(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    tests = result.rank_tests()
    n_methods = len(result.curves)
    # Without a date and with fixed ids the same result gives the same file.
    with rc_context({"svg.hashsalt": "metarec", "font.size": 9}):
        figure = Figure(figsize=(11, 4.5 + (0.9 + 0.24 * n_methods if tests else 0)))
        figure.set_layout_engine("constrained")
        heights = [4.5, 0.9 + 0.24 * n_methods] if tests else [1.0]
        grid = figure.add_gridspec(len(heights), max(len(tests), 1), height_ratios=heights)
        _draw_regret(figure.add_subplot(grid[0, :]), result)
        first: Axes | None = None
        for column, (k, test) in enumerate(tests.items()):
            axes = figure.add_subplot(grid[1, column], sharey=first)
            _draw_ranks(axes, test, k)
            axes.tick_params(labelleft=first is None)
            first = first or axes
        metadata = {"Date": None} if Path(path).suffix.lower() == ".svg" else {}
        figure.savefig(path, dpi=150, metadata=metadata)


def _draw_regret(axes: Axes, result: MetaTest) -> None:
    lengths = np.arange(1, max(result.list_lengths) + 1)
    for at, (name, curve) in enumerate(result.curves.items()):
        style = "-" if at < _DASHED else "--"
        mean = np.maximum(curve.mean(axis=0), _LEAST_SHOWN)
        low, high = (np.maximum(side, _LEAST_SHOWN) for side in result.bootstrap.interval(curve))
        (line,) = axes.plot(lengths, mean, style, label=name)
        axes.fill_between(lengths, low, high, color=line.get_color(), alpha=0.08, linewidth=0)
    if result.noise_floor is not None:
        floor = result.noise_floor.regret
        values = np.maximum(list(floor.values()), _LEAST_SHOWN)
        axes.plot(list(floor), values, ":", color="black", label="noise floor (estimate)")
    axes.set_yscale("log")
    axes.set_xlim(1, max(result.list_lengths))
    axes.set_xticks(result.list_lengths)
    axes.set_xlabel("suggestions tried, k")
    axes.set_ylabel("mean regret of the best of k")
    axes.set_title(f"{result.kind}, {result.metric}: {result.protocol}", fontsize=9)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def _draw_ranks(axes: Axes, test: RankTest, k: int) -> None:
    names = list(test.ranks)
    ranks = np.array(list(test.ranks.values()))
    best = test.like_the_best()
    for at, (name, rank) in enumerate(zip(names, ranks.tolist(), strict=True)):
        colour = "tab:blue" if name in best else "tab:grey"
        half = test.critical_difference / 2
        axes.errorbar(rank, at, xerr=half, fmt="o", color=colour, markersize=4, capsize=2)
    axes.axvline(ranks.min() + test.critical_difference / 2, color="tab:blue", lw=0.8, ls=":")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_title(f"@{k}, p = {test.p_value:.1g}", fontsize=8)
    axes.set_xlabel("mean rank")
