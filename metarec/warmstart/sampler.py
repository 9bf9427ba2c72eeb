"""An Optuna sampler that begins with what was learned elsewhere."""

from __future__ import annotations

import logging
import math
import warnings
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, TPESampler
from optuna.study import StudyDirection
from optuna.trial import TrialState

from metarec._exceptions import UsageError
from metarec.warmstart.distributions import fit, suits
from metarec.warmstart.prior import Prior
from metarec.warmstart.proposing import propose
from metarec.warmstart.record import (
    Claim,
    claim,
    claim_of,
    claims_of,
    leave,
    left_of,
    note_cold,
)
from metarec.warmstart.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from optuna.distributions import BaseDistribution
    from optuna.study import Study
    from optuna.trial import FrozenTrial

_MOST: Final = 40
_N_ATTEMPTS: Final = 20
"""Of finding a candidate that no other worker claims at the same moment."""
_LOGGER: Final = logging.getLogger("metarec.warmstart")


class MetaSampler(BaseSampler):
    """Proposes from a prior first, learning from every result, then hands over to another sampler.

    The lifetime of a trial: when its first parameter is asked for, the prior proposes a candidate,
    and the study's user attributes get a note of it. Each parameter takes the candidate's value if
    that is one of its distribution's, and else a value of the other sampler. What is believed is
    computed anew from the study's trials, so that any number of threads, processes and machines
    may share the study, and a study that was stopped goes on. No two of them try the same
    candidate. Trials that run count as tried, those that failed or are infeasible as bad, pruned
    ones as no better than the median. A trial whose worker died, and that Optuna gave up for it
    (the heartbeat of a database), leaves its candidate to others, once.

    After ten results every second trial is the other sampler's, which sees all of them and so is
    no cold one. The prior is left for good when little is expected of its other candidates, when
    the other sampler has found more that is better, or when the study's space is another one: a
    wrong prior costs some of the first trials, which a cold start spends at random. A study with
    several objectives is left to the other sampler from the start.

    Parameters
    ----------
    prior : Prior
        From `prior_from_table`, `prior_from_studies` or `prior_from_losses`.
    seed : int, optional
        Of the random parts.
    then : optuna.samplers.BaseSampler, optional
        The other sampler, with its constraints if there are any; if left out, TPE that draws the
        parameters of each branch of a conditional space together.
    n_trials : int
        At most this many trials are the prior's.
    trial_seconds : callable, optional
        Asked before each trial what it may take, for a study that ends with a time. With a prior
        that knows how long trials take, what may well take longer is left for last.

    Examples
    --------
    >>> import numpy as np, optuna
    >>> from metarec.warmstart import prior_from_losses
    >>> from optuna.distributions import FloatDistribution
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> candidates = [{"x": x / 10} for x in range(11)]
    >>> losses = np.array([[abs(x / 10 - best) for x in range(11)] for best in (0.2, 0.3, 0.4)])
    >>> prior = prior_from_losses(candidates, losses, space={"x": FloatDistribution(0, 1)})
    >>> study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    >>> study.optimize(lambda trial: abs(trial.suggest_float("x", 0, 1) - 0.4), n_trials=4)
    >>> study.trials[0].params, study.best_params
    ({'x': 0.3}, {'x': 0.4})
    """

    def __init__(
        self,
        prior: Prior,
        *,
        seed: int | None = None,
        then: BaseSampler | None = None,
        n_trials: int = _MOST,
        trial_seconds: Callable[[], float] | None = None,
    ) -> None:
        if n_trials < 1:
            msg = f"`n_trials` must be at least 1, but got {n_trials=}"
            raise UsageError(msg)
        if not isinstance(prior, Prior):
            msg = f"`prior` must be a Prior, as `prior_from_table` gives, but got {prior!r}"
            raise UsageError(msg)
        self._prior, self._n_trials = prior, n_trials
        self._trial_seconds = trial_seconds
        self._then = _make_tpe(seed) if then is None else then
        self._warned: set[str] = set()
        # It only spares the storage: what is not in it is read from there.
        self._started: dict[tuple[str, int], Claim | None] = {}

    def reseed_rng(self) -> None:
        """Reseed the other sampler, as Optuna asks for in each of several threads."""
        self._then.reseed_rng()

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Let the other sampler prepare."""
        self._then.before_trial(study, trial)

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Let the other sampler finish: it stores the constraints."""
        claimed = self._started.pop((study.study_name, trial.number), None)
        if claimed is not None and state == TrialState.FAIL:
            claim(study, trial.number, replace(claimed, failed=True))
        self._then.after_trial(study, trial, state, values)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """Nothing for a trial of the prior's: each distribution is known when it is asked for."""
        if self._start(study, trial) is not None:
            return {}
        return self._then.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """What the other sampler draws together; nothing for a trial of the prior's."""
        if not search_space and self._claim_of(study, trial.number) is not None:
            return {}
        return self._then.sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """The candidate's value if the distribution has it."""
        claimed = self._claim_of(study, trial.number)
        column = self._prior.columns.get(claimed.candidate or "") if claimed is not None else None
        if column is not None:
            candidate = self._prior.candidates[column]
            distribution: Any = param_distribution
            if param_name in candidate and suits(distribution, candidate[param_name]):
                return fit(distribution, candidate[param_name])
        return self._then.sample_independent(study, trial, param_name, param_distribution)

    def _start(self, study: Study, trial: FrozenTrial) -> Claim | None:
        """Choose what a trial is for, and note it in the study."""
        number = trial.number
        if len(study.directions) > 1:
            self._warn(study)
            return None
        attributes = study.user_attrs
        if left_of(attributes) is not None:
            self._started[study.study_name, number] = None
            return None
        claims = claims_of(attributes)
        claimed = claim_of(claims, trial)
        is_enqueued = "fixed_params" in trial.system_attrs
        if claimed is not None:
            claim(study, number, claimed)
        elif not is_enqueued:
            trials = [each for each in study.get_trials(deepcopy=False) if each.number != number]
            maximize = study.direction == StudyDirection.MAXIMIZE
            seen = Seen(self._prior, trials, claims, maximize=maximize)
            claimed = self._choose(study, number, seen)
            if cold := seen.cold():
                note_cold(study, list(cold))
        self._started[study.study_name, number] = claimed
        return claimed

    def _choose(self, study: Study, number: int, seen: Seen) -> Claim | None:
        """Claim a candidate that nobody else has; None if the trial is the other sampler's.

        Others may choose at the same moment, and a storage can write but not compare. Yet who has
        written and then reads sees everybody that wrote before: of two with the same candidate, at
        least the later one does, and chooses again.
        """
        taken: set[int] = set()
        seconds = math.inf if self._trial_seconds is None else self._trial_seconds()
        choose = partial(propose, seen, number, most=self._n_trials, trial_seconds=seconds)
        for _ in range(_N_ATTEMPTS):
            proposal = choose(taken=taken)
            if proposal.left is not None:
                leave(study, proposal.left)
                _LOGGER.info(
                    "%r goes on with %s: %s", study.study_name, self._then, proposal.left.reason
                )
                return None
            if proposal.column is None:
                return None
            claimed = Claim(self._prior.keys[proposal.column])
            claim(study, number, claimed)
            others = {
                each: other.candidate
                for each, other in claims_of(study.user_attrs).items()
                if each not in {number, *seen.released}
            }
            rivals = [each for each, key in others.items() if key == claimed.candidate]
            if not rivals:
                return claimed
            columns = [self._prior.columns.get(key or "") for key in others.values()]
            taken.update(column for column in columns if column is not None)
            # All of them choose again: so many places further down each that they part.
            for _ in range(sum(each < number for each in rivals)):
                column = choose(taken=taken).column
                taken.update([] if column is None else [column])
        claim(study, number, Claim(None))
        return None

    def _warn(self, study: Study) -> None:
        if study.study_name not in self._warned:
            self._warned.add(study.study_name)
            _LOGGER.warning(
                "%r has several objectives, which the prior knows nothing of: all trials are left "
                "to %s",
                study.study_name,
                self._then,
            )

    def _claim_of(self, study: Study, number: int) -> Claim | None:
        key = study.study_name, number
        if key not in self._started:
            self._started[key] = claims_of(study.user_attrs).get(number)
        return self._started[key]


def _make_tpe(seed: int | None) -> TPESampler:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return TPESampler(seed=seed, multivariate=True, group=True, constant_liar=True)
