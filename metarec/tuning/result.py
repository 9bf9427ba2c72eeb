"""What a tuning ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metarec.tuning.saving import Model
from metarec.tuning.sharing import counted

if TYPE_CHECKING:
    from pathlib import Path

    import optuna

    from metarec.learners import Configuration
    from metarec.reporting import Outcome
    from metarec.suggestions import Suggestions
    from metarec.warmstart import Summary


@dataclass(frozen=True, eq=False)
class TuningResult:
    """A finished study and the pipeline that comes of it."""

    study: optuna.Study
    """With all trials, in the storage that was asked for."""
    metric: str
    """What the trials' values are."""
    best: Configuration
    """Configuration of the best trial."""
    best_score: float | None
    """Mean over its folds; None if no trial went through all of them."""
    members: tuple[tuple[Configuration, float], ...]
    """Configurations of the fitted pipeline with their weights, the largest first."""
    score: float | None
    """Cross-validated score of the members together; None where a member could not be fitted in
    time. Chosen as the best of many, it promises a little too much."""
    outcome: Outcome | None
    """What the members together predicted of each row while they were not fitted on it; None where
    that is not known of one of them."""
    pipeline: Any
    """Pipeline, or ensemble of pipelines, fitted on all rows; takes a frame of `columns`."""
    columns: tuple[str, ...]
    """The features, in their order."""
    target: str
    """What is predicted."""
    task: str
    """binary, multiclass or regression."""
    gain: Summary
    """Which trials came from where, and what the warm start was worth."""
    warnings: tuple[str, ...]
    """What could not be done as asked."""
    interrupted: bool
    """Whether Ctrl-C ended it."""
    seconds: float
    """What everything took."""

    @property
    def model(self) -> Model:
        """The pipeline with what it needs to know of a table; it can be saved."""
        return Model(self.pipeline, self.columns, self.target, self.task)

    def write_report(self, path: str | Path, *, suggestions: Suggestions | None = None) -> None:
        """Write what was found into one HTML file that needs no network.

        Parameters
        ----------
        path : str or Path
            An .html file.
        suggestions : Suggestions, optional
            What `metarec.suggest` said of the table, to be shown with its reasons and the nearest
            data sets.

        Raises
        ------
        UsageError
            See `metarec.reporting.check_report`.
        """
        from metarec.reporting import write_report

        write_report(
            path,
            self.study,
            suggestions=suggestions,
            outcome=self.outcome,
            members=self.members,
            metric=self.metric,
            title=f"What predicts {self.target}",
        )

    def to_dict(self) -> dict[str, object]:
        """Everything but the study, the predictions and the pipeline as JSON's types."""
        trials = counted(self.study.get_trials(deepcopy=False))
        states = [trial.state.name.lower() for trial in trials]
        return {
            "study": self.study.study_name,
            "target": self.target,
            "task": self.task,
            "metric": self.metric,
            "trials": {state: states.count(state) for state in dict.fromkeys(states)},
            "best": _to_dict(self.best),
            "best_score": self.best_score,
            "score": self.score,
            "members": [
                {**_to_dict(configuration), "weight": weight}
                for configuration, weight in self.members
            ],
            "gain": {
                "best": dict(self.gain.best),
                "left": self.gain.left or None,
                "estimated_cold": self.gain.estimated_cold,
                "gain": self.gain.gain,
                "estimated_cold_trials": self.gain.estimated_cold_trials,
            },
            "warnings": list(self.warnings),
            "interrupted": self.interrupted,
            "seconds": self.seconds,
        }


def _to_dict(configuration: Configuration) -> dict[str, object]:
    return {
        "algorithm": configuration.algorithm,
        "hyperparameters": dict(configuration.hyperparameters),
    }
