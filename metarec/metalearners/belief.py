"""What is believed of the configurations on one data set, before and after some were tried.

The logarithm of regret + floor is normal over the configurations: its mean is predicted, its
covariance learned from what predictions missed elsewhere. A result is a raw loss, and becomes a
regret only with the least loss and the spread of the data set. These are not known, so each
scenario of them has a belief and a weight of its own; the covariance is common to all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from metarec.metalearners.cells import REGRET_FLOOR

if TYPE_CHECKING:
    from metarec._types import FloatMatrix, FloatVector

_NOISE: Final = 0.005
"""Variance of an observed log regret beyond what the covariance says."""
_TAIL: Final = 2.0
"""Power at which the density of a loss falls beyond a regret of 1."""
_SURPRISE: Final = 5.0
"""What a scenario loses in log weight by a result better than its best: nearly all, for it is
wrong; yet where every scenario is, the others must not decide by chance."""
_DEAD: Final = 1e-4
"""Weight, beside the largest, below which a scenario has no say in what comes next."""


class Belief:
    """Beliefs about one data set; each observation costs one rank-one change.

    Parameters
    ----------
    expected : ndarray of shape (n_configurations,) or (n_scenarios, n_configurations)
        Mean of the log regret, of all scenarios or of each.
    covariance : ndarray of shape (n_configurations, n_configurations)
        Of what the mean misses.
    least, spread : ndarray of shape (n_scenarios,)
        Loss of the best configuration, and the difference in loss that is a regret of 1.
    """

    def __init__(
        self,
        expected: FloatVector | FloatMatrix,
        covariance: FloatMatrix,
        least: FloatVector,
        spread: FloatVector,
    ) -> None:
        self._mean = np.broadcast_to(expected, (len(least), expected.shape[-1])).copy()
        self._covariance = covariance.copy()
        self._least, self._spread = least.copy(), spread
        self._log_weight = np.zeros(len(least))
        self._lowest = np.full(len(least), np.inf)

    def observe(self, column: int, loss: float) -> None:
        """Take in the loss of a configuration that was tried."""
        surprised = loss < self._least
        self._least = np.minimum(self._least, loss)
        raw = (loss - self._least) / self._spread
        regret = np.clip(raw, 0.0, 1.0)
        log_regret = np.log(regret + REGRET_FLOOR)
        error = log_regret - self._mean[:, column]
        variance = self._covariance[column, column] + _NOISE
        # The density of the loss, not of its logarithm: scenarios differ in how it is stretched.
        self._log_weight -= 0.5 * error**2 / variance + log_regret + np.log(self._spread)
        # Beyond a regret of 1 all configurations count alike, yet their losses do not: without a
        # tail, the scenario of the least spread would explain best whatever it calls bad.
        self._log_weight -= _TAIL * np.log(np.maximum(raw, 1.0))
        self._log_weight -= _SURPRISE * surprised
        self._mean += error[:, None] * self._gain(column)
        self._shrink(column)
        self._lowest = np.minimum(self._lowest, loss)

    def fail(self, column: int) -> None:
        """Take in that a configuration gave nothing of use: a regret of 1."""
        error = np.log(1.0 + REGRET_FLOOR) - self._mean[:, column]
        self._mean += error[:, None] * self._gain(column)
        self._shrink(column)

    def reach(self, loss: float) -> None:
        """Take in a loss that something else than these configurations reached."""
        self._log_weight -= _SURPRISE * (loss < self._least)
        self._least = np.minimum(self._least, loss)
        self._lowest = np.minimum(self._lowest, loss)

    def expect(self, column: int) -> None:
        """Take a configuration as tried whose result is not there yet: the median is expected."""
        regret = np.clip(np.exp(self._mean[:, column]) - REGRET_FLOOR, 0.0, 1.0)
        self._lowest = np.minimum(self._lowest, self._least + self._spread * regret)
        self._shrink(column)

    def improvement(self) -> FloatVector:
        """Expected reduction of the lowest loss by each configuration.

        With x normal, E[(exp(b) - exp(x))+] has a closed form, as in the price of an option (Jones,
        Schonlau & Welch 1998 have expected improvement for normal values).

        Returns
        -------
        ndarray of shape (n_configurations,)
        """
        from scipy.special import ndtr

        weight = self._weight()
        alive = weight > _DEAD * weight.max()
        least, unit, mean = self._least[alive], self._spread[alive], self._mean[alive]
        lowest = np.clip((self._lowest[alive] - least) / unit, 0.0, 1.0) + REGRET_FLOOR
        spread = np.sqrt(np.maximum(self._covariance.diagonal(), 1e-9))
        z = (np.log(lowest)[:, None] - mean) / spread
        gain = lowest[:, None] * ndtr(z)
        gain -= np.exp(mean + spread**2 / 2) * ndtr(z - spread)
        return np.asarray((weight[alive] * unit) @ gain)

    def losses(self) -> FloatVector:
        """Median loss of each configuration, shape (n_configurations,)."""
        regret = np.clip(np.exp(self._mean) - REGRET_FLOOR, 0.0, 1.0)
        return np.asarray(self._weight() @ (self._least[:, None] + self._spread[:, None] * regret))

    @property
    def spread(self) -> float:
        """Expected difference in loss that is a regret of 1."""
        return float(self._weight() @ self._spread)

    def _weight(self) -> FloatVector:
        weight = np.exp(self._log_weight - self._log_weight.max())
        return np.asarray(weight / weight.sum())

    def _gain(self, column: int) -> FloatVector:
        return np.asarray(self._covariance[column] / (self._covariance[column, column] + _NOISE))

    def _shrink(self, column: int) -> None:
        self._covariance -= np.outer(self._gain(column), self._covariance[column])
