"""Priors: from a table, from losses, from earlier studies."""

import logging
import warnings

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from sklearn.datasets import load_diabetes, load_wine

import metarec
from metarec import UsageError
from metarec.metalearners.cells import REGRET_FLOOR
from metarec.warmstart import (
    MetaSampler,
    prior_from_losses,
    prior_from_studies,
    prior_from_table,
    summary,
)
from metarec.warmstart.points import encode_points
from metarec.warmstart.seen import Seen


@pytest.fixture(autouse=True)
def _quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def earlier(best: float, *, direction: str = "minimize", n_trials: int = 20) -> optuna.Study:
    study = optuna.create_study(
        direction=direction, sampler=optuna.samplers.RandomSampler(seed=round(-100 * best))
    )
    sign = -1.0 if direction == "maximize" else 1.0

    def objective(trial: optuna.Trial) -> float:
        kind = trial.suggest_categorical("kind", ["good", "bad"])
        depth = trial.suggest_int("depth", 1, 9) if kind == "good" else 0
        rate = trial.suggest_float("rate", 1e-3, 1.0, log=True)
        return sign * (abs(np.log10(rate) - best) + 0.05 * abs(depth - 5) + (kind == "bad"))

    study.optimize(objective, n_trials=n_trials)
    return study


def test_earlier_studies_lead_to_what_was_good_in_all() -> None:
    studies = [earlier(-best) for best in (1.4, 1.45, 1.5, 1.55, 1.6)]
    prior = prior_from_studies(studies)
    first = prior.candidates[prior.order[0]]
    assert first["kind"] == "good"
    assert 1e-2 < first["rate"] < 1e-1
    new = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    value = new.ask()
    assert value.suggest_categorical("kind", ["good", "bad"]) == "good"


def test_studies_that_maximise_say_the_same() -> None:
    down, up = (
        prior_from_studies([earlier(-best, direction=each) for best in (1.4, 1.5, 1.6)])
        for each in ("minimize", "maximize")
    )
    assert down.candidates == up.candidates
    assert down.expected == pytest.approx(up.expected)


def test_studies_without_enough_trials_are_passed_over() -> None:
    full = [earlier(-best) for best in (1.4, 1.5, 1.6)]
    thin = [earlier(-0.1, n_trials=2), optuna.create_study(directions=["minimize", "maximize"])]
    assert prior_from_studies(full).keys == prior_from_studies([*full, *thin]).keys


def test_trials_that_break_a_constraint_say_nothing() -> None:
    studies = [earlier(-best) for best in (1.4, 1.5, 1.6)]
    before = prior_from_studies(studies).keys

    def too_good(trial: optuna.Trial) -> float:
        trial.suggest_float("rate", 1e-3, 1.0, log=True)
        return -9.0

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # experimental in Optuna 4, deprecated in 5
        broken = optuna.samplers.TPESampler(seed=0, constraints_func=lambda _: [1.0])
    for study in studies:
        study.sampler = broken
        study.optimize(too_good, n_trials=1)
        assert summary(study).best["sampler"] > -9.0
    assert prior_from_studies(studies).keys == before


def test_other_names_and_ranges() -> None:
    studies = [earlier(-best) for best in (1.4, 1.5, 1.6)]
    space = {"eta": FloatDistribution(1e-2, 1.0, log=True), "depth": IntDistribution(1, 9)}
    prior = prior_from_studies(studies, space=space, names={"rate": "eta"})
    assert {name for each in prior.candidates for name in each} == {"eta", "depth"}
    assert all(each["eta"] >= 1e-2 for each in prior.candidates if "eta" in each)


def test_studies_of_another_space() -> None:
    with pytest.raises(metarec.UsageError, match="map `names`"):
        prior_from_studies([earlier(-1.5)] * 3, space={"other": FloatDistribution(0, 1)})


def test_fewer_candidates_keep_the_best() -> None:
    generator = np.random.default_rng(0)
    candidates = [{"x": each} for each in generator.random(200).tolist()]
    losses = np.array([[abs(each["x"] - best) for each in candidates] for best in (0.3, 0.5, 0.7)])
    space = {"x": FloatDistribution(0, 1)}
    prior = prior_from_losses(candidates, losses, space=space, n_candidates=40)
    assert len(prior.candidates) == 40
    assert 8 <= prior.plain.sum() <= 12
    kept = np.array([each["x"] for each in prior.candidates])
    for row in losses:
        assert candidates[int(row.argmin())]["x"] in kept


def test_failed_runs_and_studies_without_differences() -> None:
    candidates = [{"x": each / 4} for each in range(5)]
    losses = np.array([[0.1, 0.15, 0.3, 0.4, np.inf]] * 3 + [[0.5] * 5])
    prior = prior_from_losses(candidates, losses, space={"x": FloatDistribution(0, 1)})
    assert len(prior.least) == len(prior.expected) == 3
    assert (prior.expected[:, 4] == prior.expected.max()).all()
    assert (prior.expected[:, 4] > prior.expected[:, 1]).all()
    assert np.isfinite(prior.covariance).all()


def test_scenarios_have_the_mean_and_the_variance_of_the_studies() -> None:
    generator = np.random.default_rng(0)
    candidates = [{"x": each} for each in generator.random(12).tolist()]
    losses = generator.random((8, 12))
    prior = prior_from_losses(candidates, losses, space={"x": FloatDistribution(0, 1)})
    least, middle = losses.min(axis=1), np.median(losses, axis=1)
    regret = np.minimum((losses - least[:, None]) / (middle - least)[:, None], 1.0)
    logs = np.log(regret + REGRET_FLOOR)
    assert prior.expected.shape == (8, 12)
    assert prior.expected.mean(axis=0) == pytest.approx(logs.mean(axis=0))
    variance = prior.expected.var(axis=0) + prior.covariance.diagonal()
    assert variance == pytest.approx(logs.var(axis=0))


def test_points_of_a_conditional_space() -> None:
    space = {
        "a": CategoricalDistribution(["x", "y"]),
        "n": IntDistribution(1, 100, log=True),
        "r": FloatDistribution(2.0, 2.0),
    }
    points = encode_points([{"a": "x", "n": 10, "r": 2.0}, {"a": "y"}], space) * np.sqrt(3)
    assert points == pytest.approx(np.array([[0.7, 0.0, 0.5, 0.0], [0.0, 0.7, 0.5, 0.0]]))


def test_a_table_gives_the_prior_of_its_expert() -> None:
    X, y = load_wine(return_X_y=True, as_frame=True)
    prior = prior_from_table(X, y, algorithm="svm", names={"C": "cost"})
    assert all("cost" in each for each in prior.candidates)
    first = metarec.suggest(X, y, top=1, algorithms=["svm"])[0]
    assert prior.candidates[prior.order[0]]["cost"] == first.hyperparameters["C"]
    several = prior_from_table(X, y, algorithms=["knn", "svm"])
    assert {each["algorithm"] for each in several.candidates} == {"knn", "svm"}
    assert prior.to_loss(0.9, maximize=True) == pytest.approx(0.1)
    assert prior.to_loss(0.0, maximize=True) == 1.0
    assert prior.to_loss(-0.2, maximize=True) == pytest.approx(1.2)


def test_a_cost_aware_prior_knows_the_slow_ones() -> None:
    X, y = load_wine(return_X_y=True, as_frame=True)
    names = ["naive_bayes", "random_forest"]
    assert prior_from_table(X, y, algorithms=names).seconds is None
    prior = prior_from_table(X, y, algorithms=names, cost_aware=True)
    assert prior.seconds is not None
    slow = np.array([each["algorithm"] == "random_forest" for each in prior.candidates])
    assert np.median(prior.seconds[slow]) > np.median(prior.seconds[~slow])


def test_a_prior_for_r2_is_on_the_scale_of_r2() -> None:
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    errors = prior_from_table(X, y, metric="rmse", algorithm="ridge")
    prior = prior_from_table(X, y, metric="r2", algorithm="ridge")
    assert prior.candidates == errors.candidates
    sd = float(np.std(y, ddof=1))
    assert prior.least == pytest.approx((errors.least / sd) ** 2, rel=0.01)
    assert prior.least + prior.spread == pytest.approx(
        ((errors.least + errors.spread) / sd) ** 2, rel=0.01
    )


def test_an_unfamiliar_table_gets_what_the_known_ones_have_in_common(
    caplog: pytest.LogCaptureFixture,
) -> None:
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(6, 3)), np.arange(6) % 2
    with caplog.at_level(logging.WARNING, logger="metarec.warmstart"):
        prior = prior_from_table(X, y)
    assert "6 rows" in caplog.text
    listed = metarec.suggest(X, y, top=3)
    assert listed.familiarity["familiar"] is False
    assert [prior.candidates[column]["algorithm"] for column in prior.order[:3]] == [
        item.algorithm for item in listed
    ]
    # No meta-feature has a say in what is expected.
    other = prior_from_table(generator.normal(size=(7, 2)), np.arange(7) % 2)
    expected = {str(each): at for each, at in zip(other.candidates, other.expected, strict=True)}
    both = [
        (at, expected[str(each)])
        for each, at in zip(prior.candidates, prior.expected, strict=True)
        if str(each) in expected
    ]
    assert len(both) > 10
    assert all(here == there for here, there in both)


def test_a_table_and_wrong_arguments() -> None:
    X, y = load_wine(return_X_y=True, as_frame=True)
    with pytest.raises(metarec.UsageError, match="must be a list of names, but got 'svm'"):
        prior_from_table(X, y, algorithms="svm")
    with pytest.raises(metarec.UsageError, match="has one class only"):
        prior_from_table(X, ["same"] * len(y))


def test_a_table_and_another_meta_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = load_wine(return_X_y=True, as_frame=True)
    monkeypatch.setattr("metarec.warmstart.table.Sequential", type("Other", (), {"name": "other"}))
    with pytest.raises(metarec.UsageError, match="needs the meta-learner 'other'"):
        prior_from_table(X, y, algorithm="svm")


def test_earlier_trials_without_a_place_in_the_new_space_are_left_out() -> None:
    studies = []
    for best in (2, 3, 4, 5):
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=best))
        study.optimize(
            lambda trial, best=best: abs(trial.suggest_int("n", 0, 10) - best), n_trials=25
        )
        study.add_trial(
            optuna.trial.create_trial(
                value=0.0,
                params={"n": "auto"},
                distributions={"n": CategoricalDistribution(["auto"])},
            )
        )
        studies.append(study)
    prior = prior_from_studies(studies, space={"n": IntDistribution(1, 10, log=True)})
    assert {each["n"] for each in prior.candidates} <= set(range(1, 11))
    assert prior.candidates[prior.order[0]]["n"] in {3, 4}


def test_candidates_may_be_numbers_of_numpy() -> None:
    candidates = [{"n": each} for each in np.arange(1, 12)]
    losses = np.array([[abs(each["n"] - best) for each in candidates] for best in (3, 4, 5)])
    prior = prior_from_losses(candidates, losses, space={"n": IntDistribution(1, 11)})
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    study.optimize(lambda trial: abs(trial.suggest_int("n", 1, 11) - 4), n_trials=2)
    assert study.trials[0].params == {"n": 4}
    assert set(summary(study).origins.values()) == {"prior"}


def test_a_study_of_negative_scores_is_none_of_errors() -> None:
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    prior = prior_from_table(X, y, metric="r2", algorithm="ridge")
    trials = [
        optuna.trial.create_trial(value=value, params={}, distributions={}) for value in (-0.4, 0.2)
    ]
    seen = Seen(prior, trials, {}, maximize=False)
    assert [seen._loss(each, ()) for each in trials] == pytest.approx([0.6, 1.2])
    seen = Seen(prior, trials[1:], {}, maximize=False)
    assert seen._loss(trials[1], ()) == pytest.approx(0.2)


def test_seconds_are_of_all_fits_of_a_trial() -> None:
    X, y = load_wine(return_X_y=True, as_frame=True)
    once, five = (
        prior_from_table(X, y, algorithm="knn", cost_aware=True, n_fits=n_fits).seconds
        for n_fits in (1, 5)
    )
    assert once is not None
    assert five == pytest.approx(5 * once)


def test_what_is_no_list_of_studies_or_losses_is_refused() -> None:
    space = {"x": FloatDistribution(0.0, 1.0)}
    with pytest.raises(UsageError, match="several studies"):
        prior_from_studies(earlier(0.0))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="a column per candidate"):
        prior_from_losses([], np.zeros((3, 0)), space=space)
    with pytest.raises(UsageError, match="n_candidates"):
        prior_from_losses([{"x": 0.5}], np.zeros((3, 1)), space=space, n_candidates=0)
