"""What the values of a trial are: metrics, and forms of them that others optimise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metarec._exceptions import UsageError
from metarec.history.records import METRIC_RANGES, METRICS, REGRESSION_METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import optuna

    from metarec.learners import TaskType

FORMS: Final[dict[str, tuple[str, float, float]]] = {
    **{metric: (metric, 0.0, 1.0) for metric in METRICS},
    "error": ("accuracy", 1.0, -1.0),
    "balanced_error": ("balanced_accuracy", 1.0, -1.0),
    "neg_log_loss": ("log_loss", 0.0, -1.0),
    "neg_mean_absolute_error": ("mae", 0.0, -1.0),
    "neg_root_mean_squared_error": ("rmse", 0.0, -1.0),
}
"""What an objective may be called: the metric is the second entry plus the third one times it."""

NO_METRIC: Final = "-"
"""Stands for an objective that is no score."""


@dataclass(frozen=True)
class Objectives:
    """The objectives of a study, in their order."""

    given: tuple[str, ...]
    """A key of `FORMS` each, or `NO_METRIC`."""

    def scores(self, trial: optuna.trial.FrozenTrial) -> dict[str, float]:
        """Scores of a complete trial by metric.

        Raises
        ------
        UsageError
            If a value is out of the metric's range.
        """
        found = {}
        for given, value in zip(self.given, trial.values, strict=True):
            if given != NO_METRIC:
                metric, offset, sign = FORMS[given]
                score = offset + sign * value
                low, high = METRIC_RANGES[metric]
                if not low <= score <= high:
                    msg = (
                        f"trial {trial.number} has {value:g}, which is no {given}: name the metric "
                        "that it is"
                    )
                    raise UsageError(msg)
                found[metric] = score
        return found


def read_objectives(
    study: optuna.Study, metric: str | Sequence[str] | None, task: TaskType
) -> Objectives:
    """Find out what a study optimises, and that it can be so.

    Parameters
    ----------
    study : optuna.Study
        The study; its metric names or its user attribute "metric" count if none is given.
    metric : str or sequence of str, optional
        What each objective is.
    task : {"binary", "multiclass", "regression"}
        What it is about.

    Raises
    ------
    UsageError
        If that is not known, not a metric of the task, or optimised in the other direction.
    """
    found = metric or study.metric_names or study.user_attrs.get("metric")
    if not found:
        msg = (
            f"the study {study.study_name!r} does not say what it optimises: name the metric, one "
            f"of {', '.join(FORMS)}"
        )
        raise UsageError(msg)
    given = (found,) if isinstance(found, str) else tuple(found)
    if len(given) != len(study.directions):
        msg = (
            f"the study {study.study_name!r} has {len(study.directions)} objectives, but "
            f"{len(given)} metrics are named: name one for each, {NO_METRIC} for no score"
        )
        raise UsageError(msg)
    for name, direction in zip(given, study.directions, strict=True):
        if name != NO_METRIC:
            _check(name, direction.name.lower(), task)
    metrics = [FORMS[name][0] for name in given if name != NO_METRIC]
    if not metrics or len(metrics) > len(set(metrics)):
        msg = f"the objectives {', '.join(given)} must be different scores, at least one"
        raise UsageError(msg)
    return Objectives(given)


def _check(given: str, direction: str, task: TaskType) -> None:
    if given not in FORMS:
        msg = f"there is no metric {given!r}; choose one of {', '.join(FORMS)}"
        raise UsageError(msg)
    metric, _, sign = FORMS[given]
    if (metric in REGRESSION_METRICS) != (task == "regression"):
        msg = f"{given!r} does not score a {task} task: name the metric of the study"
        raise UsageError(msg)
    if (METRICS[metric] == direction) != (sign > 0):
        others = [name for name, (of, _, how) in FORMS.items() if of == metric and how != sign]
        hint = f"if it is {' or '.join(others)}, say so" if others else "name what it is"
        msg = f"the study is to {direction} what is called {given!r}: {hint}"
        raise UsageError(msg)
