"""The Optuna study of a tuning: new, or one that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import optuna

from metarec._exceptions import NoKnowledgeError, UsageError
from metarec.history import METRICS
from metarec.tuning.space import place_candidates
from metarec.warmstart import MetaSampler, prior_from_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from optuna.samplers import BaseSampler
    from optuna.storages import BaseStorage

    from metarec.recommender import Recommender
    from metarec.tuning.clock import Clock
    from metarec.tuning.validation import TuningData

_ABOUT: Final = "metarec_tuning"
"""User attribute of a study: what its values are of."""
_N_STARTUP, _N_STARTUP_IN_TIME = 10, 5
"""Complete trials before one may be pruned, and where time is limited. A pruned trial saves time,
but can be no member of an ensemble."""


@dataclass(frozen=True)
class StudyPlace:
    """Where a study is kept."""

    storage: BaseStorage
    """Of this study and others."""
    name: str | None = None
    """Of the study; one that is there goes on."""

    def begun_with(self) -> Mapping[str, Any]:
        """What the study that is there is about; nothing where there is none."""
        if self.name is None:
            return {}
        try:
            study = optuna.load_study(study_name=self.name, storage=self.storage)
        except KeyError:
            return {}
        about: Mapping[str, Any] = study.user_attrs.get(_ABOUT, {})
        return about


def open_study(
    place: StudyPlace,
    sampler: BaseSampler,
    metric: str,
    about: Mapping[str, object],
    *,
    in_time: bool,
) -> optuna.Study:
    """Create a study, or load the one that is there; `in_time` is whether time is limited.

    Raises
    ------
    UsageError
        If the study of that name is about something else.
    """
    n_startup = _N_STARTUP_IN_TIME if in_time else _N_STARTUP
    study = optuna.create_study(
        storage=place.storage,
        sampler=sampler,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=n_startup),
        study_name=place.name,
        direction=METRICS[metric],
        load_if_exists=True,
    )
    known = study.user_attrs.get(_ABOUT)
    if known is None and study.get_trials(deepcopy=False):
        msg = f"the study {study.study_name!r} is none of metarec's tuning: give another name"
        raise UsageError(msg)
    if known is None:
        study.set_user_attr(_ABOUT, dict(about))
    elif known.get("table") != about["table"]:
        msg = f"the study {study.study_name!r} is about another table: give another name"
        raise UsageError(msg)
    elif odd := [key for key, value in about.items() if known.get(key) != value]:
        msg = (
            f"the study {study.study_name!r} has another {odd[0]} ({known.get(odd[0])!r} instead "
            f"of {about[odd[0]]!r}): give another name, or the same arguments as before"
        )
        raise UsageError(msg)
    return study


def make_sampler(
    data: TuningData,
    *,
    metric: str,
    algorithms: Sequence[str],
    knowledge: str | Path | Recommender | None,
    cold: bool,
    clock: Clock,
    random_state: int,
) -> tuple[BaseSampler, str | None]:
    """The study's sampler, and what is to be said of its prior."""
    alone = optuna.samplers.TPESampler(seed=random_state)
    if cold:
        return alone, None
    learning = data.learning
    try:
        prior = prior_from_table(
            learning.X,
            data.labels,
            task=data.target.task,
            metric=metric,
            knowledge=knowledge,
            cost_aware=clock.limit is not None,
            n_fits=len(learning.folds),
            random_state=random_state,
        )
    except (NoKnowledgeError, UsageError) as error:
        return alone, f"the study starts cold: {error}"
    placed = place_candidates(prior, algorithms, learning.card.shape)
    if placed is None:
        return alone, f"the study starts cold: nothing is known of {', '.join(algorithms)}"
    warning = None
    if prior.unfamiliar is not None:
        warning = (
            f"the table is unlike what is known ({prior.unfamiliar}): the study begins with what "
            "is good for all known data sets"
        )
    sampler = MetaSampler(placed, seed=random_state, trial_seconds=clock.trial_seconds)
    return sampler, warning
