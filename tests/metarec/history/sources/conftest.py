"""A table and studies about it."""

from collections.abc import Callable, Sequence
from typing import Any

import optuna
import pandas as pd
import pytest
from optuna.trial import TrialState, create_trial


@pytest.fixture
def table() -> pd.DataFrame:
    """Two classes, apart by one of two columns."""
    rows = range(40)
    return pd.DataFrame(
        {"a": [float(row) for row in rows], "b": [row % 3 for row in rows],
         "class": ["no" if row < 20 else "yes" for row in rows]}
    )  # fmt: skip


@pytest.fixture
def make_study() -> Callable[..., optuna.Study]:
    """A study whose trials are given as (parameters, values) or (parameters, state)."""

    def make(
        *trials: tuple[dict[str, Any], Any],
        direction: str = "maximize",
        directions: Sequence[str] | None = None,
        attrs: dict[str, Any] | None = None,
        **options: Any,
    ) -> optuna.Study:
        how = {"directions": directions} if directions else {"direction": direction}
        study = optuna.create_study(study_name="mine", **how, **options)
        add_trials(study, *trials, attrs=attrs)
        return study

    return make


def add_trials(
    study: optuna.Study, *trials: tuple[dict[str, Any], Any], attrs: dict[str, Any] | None = None
) -> None:
    for params, result in trials:
        is_state = isinstance(result, TrialState)
        values = None if is_state else [result] if isinstance(result, float) else list(result)
        study.add_trial(
            create_trial(
                params=params,
                distributions={
                    name: optuna.distributions.CategoricalDistribution((value,))
                    for name, value in params.items()
                },
                state=result if is_state else TrialState.COMPLETE,
                values=values,
                user_attrs=attrs or {},
            )
        )


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
