"""The tables of `metarec evaluate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._console import make_console

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from rich.console import Console

    from metarec.evaluation import Comparison, Figure, MetaTest

    _Cell = TypeVar("_Cell", Figure, Comparison)


def print_tables(result: MetaTest, baseline: str) -> None:
    """Regret, ranks, the worst tenth, and the comparison with the baseline."""
    console = make_console()
    console.print(f"{result.kind}, {result.metric}: {result.protocol}\n", markup=False)
    figures = result.figures()
    grids = {
        "mean regret of the best of the first k, 95 % interval": {
            **_texts(figures, _regret),
            **_floor(result),
        },
        **_ranks(result),
        "mean regret of the worst tenth": _texts(figures, _worst_tenth),
    }
    if compared := result.compare(baseline):
        grids[f"mean regret minus that of {baseline}, 95 % interval"] = _texts(
            compared, _difference
        )
        grids[f"data sets with less / the same / more regret than {baseline}"] = _texts(
            compared, _counts
        )
    for title, rows in grids.items():
        _print_grid(console, title, result.list_lengths, rows)


def _print_grid(
    console: Console, title: str, list_lengths: tuple[int, ...], rows: Mapping[str, list[str]]
) -> None:
    from rich.markup import escape
    from rich.table import Table

    console.print(title, markup=False)
    grid = Table("", *(f"@{k}" for k in list_lengths), box=None, pad_edge=False)
    for name, cells in rows.items():
        grid.add_row(escape(name), *map(escape, cells))
    console.print(grid)
    console.print()


def _texts(
    rows: Mapping[str, Mapping[int, _Cell]], text: Callable[[_Cell], str]
) -> dict[str, list[str]]:
    return {name: [text(cell) for cell in row.values()] for name, row in rows.items()}


def _ranks(result: MetaTest) -> dict[str, dict[str, list[str]]]:
    tests = result.rank_tests()
    like_the_best = {k: test.like_the_best() for k, test in tests.items()}
    rows = {
        name: [
            f"{figure.rank:.2f}{'*' if name in like_the_best.get(k, ()) else ''}"
            for k, figure in row.items()
        ]
        for name, row in result.figures().items()
    }
    if not tests:
        return {"mean rank among the methods": rows}
    rows["critical difference"] = [f"{test.critical_difference:.2f}" for test in tests.values()]
    rows["p if all were alike"] = [f"{test.p_value:.1g}" for test in tests.values()]
    return {"mean rank among the methods; * not shown to be worse than the best": rows}


def _floor(result: MetaTest) -> dict[str, list[str]]:
    floor = result.noise_floor
    if floor is None:
        return {}
    rows = {
        "noise floor, estimated": floor.regret,
        "noise between halves of the folds": floor.between_halves,
    }
    return {
        name: [f"{regret[k]:.3f}" for k in result.list_lengths] for name, regret in rows.items()
    }


def _regret(figure: Figure) -> str:
    return f"{figure.regret:.3f} {_interval(figure.interval)}"


def _worst_tenth(figure: Figure) -> str:
    return f"{figure.worst_tenth:.3f}"


def _difference(comparison: Comparison) -> str:
    return f"{comparison.difference:+.3f} {_interval(comparison.interval, '+')}"


def _counts(comparison: Comparison) -> str:
    return f"{comparison.wins} / {comparison.ties} / {comparison.losses}"


def _interval(interval: tuple[float, float], sign: str = "") -> str:
    low, high = interval
    return f"[{low:{sign}.3f}, {high:{sign}.3f}]"
