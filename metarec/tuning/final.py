"""What a study ends with: members chosen from its trials, fitted on all rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from optuna.trial import TrialState

from metarec._exceptions import MetarecError
from metarec.learners import make_pipeline
from metarec.tuning.ensemble import join, select_members, share_steps
from metarec.tuning.fitting import fit_whole, read_fitted
from metarec.tuning.objective import REASON, ROWS_PER_SECOND, TIMED_OUT, configuration_of
from metarec.tuning.outcome import join_outcome
from metarec.tuning.running import N_KEPT, best_trials, refit_seconds, standing
from metarec.tuning.workers import limits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial

    from metarec._types import FloatVector
    from metarec.collecting.evaluating import FoldPredictions
    from metarec.learners import Configuration
    from metarec.reporting import Outcome
    from metarec.tuning.running import Runner
    from metarec.tuning.validation import TuningData

_SLACK: Final = 1.2
"""How much slower a fit may be than one on fewer rows promises: less than what is kept for it."""
_ELSE: Final = "give more rows of each class, fewer folds, or other base-learners"
_REMEDIES: Final = (
    ("the time", "give it more"),
    (TIMED_OUT, "give it more time"),
    ("pruned", "give it more trials"),
    ("out_of_memory", "give it more memory"),
)
"""What to do, by how the reason begins why there is no result."""


@dataclass(frozen=True, eq=False)
class _Chosen:
    """Trials whose pipelines are to answer together."""

    members: list[tuple[FrozenTrial, float]]
    """With their weights, the largest first."""
    score: float | None
    """Cross-validated, of all together."""
    class_weights: FloatVector | None = None
    """What each class's probability counts; None for all alike."""
    temperature: float = 1.0
    """Of their mean probabilities."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """What comes of a study."""

    best: FrozenTrial
    """The best trial."""
    pipeline: Any
    """Fitted on all rows."""
    members: tuple[tuple[Configuration, float], ...]
    """Its configurations with their weights, the largest first."""
    score: float | None
    """Cross-validated score of the members together."""
    outcome: Outcome | None
    """Their out-of-fold predictions, if all are at hand."""
    warnings: tuple[str, ...]
    """What could not be done as wanted."""


def fit_final(data: TuningData, runner: Runner, *, single: bool) -> Fitted:
    """Choose members and fit them on all rows, within the time that is left.

    Ctrl-C ends the fits with those that are done; if none is, the best trial's is done alone, which
    Ctrl-C ends for good.

    Raises
    ------
    MetarecError
        If no trial gave a result, or none can be fitted.
    KeyboardInterrupt
        If there is no result because of Ctrl-C.
    """
    final = _Final(data, runner)
    trials = best_trials(runner.study)
    warnings = []
    if trials:
        chosen = final.choose(trials, single=single)
        while runner.resume(sum(refit_seconds(trial) for trial, _ in chosen.members)):
            trials = best_trials(runner.study)
            chosen = final.choose(trials, single=single)
        fitted = final.fit(chosen.members)
        if any(trial.state != TrialState.COMPLETE for trial, _ in chosen.members):
            warnings.append("the best pipeline went through some of the folds: the score is theirs")
    else:
        trials = _unfinished(runner)
        chosen, fitted = _Chosen([(trials[0], 1.0)], None), []
        warnings.append("no trial went through all folds: the best of those that began was taken")
    n_missing = len(chosen.members) - len(fitted)
    if fitted and n_missing:
        when = "before Ctrl-C" if runner.interrupted else "in time"
        warnings.append(
            f"{n_missing} of {len(chosen.members)} pipelines could not be fitted {when}"
        )
        chosen = replace(chosen, score=None)
    is_whole = not n_missing
    if not fitted:
        alone, n_rows = final.fit_alone(trials[0])
        is_whole = n_rows == len(data.labels) and trials[0].state == TrialState.COMPLETE
        fitted = [alone]
        chosen = _Chosen([(trials[0], 1.0)], trials[0].value if is_whole else None)
        if n_rows < len(data.labels):
            warnings.append(f"there was time to fit it on {n_rows} of {len(data.labels)} rows")
    unfitted = [
        make_pipeline(configuration, task=data.target.task, random_state=runner.objective.seed)
        for _, configuration, _ in fitted
    ]
    whole = join(
        share_steps([pipeline for pipeline, _, _ in fitted], unfitted),
        [weight for _, _, weight in fitted],
        classification=bool(data.target.classes),
        class_weights=chosen.class_weights,
        temperature=chosen.temperature,
    )
    total = sum(weight for _, _, weight in fitted)
    members = tuple((configuration, weight / total) for _, configuration, weight in fitted)
    outcome = _outcome(data, runner, chosen) if is_whole else None
    return Fitted(trials[0], whole, members, chosen.score, outcome, tuple(warnings))


def _outcome(data: TuningData, runner: Runner, chosen: _Chosen) -> Outcome | None:
    """What those trials predicted together; None where one's predictions are not at hand."""
    found = [(runner.predictions.get(trial.number), weight) for trial, weight in chosen.members]
    known = [(predictions, weight) for predictions, weight in found if predictions is not None]
    if len(known) < len(found):
        return None
    return join_outcome(data, known, chosen.class_weights, chosen.temperature)


def _unfinished(runner: Runner) -> list[FrozenTrial]:
    """Trials that got furthest first, of these the best; failed ones only if they got anywhere."""
    ended = runner.study.get_trials(deepcopy=False)
    begun = [each for each in ended if each.intermediate_values or each.state == TrialState.RUNNING]
    begun = [each for each in begun if "algorithm" in each.params]
    if not begun and runner.interrupted:
        raise KeyboardInterrupt
    if not begun:
        reason = ended[-1].user_attrs.get(REASON, "pruned") if ended else "the time was over"
        msg = f"none of {len(ended)} trials was finished ({reason}): {_remedy(reason)}"
        raise MetarecError(msg)

    return sorted(begun, key=lambda each: standing(runner.study, each))


def _remedy(reason: str) -> str:
    return next((each for start, each in _REMEDIES if reason.startswith(start)), _ELSE)


class _Final:
    def __init__(self, data: TuningData, runner: Runner) -> None:
        self._data, self._runner = data, runner
        self._objective = runner.objective
        self._workers = runner.objective.workers
        self._clock = runner.objective.clock

    def choose(self, trials: Sequence[FrozenTrial], *, single: bool) -> _Chosen:
        """The best trial alone, or those that are best together.

        A trial that leads and could not be finished is one of them if it can be fitted in time; its
        folds are what all are judged by then.
        """
        alone = _Chosen([(trials[0], 1.0)], trials[0].value)
        if single:
            return alone
        candidates = [
            (trial, predictions)
            for trial in trials[:N_KEPT]
            if (predictions := self._predictions(trial)) is not None
        ]
        budget = self._clock.left_for_refits / _SLACK
        leader = self._runner.leader()
        if leader is not None and candidates and refit_seconds(leader) <= budget:
            leading = self._runner.unfinished[leader.number]
            candidates = [(trial, each[: len(leading)]) for trial, each in candidates]
            candidates.insert(0, (leader, leading))
        if not candidates:
            return alone
        found = select_members(
            self._data.learning,
            self._objective.metric,
            [predictions for _, predictions in candidates],
            costs=[refit_seconds(trial) for trial, _ in candidates],
            budget=lambda: self._clock.left_for_refits / _SLACK,
        )
        members = [(candidates[place][0], weight) for place, weight in found.weights.items()]
        return _Chosen(members, found.score, found.class_weights, found.temperature)

    def fit(
        self, weights: Sequence[tuple[FrozenTrial, float]]
    ) -> list[tuple[Any, Configuration, float]]:
        """Those members that can be fitted in time."""
        n_rows = len(self._data.labels)
        self._objective.stopped.clear()
        futures = [self._workers.each(self._fit_one, trial, n_rows) for trial, _ in weights]
        found = self._workers.results(futures, self._runner.stop)
        return [
            (read_fitted(fitted), self._configuration(trial), weight)
            for (fitted, _), (trial, weight) in zip(found, weights, strict=True)
            if fitted is not None
        ]

    def fit_alone(self, trial: FrozenTrial) -> tuple[tuple[Any, Configuration, float], int]:
        """One member on as many rows as there is time for, and how many these are.

        Late with a pipeline is better than in time without one: then on few rows.
        """
        n_rows = len(self._data.labels)
        speed = float(trial.user_attrs.get(ROWS_PER_SECOND, 0.0))
        if not math.isinf(self._clock.left_for_refits):
            most = speed * max(self._clock.left_for_refits, 0.0) / _SLACK
            n_rows = int(min(max(most, self._objective.stage_rows[0]), n_rows))
        self._objective.stopped.clear()
        future = self._workers.each(self._fit_one, trial, n_rows, math.inf)
        ((fitted, why),) = self._workers.results([future])
        configuration = self._configuration(trial)
        if fitted is None:
            msg = f"{configuration!r} cannot be fitted on {n_rows} rows ({why}): {_remedy(why)}"
            raise MetarecError(msg)
        return (read_fitted(fitted), configuration, 1.0), n_rows

    def _predictions(self, trial: FrozenTrial) -> list[FoldPredictions] | None:
        """What a trial predicted; made again if another process or an earlier call did it."""
        found = self._runner.predictions.get(trial.number)
        again = refit_seconds(trial) * self._objective.n_folds
        if found is not None or again > self._clock.left_for_trials:
            return found
        future = self._workers.each(self._objective.evaluate, self._configuration(trial))
        (evaluated,) = self._workers.results([future], self._runner.stop)
        if evaluated.is_whole:
            self._runner.predictions[trial.number] = evaluated.predictions
        return self._runner.predictions.get(trial.number)

    def _configuration(self, trial: FrozenTrial) -> Configuration:
        return configuration_of(trial, self._objective.shape)

    def _fit_one(
        self, trial: FrozenTrial, n_rows: int, seconds: float | None = None
    ) -> tuple[bytes | None, str]:
        """A pipeline fitted in so many seconds, those that are left if None; or None and why."""
        objective = self._objective
        self._workers.stand_by()
        seconds = self._clock.left_for_refits if seconds is None else seconds
        if seconds <= 0 or objective.stopped.is_set():
            return None, "there was no time for it"
        outcome = self._workers.ask(
            fit_whole,
            objective.path,
            self._configuration(trial),
            objective.seed,
            n_rows,
            limits=limits_of(seconds, objective.memory),
        )
        if outcome.status != "ok":
            return None, f"{outcome.status}: {outcome.reason}"
        fitted: bytes = outcome.items[-1]
        return fitted, ""
