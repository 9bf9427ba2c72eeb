"""How much time is left, and how much of it is kept for the end."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Final

_MOST_OF_ONE: Final = 0.25
"""Share of the time that one trial may take, where no other limit is given."""
_MOST_OF_FIRST: Final = 0.5
"""Share of the time left for trials that one may take as long as none went to its end."""
_SLACK: Final = 1.2
"""What fits on all rows may take beyond their estimate."""
_LAST_SHARE, _LAST_SECONDS = 0.04, 0.3
"""Least share of the time, and least time, kept for the end: choosing, joining, saving."""
_MOST_FOR_REFITS: Final = 0.3
"""Share of the time that is kept for fits on all rows at most."""


@dataclass
class Clock:
    """The time of a tuning.

    Examples
    --------
    >>> Clock(None).trial_seconds()
    inf
    >>> 24 < Clock(100.0, quickest=1.0).trial_seconds() <= 25
    True
    """

    limit: float | None
    """Seconds for everything; None without a limit."""
    most_of_trial: float = math.inf
    """Seconds that a trial may take at most."""
    refit_seconds: float = 0.0
    """What the fits on all rows are expected to take."""
    quickest: float = 0.0
    """Seconds of the quickest trial so far that went to its end; 0 if none did."""
    _start: float = field(default_factory=time.perf_counter)

    @property
    def spent(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._start

    @property
    def left(self) -> float:
        """Seconds left of everything; infinite without a limit."""
        return math.inf if self.limit is None else self.limit - self.spent

    @property
    def left_for_refits(self) -> float:
        """Seconds left without those that are kept for what comes after the last fit."""
        if self.limit is None:
            return math.inf
        return self.left - max(_LAST_SHARE * self.limit, _LAST_SECONDS)

    @property
    def left_for_trials(self) -> float:
        """Seconds left without those that are kept for the end."""
        if self.limit is None:
            return math.inf
        kept = min(_SLACK * self.refit_seconds, _MOST_FOR_REFITS * self.limit)
        return self.left_for_refits - kept

    def trial_seconds(self) -> float:
        """What a trial that starts now may take."""
        most = self.most_of_trial
        if self.limit is not None and math.isinf(most):
            most = _MOST_OF_ONE * self.limit
            if not self.quickest:
                most = max(most, _MOST_OF_FIRST * self.left_for_trials)
        return min(most, self.left_for_trials)

    def may_start(self) -> bool:
        """Whether a trial could finish."""
        return self.left_for_trials > self.quickest

    def note(self, seconds: float) -> None:
        """A trial went to its end in that time."""
        self.quickest = min(self.quickest or seconds, seconds)
