"""What the prior proposes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metarec.metalearners.base import best_first
from metarec.warmstart.record import Left

if TYPE_CHECKING:
    from collections.abc import Collection

    from metarec._types import Mask
    from metarec.warmstart.seen import Seen

_FIRST_PROBE, _PROBE_EVERY, _N_PROBES = 5, 12, 3
"""Results of the prior's before the first probe, between probes, and how many there are."""
_LEAST_RESULTS: Final = 5
"""Before the prior may be left because little is to be gained."""
_LEAST_GAIN: Final = 0.002
"""Expected gain of one more trial, as a share of the spread, that a good sampler has as well."""


@dataclass(frozen=True)
class Proposal:
    """What to do with the next trial."""

    column: int | None = None
    """The candidate to try; None for a random configuration, to see whether the prior does
    better."""
    left: Left | None = None
    """Set if the prior proposes no more."""


def propose(seen: Seen, number: int, *, most: int, taken: Collection[int] = ()) -> Proposal:
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

    Returns
    -------
    Proposal
    """
    open_ = seen.open()
    open_[list(taken)] = False
    if seen.is_contradicted():
        reason = "a random configuration did better than all that the prior had proposed"
        return Proposal(left=Left(number, reason, contradicted=True))
    if reason := seen.is_another_space() or _exhausted(seen.n_claimed, most, open_):
        return Proposal(left=Left(number, reason, contradicted=False))
    if seen.n_probes < _N_PROBES and seen.n_own >= _FIRST_PROBE + seen.n_probes * _PROBE_EVERY:
        return Proposal()
    seconds = seen.prior.seconds
    if seen.n_results < seen.prior.n_covering and seconds is None:
        return Proposal(column=next(int(each) for each in seen.prior.order if open_[each]))
    gain = seen.belief.improvement()
    column = int(best_first(-gain if seconds is None else -gain / seconds, open_, 1)[0])
    if seen.n_results >= _LEAST_RESULTS and gain[open_].max() < _LEAST_GAIN * seen.belief.spread:
        reason = "little is expected of its other candidates"
        return Proposal(left=Left(number, reason, contradicted=False))
    return Proposal(column=column)


def _exhausted(n_claimed: int, most: int, open_: Mask) -> str:
    """Why the prior has nothing to propose, if so."""
    if n_claimed >= most:
        return "all of its trials are spent"
    return "" if open_.any() else "no other candidate fits"
