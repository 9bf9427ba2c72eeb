"""Configurations as numbers, for a model that learns over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from metarec.learners import Categorical, Rows, get_learner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metarec._types import FloatMatrix
    from metarec.learners import Configuration, Domain, Kind, Value


def encode_configurations(configurations: Sequence[Configuration], kind: Kind) -> FloatMatrix:
    """One row of numbers per configuration.

    Base-learners and categorical values become indicators. A number is taken as its logarithm
    where its domain is logarithmic. A hyperparameter that a base-learner lacks is NaN.

    Parameters
    ----------
    configurations : sequence of Configuration
        Of registered base-learners.
    kind : {"classification", "regression"}
        Of the tasks that they are for.

    Returns
    -------
    ndarray of shape (n_configurations, n_columns)
        Columns in the order of their names.

    Examples
    --------
    >>> from metarec.learners import Configuration
    >>> knn = Configuration("knn", {"n_neighbors": 1, "p": 2})
    >>> encode_configurations([knn], "classification").shape
    (1, 3)
    """
    rows = [_encode(configuration, kind) for configuration in configurations]
    names = sorted({name for row in rows for name in row})
    encoded = np.full((len(rows), len(names)), np.nan)
    for at, row in enumerate(rows):
        for column, name in enumerate(names):
            # An indicator that a configuration lacks is 0, a number that it lacks is unknown.
            encoded[at, column] = row.get(name, 0.0 if "=" in name else np.nan)
    return encoded


def _encode(configuration: Configuration, kind: Kind) -> dict[str, float]:
    space = get_learner(configuration.algorithm, kind).space(None)
    encoded = {f"algorithm={configuration.algorithm}": 1.0}
    for name, value in configuration.hyperparameters.items():
        encoded |= _encode_value(name, value, space[name])
    return encoded


def _encode_value(name: str, value: Value, domain: Domain) -> dict[str, float]:
    if isinstance(domain, Categorical) or not isinstance(value, int | float):
        return {f"{name}={value}": 1.0}
    if isinstance(domain, Rows):
        # A share of the rows and a count of rows are two scales.
        unit = "share" if isinstance(value, float) else "count"
        return {f"{name}.{unit}": float(np.log(value))}
    return {name: float(np.log(value)) if domain.log else float(value)}
