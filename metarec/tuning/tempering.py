"""Probabilities that are as sure as they are right.

Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017, section 4.2:
logarithms of probabilities are divided by one temperature, which is fitted to rows that no model
was fitted on. Forests and means of several models say less than they know where classes are clean;
some boosted trees say more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import minimize_scalar

if TYPE_CHECKING:
    from metarec._types import FloatMatrix, IntVector

_LEAST: Final = np.finfo(np.float64).eps
_LARGEST: Final = 1.5
"""Of the logarithm of a temperature."""
_PENALTY: Final = 10.0
"""Nats for a temperature a factor e from 1: a normal prior, so that few rows say little."""


def temper(probabilities: FloatMatrix, temperature: float) -> FloatMatrix:
    """Probabilities with their logarithms divided by a temperature.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
        Rows that sum to 1.
    temperature : float
        Above 1 they get less sure, below 1 surer; at 1 they stay.

    Returns
    -------
    ndarray of shape (n_rows, n_classes)

    Examples
    --------
    >>> temper(np.array([[0.2, 0.8]]), 0.5).round(3).tolist()
    [[0.059, 0.941]]
    """
    if temperature == 1.0:
        return probabilities
    logs = np.log(np.maximum(probabilities, _LEAST)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_temperature(probabilities: FloatMatrix, codes: IntVector) -> float:
    """The likeliest temperature, to two digits.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
        Of rows that nothing was fitted on.
    codes : ndarray of shape (n_rows,)
        Their classes.

    Examples
    --------
    >>> said = np.tile([[0.75, 0.25]], (1000, 1))
    >>> fit_temperature(said, np.repeat([0, 1], [750, 250]))
    1.0
    >>> fit_temperature(said, np.repeat([0, 1], [950, 50])) < 0.5
    True
    """
    rows = np.arange(len(codes))

    def cost(log_temperature: float) -> float:
        found = temper(probabilities, float(np.exp(log_temperature)))[rows, codes]
        return float(_PENALTY * log_temperature**2 - np.log(np.maximum(found, _LEAST)).sum())

    found = minimize_scalar(cost, bounds=(-_LARGEST, _LARGEST), method="bounded")
    return round(float(np.exp(found.x)), 2)
