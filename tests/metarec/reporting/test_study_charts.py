"""What the charts of a study hold."""

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from report_pages import make_study

from metarec.reporting.history_chart import history
from metarec.reporting.hyperparameter_charts import importances, parallel_coordinates
from metarec.reporting.page import Chart
from metarec.reporting.trials import complete_trials
from metarec.warmstart import summary


def _study(values: list[float], direction: str = "minimize", **parameters: list) -> optuna.Study:
    """Finished trials with these values."""
    study = optuna.create_study(direction=direction)
    for at, value in enumerate(values):
        params = {name: each[at] for name, each in parameters.items()}
        study.add_trial(
            optuna.trial.create_trial(
                value=value,
                params=params,
                distributions={
                    name: CategoricalDistribution(sorted(set(parameters[name])))
                    if isinstance(each, str)
                    else FloatDistribution(0, 1)
                    for name, each in params.items()
                },
            )
        )
    return study


def _traces(chart: Chart) -> dict:
    return {each.name: each for each in chart.figure.data}


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_the_best_so_far_follows_the_direction(direction: str) -> None:
    sign = 1 if direction == "minimize" else -1
    study = _study([sign * value for value in (3.0, 4.0, 1.0, 2.0)], direction)
    chart = history(study, summary(study), "loss")
    assert list(_traces(chart)["best so far"].y) == [sign * each for each in (3, 3, 1, 1, 1)]
    assert f"best loss is {sign}." in chart.note


def test_trials_are_marked_by_where_they_came_from() -> None:
    study = make_study(20)
    gain = summary(study)
    traces = _traces(history(study, gain, "score"))
    origins = [gain.origins[each.number] for each in complete_trials(study)]
    assert len(traces["head start"].x) == origins.count("prior") > 0
    assert len(traces["sampler"].x) == origins.count("sampler") > 0
    assert list(traces["estimated cold start"].y) == list(gain.cold_curve)


def test_the_cold_curve_ends_at_the_estimate_and_only_improves() -> None:
    for direction, sign in (("minimize", -1.0), ("maximize", 1.0)):
        gain = summary(make_study(20, direction=direction))
        assert gain.cold_curve[-1] == gain.estimated_cold
        assert len(gain.cold_curve) == 20
        assert (np.diff(gain.cold_curve) * sign >= 0).all()


def test_outliers_do_not_press_the_rest_into_a_line() -> None:
    values = [1.0 + at / 100 for at in range(20)]
    tame, wild = _study(values), _study([*values, 1e6])
    for study, outside in ((tame, ""), (wild, "1 of the worst")):
        chart = history(study, summary(study), "loss")
        low, high = chart.figure.layout.yaxis.range
        assert low < 1.0
        assert 1.19 < high < 2.0
        assert outside in chart.note


def test_importance_finds_what_matters() -> None:
    generator = np.random.default_rng(0)
    telling, idle = generator.random(100), generator.random(100)
    study = _study(list(telling), telling=list(telling), idle=list(idle))
    chart = importances(study)
    assert isinstance(chart, Chart)
    (bars,) = chart.figure.data
    ticks = chart.figure.layout.yaxis.ticktext
    assert ticks[-1] == "telling"
    assert bars.x[-1] > 0.8
    assert len(bars.x) == len(ticks)


def test_importances_are_not_made_up() -> None:
    x = [each / 10 for each in range(9)]
    assert "need 10" in importances(_study(x, x=x))
    assert "the same value" in importances(_study([1.0] * 30, x=[0.5] * 30))
    assert "too little in common" in importances(
        _study([float(at) for at in range(12)], x=[0.5] * 12)
    )
    once = {"algorithm": [f"a{at}" for at in range(12)]}
    chart = importances(_study([float(at) for at in range(12)], **once))
    assert isinstance(chart, Chart)
    assert "Rough" in chart.note


def test_importances_leave_out_what_few_of_the_best_have() -> None:
    study = optuna.create_study()

    def objective(trial: optuna.Trial) -> float:
        if trial.number % 10 == 0:  # one of ten, and the very best of all
            trial.suggest_categorical("algorithm", ["rare", "usual"])
            return trial.suggest_float("rare.x", 0, 1) / 100 if trial.number == 0 else 1.0
        trial.suggest_categorical("algorithm", ["rare", "usual"])
        return 0.1 + trial.suggest_float("usual.y", 0, 1)

    for at in range(60):
        study.enqueue_trial(
            {"algorithm": "usual" if at % 10 else "rare", "rare.x": at / 60, "usual.y": at / 60}
        )
    study.optimize(objective, n_trials=60)
    chart = importances(study)
    assert isinstance(chart, Chart)
    assert "usual.y" in chart.figure.layout.yaxis.ticktext
    assert "rare.x" not in chart.figure.layout.yaxis.ticktext


def test_parallel_coordinates_are_per_base_learner() -> None:
    charts = parallel_coordinates(make_study(60), "score")
    assert charts[0].title == "Hyperparameters of svm"
    assert list(charts[0].figure.layout.xaxis.ticktext) == ["score", "C", "kernel"]
    lines = [each for each in charts[0].figure.data if each.mode == "lines"]
    assert len(lines) == len(charts[0].figure.data)
    # The best is drawn last, on top.
    assert lines[-1].y[0] == max(each.y[0] for each in lines)


def test_long_names_stay_apart_and_whole() -> None:
    names = [f"gradient_boosting.min_weight_fraction_of_{end}" for end in ("leaves", "nodes")]
    x = list(np.random.default_rng(0).random(30))
    study = _study(x, **{names[0]: x, names[1]: x[::-1]})
    (chart,) = parallel_coordinates(study, "loss")
    shown = [each.replace("<br>", "") for each in chart.figure.layout.xaxis.ticktext[1:]]
    assert len(set(shown)) == 2
    ticks = importances(study).figure.layout.yaxis.ticktext
    assert set(names) >= {each.replace("<br>", "") for each in ticks}


def test_trials_without_a_value_or_with_a_broken_constraint_are_left_out() -> None:
    study = optuna.create_study()

    def objective(trial: optuna.Trial) -> float:
        trial.set_constraint("size", trial.number - 1.5)
        return [1.0, float("inf"), 0.0][trial.number]

    study.optimize(objective, n_trials=3)
    assert [each.number for each in complete_trials(study)] == [0]


def test_of_very_many_trials_some_are_drawn_and_the_best_among_them() -> None:
    x = list(np.random.default_rng(0).random(700))
    (chart,) = parallel_coordinates(_study(x, x=x), "loss")
    assert len(chart.figure.data) == 234
    assert "one in 3 is drawn" in chart.note
    assert f"{min(x):.3g}" in chart.figure.data[-1].customdata[0]
