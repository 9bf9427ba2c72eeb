"""What a study's trials say to a prior."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from optuna.trial import TrialState

from metarec.warmstart.distributions import seen_distributions, suits
from metarec.warmstart.feasibility import is_feasible
from metarec.warmstart.prior import key_of
from metarec.warmstart.record import claim_of, retried

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna.trial import FrozenTrial

    from metarec._types import FloatVector, Mask
    from metarec.metalearners.belief import Belief
    from metarec.warmstart.prior import Prior
    from metarec.warmstart.record import Claim

_N_QUANTILES: Final = 33
_MOST_DEATHS: Final = 2
"""Workers that a candidate may take with it before it counts as failed."""
_TICK: Final = 1e-3
"""Seconds that a trial takes at least."""


class _Completed(NamedTuple):
    """A complete trial."""

    trial: FrozenTrial
    loss: float


class Seen:
    """A prior after the trials of a study.

    Finished trials are learned from in their order. Those that run are taken as if what is expected
    of them were found, and come last, for results change what is expected.
    """

    def __init__(
        self,
        prior: Prior,
        trials: Sequence[FrozenTrial],
        claims: Mapping[int, Claim],
        *,
        maximize: bool,
    ) -> None:
        self.prior, self._trials = prior, trials
        self._claims = {
            each.number: claimed for each in trials if (claimed := claim_of(claims, each))
        }
        self.n_claimed = sum(each.candidate is not None for each in claims.values())
        self._maximize = maximize
        # One score may well be above 0, or of a kind that is below it in a study of errors.
        self._is_negated = not maximize and any(
            trial.value is not None and trial.value < 0
            for trial in trials
            if trial.state == TrialState.COMPLETE
        )
        self._tried: set[int] = set()
        self._space = seen_distributions(trials)
        self.belief: Belief = prior.belief()
        self.released: set[int] = set()
        """Trials whose claim holds nothing: their worker died, or they tried something else."""
        self.n_results = 0
        self._example: tuple[float, float] | None = None
        self._learn_finished()
        for trial in trials:
            column = self._column(trial)
            if not trial.state.is_finished() and column is not None and column not in self._tried:
                self._tried.add(column)
                self.belief.expect(column)

    def _learn_finished(self) -> None:
        completed: list[_Completed] = []
        deaths: Counter[int] = Counter()
        begun_again = retried(self._trials)
        for trial in self._trials:
            if not trial.state.is_finished():
                continue
            column = self._column(trial)
            if column is None and trial.number in self._claims:
                self.released.add(trial.number)
            elif column is not None and self._died(trial):
                # It says nothing of the candidate, unless it happens again.
                deaths[column] += 1
                if deaths[column] < _MOST_DEATHS:
                    self.released.add(trial.number)
                    continue
            elif trial.number in begun_again:
                self.released.add(trial.number)
                continue
            if column in self._tried:
                continue
            loss = self._loss(trial, completed)
            if loss is not None and trial.state == TrialState.COMPLETE:
                completed.append(_Completed(trial, loss))
                self._example = trial.value or 0.0, loss
            self._learn(trial, column, loss)

    def _learn(self, trial: FrozenTrial, column: int | None, loss: float | None) -> None:
        if column is None:
            if loss is not None and trial.state == TrialState.COMPLETE:
                self.belief.reach(loss)
            return
        self._tried.add(column)
        self.n_results += 1
        if loss is None:
            self.belief.fail(column)
        else:
            self.belief.observe(column, loss)

    def _died(self, trial: FrozenTrial) -> bool:
        """Whether a trial's worker died: it was given up by others, as its heart stood still."""
        claimed = self._claims.get(trial.number)
        return claimed is not None and trial.state == TrialState.FAIL and not claimed.failed

    def _column(self, trial: FrozenTrial) -> int | None:
        """Which candidate a trial tries."""
        claim = self._claims.get(trial.number)
        claimed = None if claim is None else self.prior.columns.get(claim.candidate or "")
        if claimed is not None:
            values = self.prior.candidates[claimed]
            same = all(
                values[name] == value for name, value in trial.params.items() if name in values
            )
            asked = not trial.state.is_finished() or any(name in values for name in trial.params)
            return claimed if same and (asked or self._died(trial)) else None
        params = trial.params
        if not trial.state.is_finished():
            params = trial.system_attrs.get("fixed_params", params)
        return self.prior.columns.get(key_of(params))

    def _loss(self, trial: FrozenTrial, completed: Sequence[_Completed]) -> float | None:
        """The loss that a trial stands for; None if it failed, is infeasible or goes on."""
        if not is_feasible(trial):
            return None
        if trial.state == TrialState.COMPLETE and trial.value is not None:
            loss = self.prior.to_loss(
                trial.value, maximize=self._maximize, negated=self._is_negated
            )
            return loss if np.isfinite(loss) else None
        if trial.state == TrialState.PRUNED and completed:
            return self._loss_of_pruned(trial, completed)
        return None

    def _loss_of_pruned(self, trial: FrozenTrial, completed: Sequence[_Completed]) -> float:
        """As far behind each other trial at its end as it was when a pruner stopped it.

        A pruner stops what is behind the others: no less than their median.
        """
        middle = float(np.median([each.loss for each in completed]))
        step = trial.last_step
        if step is None:
            return middle
        sign = -1.0 if self._maximize else 1.0
        value = trial.intermediate_values[step]
        promised = [
            each.loss + sign * (value - each.trial.intermediate_values[step])
            for each in completed
            if step in each.trial.intermediate_values
        ]
        expected = float(np.median(promised)) if promised else middle
        return max(expected, middle) if np.isfinite(expected) else middle

    def pace(self) -> FloatVector:
        """How many times as long as expected each candidate's trial takes, by those that ended.

        A base-learner's is drawn towards that of all, and that towards 1. What failed after more
        than its time, as a trial that is stopped for it does, took at least so long.
        """
        names = [each.get("algorithm") for each in self.prior.candidates]
        seconds = self.prior.seconds
        if seconds is None:
            return np.ones(len(names))
        logs: dict[object, list[float]] = {name: [] for name in names}
        told: set[int] = set()
        for trial in self._trials:
            column = None if trial.number in self.released else self._column(trial)
            # A repetition may have been answered from what is there.
            if column is None or trial.duration is None or column in told:
                continue
            log = math.log(max(trial.duration.total_seconds(), _TICK) / seconds[column])
            if trial.state == TrialState.COMPLETE or (trial.state == TrialState.FAIL and log > 0):
                logs[names[column]].append(log)
                told.add(column)
        common = sum(map(sum, logs.values())) / (1 + sum(map(len, logs.values())))
        own = {name: (common + sum(found)) / (1 + len(found)) for name, found in logs.items()}
        return np.exp([own[name] for name in names])

    def is_another_space(self) -> str:
        """Why the study has none of the prior's parameters, if so."""
        ours = {name for each in self.prior.candidates for name in each}
        if not self._space or ours & set(self._space):
            return ""
        return (
            f"the study draws {', '.join(sorted(self._space))}, the prior knows "
            f"{', '.join(sorted(ours)) or 'nothing'}: map `names`"
        )

    def lead(self, alone: int) -> int:
        """How many more improvements were the prior's than others', after so many results."""
        best, lead, n_completed = np.inf, 0, 0
        for trial in self._trials:
            loss = self._loss(trial, ()) if trial.state == TrialState.COMPLETE else None
            if loss is None:
                continue
            if loss < best and n_completed >= alone:
                lead += 1 if self._column(trial) is not None else -1
            n_completed += 1
            best = min(best, loss)
        return lead

    def open(self) -> Mask:
        """Candidates that fit the study's space and were not tried."""
        return np.array(
            [
                self.prior.columns[key] not in self._tried
                and all(
                    suits(self._space[name], value)
                    for name, value in each.items()
                    if name in self._space
                )
                for key, each in zip(self.prior.keys, self.prior.candidates, strict=True)
            ],
            dtype=bool,
        )

    def cold(self) -> tuple[float, ...]:
        """Quantiles of what random configurations would reach, as values of the study.

        None before three results.
        """
        if self.n_results < 3 or self._example is None or not self.prior.plain.any():
            return ()
        losses = self.belief.losses()[self.prior.plain]
        quantiles = np.quantile(losses, np.linspace(0.0, 1.0, _N_QUANTILES))
        # A loss and a value differ by a constant, and by the sign if the study maximises.
        value, loss = self._example
        sign = -1.0 if self._maximize else 1.0
        return tuple((value + sign * (quantiles - loss)).tolist())
