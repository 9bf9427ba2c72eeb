"""From a study's trials to what the prior proposes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from optuna.study import StudyDirection
from optuna.trial import TrialState

from metarec.metalearners.base import best_first
from metarec.warmstart.distributions import seen_distributions, suits
from metarec.warmstart.feasibility import is_feasible
from metarec.warmstart.record import Left

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import optuna
    from optuna.trial import FrozenTrial

    from metarec._types import Mask
    from metarec.metalearners.belief import Belief
    from metarec.warmstart.prior import Prior
    from metarec.warmstart.record import Claim

_FIRST_PROBE, _PROBE_EVERY, _N_PROBES = 5, 12, 3
"""Results of the prior's before the first probe, between probes, and how many there are."""
_LEAST_RESULTS: Final = 5
"""Before the prior may be left because little is to be gained."""
_LEAST_GAIN: Final = 0.002
"""Expected gain of one more trial, as a share of the spread, that a good sampler has as well."""
_N_QUANTILES: Final = 33


@dataclass(frozen=True)
class Proposal:
    """What to do with the next trial."""

    column: int | None = None
    """The candidate to try."""
    probe: bool = False
    """Whether to draw it at random instead, to see whether the prior does better."""
    left: Left | None = None
    """Set if the prior proposes no more."""
    cold: tuple[float, ...] = ()
    """Estimated values of random configurations, quantiles."""


def propose(
    prior: Prior,
    study: optuna.Study,
    claims: Mapping[int, Claim],
    number: int,
    *,
    most: int,
    taken: Collection[int] = (),
) -> Proposal:
    """What the trial of this number should try, given all others.

    Parameters
    ----------
    prior : Prior
        What was believed before.
    study : optuna.Study
        With one objective.
    claims : mapping of int to Claim
        What trials were started for.
    number : int
        Of the trial.
    most : int
        Trials that the prior may have in all.
    taken : collection of int
        Candidates that another worker was seen to claim just now.

    Returns
    -------
    Proposal
    """
    trials = [each for each in study.get_trials(deepcopy=False) if each.number != number]
    seen = _Seen(prior, trials, claims, maximize=study.direction == StudyDirection.MAXIMIZE)
    n_own = sum(each.column is not None for each in claims.values())
    n_probes = len(claims) - n_own
    open_ = seen.open()
    open_[list(taken)] = False
    if seen.is_contradicted():
        reason = "a random configuration did better than all that the prior had proposed"
        return Proposal(left=Left(number, reason, contradicted=True), cold=seen.cold())
    if reason := seen.is_another_space() or _exhausted(n_own, most, open_):
        return Proposal(left=Left(number, reason, contradicted=False), cold=seen.cold())
    if n_probes < _N_PROBES and seen.n_own >= _FIRST_PROBE + n_probes * _PROBE_EVERY:
        return Proposal(probe=True, cold=seen.cold())
    if seen.n_results < prior.n_covering:
        return Proposal(column=next(int(each) for each in prior.order if open_[each]))
    gain = seen.belief.improvement()
    column = int(best_first(-gain, open_, 1)[0])
    if seen.n_results >= _LEAST_RESULTS and gain[column] < _LEAST_GAIN * seen.belief.spread:
        reason = "little is expected of its other candidates"
        return Proposal(left=Left(number, reason, contradicted=False), cold=seen.cold())
    return Proposal(column=column, cold=seen.cold())


def _exhausted(n_own: int, most: int, open_: Mask) -> str:
    """Why the prior has nothing to propose, if so."""
    if n_own >= most:
        return "all of its trials are spent"
    return "" if open_.any() else "no other candidate fits"


class _Seen:
    """A prior after the trials of a study."""

    def __init__(
        self,
        prior: Prior,
        trials: Sequence[FrozenTrial],
        claims: Mapping[int, Claim],
        *,
        maximize: bool,
    ) -> None:
        self._prior, self._trials, self._claims = prior, trials, claims
        self._maximize = maximize
        self._tried: set[int] = set()
        self._space = seen_distributions(trials)
        self._columns = {_key(each): at for at, each in enumerate(prior.candidates)}
        self.belief: Belief = prior.belief()
        self.n_results = 0
        self.n_own = 0
        self._example: tuple[float, float] | None = None
        completed: list[float] = []
        for trial in trials:
            column = self._column(trial)
            if column is not None:
                if column in self._tried:
                    continue
                self._tried.add(column)
            loss = self._loss(trial, completed)
            if loss is not None and trial.state == TrialState.COMPLETE:
                completed.append(loss)
                self._example = trial.value or 0.0, loss
            self._learn(trial, column, loss)

    def _learn(self, trial: FrozenTrial, column: int | None, loss: float | None) -> None:
        if trial.state.is_finished():
            self.n_own += self._is_own(trial.number)
            self.n_results += column is not None
        if column is None:
            if loss is not None and trial.state == TrialState.COMPLETE:
                self.belief.reach(loss)
        elif not trial.state.is_finished():
            self.belief.expect(column)
        elif loss is None:
            self.belief.fail(column)
        else:
            self.belief.observe(column, loss)

    def _is_own(self, number: int) -> bool:
        claim = self._claims.get(number)
        return claim is not None and claim.column is not None

    def _column(self, trial: FrozenTrial) -> int | None:
        """Which candidate a trial tries."""
        claim = self._claims.get(trial.number)
        if claim is not None and claim.prior == self._prior.digest and claim.column is not None:
            values = self._prior.candidates[claim.column]
            same = all(
                values[name] == value for name, value in trial.params.items() if name in values
            )
            asked = not trial.state.is_finished() or any(name in values for name in trial.params)
            return claim.column if same and asked else None
        params = trial.params
        if trial.state == TrialState.WAITING:
            params = trial.system_attrs.get("fixed_params", {})
        return self._columns.get(_key(params))

    def _loss(self, trial: FrozenTrial, completed: Sequence[float]) -> float | None:
        """The loss that a trial stands for; None if it failed, is infeasible or goes on."""
        if not is_feasible(trial):
            return None
        if trial.state == TrialState.COMPLETE and trial.value is not None:
            loss = self._prior.to_loss(trial.value, maximize=self._maximize)
            return loss if np.isfinite(loss) else None
        if trial.state == TrialState.PRUNED and completed:
            # A pruner stops what is behind the others.
            return float(np.median(completed))
        return None

    def is_another_space(self) -> str:
        """Why the study has none of the prior's parameters, if so."""
        ours = {name for each in self._prior.candidates for name in each}
        if not self._space or ours & set(self._space):
            return ""
        return (
            f"the study draws {', '.join(sorted(self._space))}, the prior knows "
            f"{', '.join(sorted(ours)) or 'nothing'}: map `names`"
        )

    def is_contradicted(self) -> bool:
        """Whether a probe did better than all that the prior had proposed before it."""
        own: list[float] = []
        best = np.inf
        for trial in self._trials:
            if trial.state != TrialState.COMPLETE or trial.number not in self._claims:
                continue
            loss = self._loss(trial, own)
            loss = np.inf if loss is None else loss
            if self._claims[trial.number].column is None:
                if loss < best:
                    return True
            else:
                own.append(loss)
                best = min(best, loss)
        return False

    def open(self) -> Mask:
        """Candidates that fit the study's space and were not tried."""
        return np.array(
            [
                column not in self._tried
                and all(
                    suits(self._space[name], value)
                    for name, value in each.items()
                    if name in self._space
                )
                for column, each in enumerate(self._prior.candidates)
            ],
            dtype=bool,
        )

    def cold(self) -> tuple[float, ...]:
        """Quantiles of what random configurations would reach, as values of the study.

        None before three results.
        """
        if self.n_results < 3 or self._example is None or not self._prior.plain.any():
            return ()
        losses = self.belief.losses()[self._prior.plain]
        quantiles = np.quantile(losses, np.linspace(0.0, 1.0, _N_QUANTILES))
        # A loss and a value differ by a constant, and by the sign if the study maximises.
        value, loss = self._example
        sign = -1.0 if self._maximize else 1.0
        return tuple((value + sign * (quantiles - loss)).tolist())


def _key(params: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, repr(params[name])) for name in sorted(params))
