"""What a warm start was worth to a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from optuna.study import StudyDirection
from optuna.trial import TrialState

from metarec._exceptions import UsageError
from metarec.warmstart.enqueue import RANK_ATTRIBUTE
from metarec.warmstart.feasibility import is_feasible
from metarec.warmstart.record import claim_of, claims_of, cold_of, left_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import optuna

    from metarec._types import FloatVector

_MOST_COLD: Final = 10_000


@dataclass(frozen=True)
class Summary:
    """Which trials came from where, and what the warm start gained."""

    origins: Mapping[int, str]
    """Trial number to "suggestion" (enqueued), "prior" or "sampler"."""
    best: Mapping[str, float]
    """Best value by origin, of those that have one; trials that break a constraint have none."""
    left: str
    """Why the prior proposes no more; empty while it does."""
    estimated_cold: float | None
    """Value that a random search would have reached with as many trials, as estimated from the
    prior and all results that it saw; None if not known."""
    gain: float | None
    """By how much the study's best value is better than that; negative where it is worse."""
    estimated_cold_trials: int | None
    """Random trials that would be needed for the best value of the warm start's own."""
    cold_curve: tuple[float, ...] = ()
    """`estimated_cold` after each finished trial; empty if not known."""

    def __str__(self) -> str:
        counts = {
            origin: sum(each == origin for each in self.origins.values())
            for origin in dict.fromkeys(self.origins.values())
        }
        lines = [
            f"{count} trials by {origin}"
            + (f", best {self.best[origin]:.6g}" if origin in self.best else "")
            for origin, count in counts.items()
        ]
        if self.left:
            lines.append(f"the prior was left: {self.left}")
        if self.estimated_cold is not None:
            lines.append(
                f"a random search is estimated at {self.estimated_cold:.6g} with as many trials: "
                f"the warm start {'gained' if (self.gain or 0.0) >= 0 else 'lost'} "
                f"{abs(self.gain or 0.0):.3g}"
            )
        if self.estimated_cold_trials is not None:
            most = "at least " if self.estimated_cold_trials >= _MOST_COLD else "about "
            lines.append(
                f"its best trial is worth {most}{self.estimated_cold_trials} random trials"
            )
        return "\n".join(lines)


def summary(study: optuna.Study) -> Summary:
    """Say which trials of a study came from where, and what its warm start gained or lost.

    The cold start is a random search: the expected best of n draws from what the prior, corrected
    by the study's results, expects of random configurations. It is an estimate, not a second run.

    Parameters
    ----------
    study : optuna.Study
        One with suggestions in its queue (`enqueue`), or of a `MetaSampler`.

    Returns
    -------
    Summary

    Raises
    ------
    UsageError
        If the study has several objectives.

    Examples
    --------
    >>> import optuna
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> study = optuna.create_study()
    >>> study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    >>> summary(study).origins
    {0: 'sampler', 1: 'sampler'}
    """
    if len(study.directions) > 1:
        msg = f"{study.study_name!r} has several objectives: a summary is of one"
        raise UsageError(msg)
    maximize = study.direction == StudyDirection.MAXIMIZE
    attributes = study.user_attrs
    claims = claims_of(attributes)
    origins: dict[int, str] = {}
    best: dict[str, float] = {}
    for trial in study.get_trials(deepcopy=False):
        claim = claim_of(claims, trial)
        if claim is not None and claim.candidate is not None:
            origin = "prior"
        else:
            origin = "suggestion" if RANK_ATTRIBUTE in trial.user_attrs else "sampler"
        origins[trial.number] = origin
        finished = trial.state == TrialState.COMPLETE and is_feasible(trial)
        if finished and trial.value is not None:
            better = max if maximize else min
            best[origin] = better(best.get(origin, trial.value), trial.value)
    left = left_of(attributes)
    sign = -1.0 if maximize else 1.0
    cold = np.sort(sign * np.array(cold_of(attributes)))
    estimated = gain = trials = None
    curve: tuple[float, ...] = ()
    if cold.size and best:
        n_finished = sum(trial.state.is_finished() for trial in study.get_trials(deepcopy=False))
        curve = tuple(sign * _expected_best(cold, n) for n in range(1, n_finished + 1))
        estimated = curve[-1]
        gain = sign * estimated - min(sign * value for value in best.values())
        warm = [sign * best[each] for each in ("prior", "suggestion") if each in best]
        trials = _trials_for(cold, min(warm)) if warm else None
    return Summary(origins, best, left.reason if left else "", estimated, gain, trials, curve)


def _expected_best(losses: FloatVector, n: int) -> float:
    """Expected least of n draws with replacement from losses in rising order."""
    above = np.arange(len(losses), -1, -1) / len(losses)
    return float(losses @ (above[:-1] ** n - above[1:] ** n))


def _trials_for(losses: FloatVector, loss: float) -> int:
    """Draws until the expected least is no worse than a loss; at most `_MOST_COLD`."""
    low, high = 1, _MOST_COLD
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _expected_best(losses, middle) <= loss else (middle + 1, high)
    return low
