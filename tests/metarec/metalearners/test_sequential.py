"""What results change: the belief about one data set, and the scale that they are read with."""

from dataclasses import replace

import numpy as np
import pytest

from metarec.evaluation import meta_test
from metarec.history import MetaDataset
from metarec.metalearners import Task, get_metalearner
from metarec.metalearners.belief import Belief
from metarec.metalearners.cells import REGRET_FLOOR
from metarec.metalearners.scale import Scale

EVERY = np.ones(8, dtype=bool)


def _belief(**changes: np.ndarray) -> Belief:
    """Four configurations of which the first two go together."""
    covariance = np.array(
        [[1.0, 0.9, 0, 0], [0.9, 1.0, 0, 0], [0, 0, 1.0, 0], [0, 0, 0, 0.01]], dtype=float
    )
    parts = {
        "expected": np.log(np.array([0.1, 0.15, 0.2, 0.9]) + REGRET_FLOOR),
        "covariance": covariance,
        "least": np.array([0.1]),
        "spread": np.array([0.5]),
    }
    return Belief(**{**parts, **changes})


def test_a_bad_result_speaks_against_its_relatives() -> None:
    belief = _belief()
    belief.observe(0, 0.55)
    improvement = belief.improvement()
    assert improvement[2] > improvement[1]
    assert improvement[0] < improvement[2] / 5


def test_a_good_result_leaves_little_to_gain() -> None:
    good, bad = _belief(), _belief()
    good.observe(0, 0.11)
    bad.observe(0, 0.5)
    assert (good.improvement() < bad.improvement()).all()


def test_improvement_is_the_mean_over_draws() -> None:
    belief = _belief()
    belief.observe(3, 0.45)
    draws = np.random.default_rng(0).normal(np.log(0.2 + REGRET_FLOOR), 1.0, 400_000)
    lowest = (0.45 - 0.1) / 0.5 + REGRET_FLOOR
    expected = 0.5 * np.maximum(lowest - np.exp(draws), 0.0).mean()
    assert belief.improvement()[2] == pytest.approx(expected, rel=0.02)


def test_results_tell_which_scale_is_right() -> None:
    """A loss of 0.3 is good where the least loss is 0.28, and bad where it is 0.05."""
    belief = _belief(least=np.array([0.05, 0.28]), spread=np.array([0.3, 0.3]))
    belief.observe(3, 0.56)  # expected to be near the worst
    belief.observe(0, 0.32)
    hard = _belief(least=np.array([0.28]), spread=np.array([0.3]))
    easy = _belief(least=np.array([0.05]), spread=np.array([0.3]))
    for each in (hard, easy):
        each.observe(3, 0.56)
        each.observe(0, 0.32)
    distance = [abs(belief.improvement() - each.improvement()).max() for each in (hard, easy)]
    assert distance[0] < distance[1]


def test_a_result_below_the_expected_least_is_taken_in() -> None:
    belief = _belief()
    belief.observe(1, 0.01)
    assert np.isfinite(belief.improvement()).all()
    assert (belief.improvement() >= -1e-12).all()


def test_results_beyond_a_regret_of_one_tell_the_spread() -> None:
    """A scenario of a tiny spread calls all of them bad, which explains nothing."""
    belief = _belief(least=np.array([0.1, 0.1]), spread=np.array([0.5, 0.001]))
    for column, loss in enumerate((0.2, 0.15, 0.12)):
        belief.observe(column, loss)
    assert belief.spread == pytest.approx(0.5, rel=0.05)


def test_a_failure_speaks_against_its_relatives_only() -> None:
    belief = _belief()
    before = belief.losses()
    belief.fail(0)
    assert belief.losses()[1] > before[1]
    assert belief.losses()[2:] == pytest.approx(before[2:])


def test_what_something_else_reached_leaves_less_to_gain() -> None:
    belief = _belief()
    belief.observe(3, 0.5)
    before, losses = belief.improvement(), belief.losses()
    belief.reach(0.2)
    assert (belief.improvement() < before).all()
    assert belief.losses() == pytest.approx(losses)


def test_expected_losses_are_those_of_the_expected_regrets() -> None:
    assert _belief().losses() == pytest.approx(0.1 + 0.5 * np.array([0.1, 0.15, 0.2, 0.9]))


def test_waiting_for_a_result_spreads_the_next_proposals() -> None:
    belief = _belief()
    belief.observe(3, 0.5)
    before = belief.improvement()
    belief.expect(0)
    after = belief.improvement()
    assert (after <= before).all()
    assert before[1] > before[2]
    assert after[1] < after[2]


def test_the_scale_follows_the_data_set(meta_dataset: MetaDataset) -> None:
    """The larger the table, the lower is what naive Bayes reaches, and the best of all."""
    scale = Scale.fit(meta_dataset)
    truth, found = [], []
    for row, scores in zip(meta_dataset.meta_features, meta_dataset.scores, strict=True):
        task = Task(dict(zip(meta_dataset.meta_feature_names, row.tolist(), strict=True)), EVERY)
        least, spread = scale.scenarios(task)
        assert len(least) == len(spread) == len(meta_dataset.datasets)
        assert (least >= 0).all()
        assert (spread > 0).all()
        truth.append(np.ptp(scores))
        found.append(np.median(spread))
    assert np.corrcoef(truth, found)[0, 1] > 0.5


def test_losses_in_units_of_the_target_follow_it(meta_dataset: MetaDataset) -> None:
    """A table in grams instead of kilograms has errors a thousand times as large."""
    features = np.column_stack([meta_dataset.meta_features, np.full(60, 2.0)])
    errors = replace(
        meta_dataset, metric="rmse", kind="regression", scores=meta_dataset.scores - 1.0,
        meta_features=features, meta_feature_names=(*meta_dataset.meta_feature_names, "target_sd"),
    )  # fmt: skip
    size = {"nr_inst": 60.0, "nr_attr": 10.0, "nr_class": 2.0}
    scale = Scale.fit(errors)
    kilograms = scale.scenarios(Task({**size, "target_sd": 2.0}, EVERY))
    grams = scale.scenarios(Task({**size, "target_sd": 2000.0}, EVERY))
    for small, large in zip(kilograms, grams, strict=True):
        assert large == pytest.approx(1000 * small, rel=1e-9)


def test_results_help_on_data_sets_that_were_left_out(meta_dataset: MetaDataset) -> None:
    methods = [get_metalearner("lightgbm"), get_metalearner("sequential")]
    figures = meta_test(
        meta_dataset, methods, list_lengths=(3, 4), n_folds=3, random_state=1
    ).figures()
    # One or two results of unknown scale say little.
    assert figures["sequential"][3].regret == figures["lightgbm"][3].regret
    assert figures["sequential"][4].regret < figures["lightgbm"][4].regret


def test_where_time_runs_out_the_cheap_ones_come_first(meta_dataset: MetaDataset) -> None:
    sequential = get_metalearner("sequential")().fit(meta_dataset)
    features = {"nr_inst": 500.0, "nr_attr": 10.0, "nr_class": 2.0}
    best = sequential.update(Task(features, EVERY), {}, top=1)[0]
    costly = np.ones(8)
    costly[best] = 1000.0
    timed = Task(features, EVERY, costly)
    order = sequential.update(timed, {}, top=8)
    assert sorted(order.tolist()) == list(range(8))
    assert order[0] != best
    after = sequential.update(timed, {int(order[0]): 0.5}, top=7)
    assert after[0] != best
    assert best in after


def test_failed_runs_are_told_to_the_belief(
    meta_dataset: MetaDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[int] = []
    fail = Belief.fail
    monkeypatch.setattr(
        Belief, "fail", lambda self, column: (failed.append(column), fail(self, column))[1]
    )
    sequential = get_metalearner("sequential")().fit(meta_dataset)
    task = Task({"nr_inst": 500.0, "nr_attr": 10.0, "nr_class": 2.0}, EVERY)
    observed = {0: 0.5, 1: -np.inf, 2: 0.6, 3: 0.7}
    assert not set(sequential.update(task, observed, top=4).tolist()) & set(observed)
    assert failed == [1]
