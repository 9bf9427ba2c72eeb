"""What a trial took, and what is to be expected from that."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_POWER, _MOST_POWER = 0.3, 2.0
"""Of the rows, by which the time of a fit grows: rounds of boosting to a kernel matrix."""
_AT_LEAST: Final = 0.6
"""Share of the quickest fold that each one to come takes for certain: with the first fold a library
may have been imported."""
_TICK: Final = 1e-3


@dataclass
class Costs:
    """Seconds of the stages of a trial so far.

    Examples
    --------
    Twice the rows took one and a half times as long to fit, and so will twice the rows again:

    >>> costs = Costs(rows=[1000, 2000, 2000], n_samples=1, n_rows=4000)
    >>> for fit in (1.0, 1.5, 1.5):
    ...     costs.note(wall=1.25 * fit, fit=fit, predict=0.25 * fit)
    >>> costs.seconds, round(costs.refit_seconds, 3)
    (5.0, 2.25)
    """

    rows: Sequence[int]
    """Training rows of all stages."""
    n_samples: int
    """How many stages come before the first fold, each with more rows than the one before."""
    n_rows: int
    """Rows of the table."""
    power: float = 1.0
    """Of the rows, by which a fit's time grows where it was not timed with fewer rows."""
    are_alike: bool = True
    """Whether a fit on fewer rows tells how its time grows: not where it has other rounds."""
    _fits: list[float] = field(default_factory=list)
    _took: list[float] = field(default_factory=list)
    _pace: float = math.inf

    def note(self, wall: float, fit: float, predict: float) -> None:
        """A stage took that by the wall, its fit and prediction that of CPU time.

        What earlier trials had prepared is in the CPU times: a fit on all rows cannot use it.
        """
        self._fits.append(max(fit, _TICK))
        work = self._fits[-1] + predict
        self._took.append(max(wall, work))
        self._pace = min(self._pace, self._took[-1] / work)

    @property
    def seconds(self) -> float:
        """What all stages took."""
        return sum(self._took)

    @property
    def rows_per_second(self) -> float:
        """How fast the last stage was fitted."""
        return self.rows[len(self._fits) - 1] / self._fits[-1]

    @property
    def refit_seconds(self) -> float:
        """What a fit on all rows is expected to take; 0 before the first fold is over."""
        folds = slice(self.n_samples, len(self._fits))
        if not self._fits[folds]:
            return 0.0
        power = self.power
        if self.n_samples and self.are_alike:
            growth = math.log(self._fits[self.n_samples] / self._fits[self.n_samples - 1])
            power = growth / math.log(self.rows[self.n_samples] / self.rows[self.n_samples - 1])
        power = min(max(power, _LEAST_POWER), _MOST_POWER)
        more = (self.n_rows / np.mean(self.rows[folds])) ** power
        return float(self._pace * np.mean(self._fits[folds]) * more)

    @property
    def least_to_come(self) -> float:
        """What the folds to come take at least, once one is over."""
        n_left = len(self.rows) - len(self._took)
        return n_left * _AT_LEAST * min(self._took[self.n_samples :])
