"""How much time is left, and how much of it is kept for the end."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Final

_MOST_OF_ONE: Final = 0.25
"""Share of the time that one trial may take, where no other limit is given."""
_SLACK: Final = 1.2
"""What a fit on all rows may take beyond its estimate."""
_LAST_SHARE: Final = 0.05
"""Least share of the time that is kept for the end: choosing, refitting, saving."""
_ENSEMBLE_SHARE: Final = 0.15
"""The same where several pipelines are refitted."""


@dataclass
class Clock:
    """The time of a tuning.

    Examples
    --------
    >>> Clock(None).trial_seconds()
    inf
    >>> clock = Clock(100.0, single=True)
    >>> 24 < clock.trial_seconds() <= 25
    True
    """

    limit: float | None
    """Seconds for everything; None without a limit."""
    single: bool = False
    """Whether one pipeline is refitted at the end."""
    most_of_trial: float = math.inf
    """Seconds that a trial may take at most."""
    refit_seconds: float = 0.0
    """What a fit of the best trial on all rows is expected to take."""
    quickest: float = 0.0
    """Seconds of the quickest trial so far that went to its end."""
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
    def left_for_trials(self) -> float:
        """Seconds left without those that are kept for the end."""
        if self.limit is None:
            return math.inf
        share = _LAST_SHARE if self.single else _ENSEMBLE_SHARE
        return self.left - max(share * self.limit, _SLACK * self.refit_seconds)

    def trial_seconds(self) -> float:
        """What a trial that starts now may take."""
        most = self.most_of_trial
        if self.limit is not None and math.isinf(most):
            most = _MOST_OF_ONE * self.limit
        return min(most, self.left_for_trials)

    def may_start(self) -> bool:
        """Whether a trial could finish."""
        return self.left_for_trials > self.quickest

    def note(self, seconds: float) -> None:
        """A trial went to its end in that time."""
        self.quickest = min(self.quickest or seconds, seconds)
