"""What the prior proposes next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec.metalearners.base import best_first
from metarec.warmstart.record import Left

if TYPE_CHECKING:
    from collections.abc import Collection

    from metarec._types import FloatVector, Mask
    from metarec.warmstart.seen import Seen

_ALONE: Final = 10
"""Results before the other sampler has every second trial: TPE draws at random with fewer."""
_LEAST_GAIN: Final = 0.002
"""Expected gain of one more trial, as a share of the spread, that a good sampler has as well."""
_OUTDONE: Final = 3
"""By how many more improvements the other sampler does better than the prior."""
_SMALL_SHARE: Final = 1 / 15
"""Of what a trial may take: what takes less is not preferred for being quicker still."""
_MARGIN: Final = 1.5
"""How many times as long as expected a trial may well take."""
_TOO_SLOW: Final = 1e6
"""How many times dearer a candidate counts that is unlikely to finish."""


@dataclass(frozen=True)
class Proposal:
    """What to do with the next trial."""

    column: int | None = None
    """The candidate to try; None leaves this trial to the other sampler."""
    left: Left | None = None
    """Set if the prior proposes no more."""


def propose(
    seen: Seen,
    number: int,
    *,
    most: int,
    taken: Collection[int] = (),
    trial_seconds: float = math.inf,
) -> Proposal:
    """What the trial of this number should try, given all others.

    Parameters
    ----------
    seen : Seen
        The prior after the other trials.
    number : int
        Of the trial.
    most : int
        Trials that the prior may have in all.
    taken : collection of int
        Candidates that other workers were seen to claim just now.
    trial_seconds : float
        What the trial may take.

    Returns
    -------
    Proposal
    """
    open_ = seen.open()
    open_[list(taken)] = False
    if reason := seen.is_another_space() or _exhausted(seen, most, open_):
        return Proposal(left=Left(number, reason))
    costs = _costs(seen, trial_seconds)
    if seen.n_results < seen.prior.n_covering and costs is None:
        return Proposal(column=next(int(each) for each in seen.prior.order if open_[each]))
    if seen.n_results >= _ALONE and number % 2:
        return Proposal()
    gain = seen.belief.improvement()
    column = int(best_first(-gain if costs is None else -gain / costs, open_, 1)[0])
    if seen.n_results >= _ALONE and gain[open_].max() < _LEAST_GAIN * seen.belief.spread:
        return Proposal(left=Left(number, "little is expected of its other candidates"))
    return Proposal(column=column)


def _costs(seen: Seen, trial_seconds: float) -> FloatVector | None:
    """What the candidates' expected gain is divided by; None where no time is known.

    The expected improvement per second of Snoek, Larochelle & Adams (NeurIPS 2012, section 3.2),
    with a floor. One that may well not finish is left for last.
    """
    if seen.prior.seconds is None:
        return None
    expected = seen.pace() * seen.prior.seconds
    if math.isinf(trial_seconds):
        return expected
    floor = _SMALL_SHARE * max(trial_seconds, 1e-3)
    return np.where(_MARGIN * expected > trial_seconds, _TOO_SLOW, 1.0) * (expected + floor)


def _exhausted(seen: Seen, most: int, open_: Mask) -> str:
    """Why the prior has nothing to propose, if so."""
    if seen.n_claimed >= most:
        return "all of its trials are spent"
    if seen.lead(_ALONE) <= -_OUTDONE:
        return "the other sampler does better"
    return "" if open_.any() else "no other candidate fits"
