"""The figures of a meta-test for machines: nested as JSON has it, and flat as a table."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from metarec.evaluation.result import Comparison, Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from metarec.evaluation.result import MetaTest


def to_dict(result: MetaTest, baseline: str) -> dict[str, Any]:
    """All figures, in what JSON can hold.

    Parameters
    ----------
    result : MetaTest
        A meta-test.
    baseline : str
        The method that the others are compared with.

    Returns
    -------
    dict
        Values by list length have the length as text for their key.

    Examples
    --------
    >>> import numpy as np
    >>> from metarec.evaluation import MetaTest
    >>> from metarec.history import KnownDataset
    >>> datasets = tuple(KnownDataset(name, None, name) for name in ("iris", "wine"))
    >>> curves = {"random": np.array([[0.5], [0.25]]), "portfolio": np.array([[0.0], [0.25]])}
    >>> result = MetaTest("classification", "accuracy", datasets, (1,), curves, "an example")
    >>> portfolio = to_dict(result, "random")["methods"][1]
    >>> portfolio["regret"], portfolio["against_baseline"]["wins"]
    ({'1': 0.125}, {'1': 1})
    """
    compared = result.compare(baseline)
    floor = result.noise_floor
    return {
        "kind": result.kind,
        "metric": result.metric,
        "protocol": result.protocol,
        "datasets": len(result.datasets),
        "families": len({dataset.family for dataset in result.datasets}),
        "baseline": baseline,
        "methods": [
            {
                "name": name,
                **_by_field(Figure, row),
                "against_baseline": _by_field(Comparison, compared[name])
                if name in compared
                else None,
            }
            for name, row in result.figures().items()
        ],
        "rank_tests": _text_keys({k: asdict(test) for k, test in result.rank_tests().items()}),
        "noise_floor": None
        if floor is None
        else {
            "regret": _text_keys(floor.regret),
            "between_halves": _text_keys(floor.between_halves),
            "datasets": floor.n_datasets,
        },
    }


def to_frame(result: MetaTest, baseline: str) -> pd.DataFrame:
    """One row per method and list length.

    Parameters
    ----------
    result : MetaTest
        A meta-test.
    baseline : str
        The method that the others are compared with; its own columns of that are empty.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> import numpy as np
    >>> from metarec.evaluation import MetaTest
    >>> from metarec.history import KnownDataset
    >>> datasets = tuple(KnownDataset(name, None, name) for name in ("iris", "wine"))
    >>> curves = {"random": np.array([[0.5], [0.25]]), "portfolio": np.array([[0.0], [0.25]])}
    >>> result = MetaTest("classification", "accuracy", datasets, (1,), curves, "an example")
    >>> to_frame(result, "random")[["method", "k", "regret"]].to_dict("records")[1]
    {'method': 'portfolio', 'k': 1, 'regret': 0.125}
    """
    import pandas as pd

    compared = result.compare(baseline)
    floor = result.noise_floor
    rows = []
    for name, by_length in result.figures().items():
        for k, figure in by_length.items():
            row = {
                "kind": result.kind,
                "metric": result.metric,
                "method": name,
                "k": k,
                "regret": figure.regret,
                "regret_low": figure.interval[0],
                "regret_high": figure.interval[1],
                "rank": figure.rank,
                "worst_tenth": figure.worst_tenth,
                "noise_floor": None if floor is None else floor.regret[k],
                "baseline": baseline,
            }
            if name in compared:
                comparison = compared[name][k]
                row |= {
                    "difference": comparison.difference,
                    "difference_low": comparison.interval[0],
                    "difference_high": comparison.interval[1],
                    "wins": comparison.wins,
                    "ties": comparison.ties,
                    "losses": comparison.losses,
                }
            rows.append(row)
    frame = pd.DataFrame(rows)
    counts = [name for name in ("wins", "ties", "losses") if name in frame]
    return frame.astype(dict.fromkeys(counts, "Int64"))


def _by_field(
    shape: type[Figure | Comparison], row: Mapping[int, Figure] | Mapping[int, Comparison]
) -> dict[str, dict[str, object]]:
    """Values by name and list length."""
    return {
        field.name: _text_keys({k: getattr(each, field.name) for k, each in row.items()})
        for field in fields(shape)
    }


def _text_keys(by_length: Mapping[int, Any]) -> dict[str, Any]:
    return {str(k): value for k, value in by_length.items()}
