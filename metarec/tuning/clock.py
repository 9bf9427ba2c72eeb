"""How much time is left, and how much of it is kept for the end."""

from __future__ import annotations

import math
import time
from bisect import insort
from dataclasses import dataclass, field
from statistics import median_low
from typing import Final

_MOST_OF_ONE: Final = 0.25
"""Share of the time that one trial may take, where no other limit is given."""
_MOST_OF_FIRST: Final = 0.5
"""Share of the time left for trials that one may take as long as none went to its end."""
_MORE_OF_ONE: Final = 1.25
"""How many times as much it may take once it has gone through a fold."""
_SLACK: Final = 1.35
"""How many times their estimate is kept for fits on all rows."""
_LAST_SHARE, _MOST_FOR_LAST = 0.01, 0.2
"""Of the time, that is kept for the end beyond the work that is known, and at most for both."""
_MOST_FOR_REFITS: Final = 0.3
"""Share of the time that is kept for fits on all rows at most."""
_FOR_UNKNOWN_REFITS: Final = 0.3
"""The same as long as no trial has told what they take."""
_SLOWEST: Final = 5.0
"""Seconds by the wall that a second of work is believed to take at most."""


@dataclass
class Clock:
    """The time of a tuning.

    Examples
    --------
    >>> Clock(None).trial_seconds()
    inf
    >>> 24 < Clock(100.0, usual=1.0).trial_seconds() <= 25
    True
    """

    limit: float | None
    """Seconds for everything; None without a limit."""
    most_of_trial: float = math.inf
    """Seconds that a trial may take at most."""
    refit_seconds: float = 0.0
    """What the fits on all rows are expected to take."""
    usual: float = 0.0
    """Median of the seconds of the trials so far that went to their end; 0 if none did."""
    is_begun: bool = False
    """Whether a trial has ended, however."""
    last_work: float = 0.4
    """Seconds of work after the last fit: joining, handing over, saving."""
    pace: float = 1.0
    """Seconds by the wall that a second of work takes on a machine with other work."""
    _start: float = field(default_factory=time.perf_counter)
    _noted: list[float] = field(default_factory=list)

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
        last = _LAST_SHARE * self.limit + self.last_work * self.pace
        return self.left - min(last, _MOST_FOR_LAST * self.limit)

    @property
    def left_for_trials(self) -> float:
        """Seconds left without those that are kept for the end."""
        if self.limit is None:
            return math.inf
        kept = min(_SLACK * self.refit_seconds, _MOST_FOR_REFITS * self.limit)
        if not self.usual:
            # Whatever is left, one trial is begun.
            kept = _FOR_UNKNOWN_REFITS * (self.limit if self.is_begun else self.left_for_refits)
        return self.left_for_refits - kept

    def trial_seconds(self) -> float:
        """What a trial that starts now may take."""
        most = self.most_of_trial
        if self.limit is not None and math.isinf(most):
            most = _MOST_OF_ONE * self.limit
            if not self.usual:
                most = max(most, _MOST_OF_FIRST * self.left_for_trials)
        return min(most, self.left_for_trials)

    @property
    def is_strict(self) -> bool:
        """Whether a limit was given for each trial, which holds for good ones as well."""
        return not math.isinf(self.most_of_trial)

    def further_seconds(self, spent: float, most: float) -> float:
        """What a trial may take from now on that has gone through a fold in the seconds spent.

        It was to take so many at most: somewhat more, for what was spent is lost if it is stopped;
        no more where a limit was given.

        Examples
        --------
        >>> Clock(100.0, usual=1.0).further_seconds(spent=20.0, most=24.0)
        10.0
        """
        if self.is_strict:
            return most - spent
        return min(_MORE_OF_ONE * most - spent, max(self.left_for_trials, most - spent))

    def leader_seconds(self, refit_seconds: float) -> float:
        """What a trial that is the best so far may take from now on.

        All but what its own fit on all rows is expected to take; nothing where a limit was given.

        Examples
        --------
        >>> 83 < Clock(100.0).leader_seconds(refit_seconds=15.0) < 85
        True
        """
        if self.is_strict:
            return 0.0
        return self.left_for_refits - refit_seconds

    def may_start(self) -> bool:
        """Whether a trial is likely to finish.

        One that is stopped takes its process with it, and the last fits have to wait for another.
        """
        return self.left_for_trials > self.usual

    def set_pace(self, work: float) -> None:
        """Learn how busy the machine is from how much work was done so far."""
        self.pace = min(max(self.spent / max(work, 1e-3), 1.0), _SLOWEST)

    def note(self, seconds: float) -> None:
        """A trial went to its end in that time."""
        insort(self._noted, seconds)
        self.usual = median_low(self._noted)
