"""The sampler that begins with a prior: Optuna's own cases, and what it adds to them."""

import logging
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.testing.pytest_samplers import (
    BasicSamplerTestCase,
    MultiObjectiveSamplerTestCase,
    RelativeSamplerTestCase,
)
from optuna.trial import TrialState, create_trial

from metarec import UsageError
from metarec.warmstart import MetaSampler, Prior, enqueue, prior_from_losses, summary
from metarec.warmstart.record import claims_of, retry
from metarec.warmstart.seen import Seen

SPACE = {"x": FloatDistribution(0.0, 1.0), "y": FloatDistribution(0.0, 1.0)}


def bowl(params: Mapping[str, Any], centre: float) -> float:
    return float((params["x"] - centre) ** 2 + (params["y"] - 0.5) ** 2)


def make_prior(sign: float = 1.0, shift: float = 0.0) -> Prior:
    """Learned from bowls whose centres lie between 0.2 and 0.4."""
    generator = np.random.default_rng(0)
    candidates = [dict(zip("xy", row, strict=True)) for row in generator.random((80, 2)).tolist()]
    losses = np.array(
        [
            [sign * bowl(each, centre) + shift for each in candidates]
            for centre in np.linspace(0.2, 0.4, 12)
        ]
    )
    return prior_from_losses(candidates, losses, space=SPACE, n_candidates=60)


@pytest.fixture(scope="module")
def prior() -> Prior:
    return make_prior()


@pytest.fixture(autouse=True)
def _quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def objective(trial: optuna.Trial, centre: float = 0.3) -> float:
    params = {name: trial.suggest_float(name, 0.0, 1.0) for name in SPACE}
    return bowl(params, centre)


def origins(study: optuna.Study) -> list[str]:
    return list(summary(study).origins.values())


class TestOptunasOwn(BasicSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self, prior: Prior) -> Callable[[], BaseSampler]:
        return lambda: MetaSampler(prior, seed=0)


class TestOptunasOwnOfRelativeSamplers(RelativeSamplerTestCase):
    @pytest.fixture
    def sampler(self, prior: Prior) -> Callable[[], BaseSampler]:
        # As Optuna tests TPE: it draws parameters together only after its random start.
        return lambda: MetaSampler(prior, seed=0, then=TPESampler(seed=0, n_startup_trials=0))


def test_the_prior_goes_first_and_is_better_than_cold(prior: Prior) -> None:
    warm = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    warm.optimize(objective, n_trials=5)
    cold = optuna.create_study(sampler=TPESampler(seed=0))
    cold.optimize(objective, n_trials=5)
    assert origins(warm) == ["prior"] * 5
    covering = [prior.candidates[column] for column in prior.order[: prior.n_covering]]
    assert [trial.params for trial in warm.trials[:3]] == covering
    assert warm.best_value < cold.best_value / 3


def test_where_time_runs_out_what_promises_most_per_second_goes_first(prior: Prior) -> None:
    most = int(np.argmax(prior.belief().improvement()))
    first = {}
    for cost in (1.0, 100.0):
        seconds = np.ones(len(prior.candidates))
        seconds[most] = cost
        study = optuna.create_study(sampler=MetaSampler(replace(prior, seconds=seconds), seed=0))
        study.optimize(objective, n_trials=1)
        assert study.best_value < 0.05
        first[cost] = study.trials[0].params
    assert first[1.0] == prior.candidates[most]
    assert first[100.0] != prior.candidates[most]


@pytest.mark.parametrize("left", [50.0, 1.5])
def test_what_there_is_no_time_for_goes_last(prior: Prior, left: float) -> None:
    seconds = np.ones(len(prior.candidates))
    most = int(np.argmax(prior.belief().improvement()))
    seconds[most] = 1.001
    sampler = MetaSampler(replace(prior, seconds=seconds), seed=0, trial_seconds=lambda: left)
    study = optuna.create_study(sampler=sampler)
    study.optimize(objective, n_trials=1)
    assert (study.trials[0].params == prior.candidates[most]) == (left > 2.0)


def _timed(prior: Prior, ended: list[tuple[int, float, TrialState]]) -> Seen:
    """What a prior of one second each sees of candidates that took so long and ended so."""
    study = optuna.create_study()
    begun = datetime(2026, 1, 1)
    for column, seconds, state in ended:
        candidate = prior.candidates[column]
        trial = create_trial(
            params=candidate,
            distributions={name: _distribution_of(value) for name, value in candidate.items()},
            state=state,
            value=0.5 if state == TrialState.COMPLETE else None,
        )
        trial.datetime_start, trial.datetime_complete = begun, begun + timedelta(seconds=seconds)
        study.add_trial(trial)
    prior = replace(prior, seconds=np.ones(len(prior.candidates)))
    return Seen(prior, study.trials, {}, maximize=False)


def _distribution_of(value: object) -> FloatDistribution | CategoricalDistribution:
    """One that has it."""
    if isinstance(value, str):
        return CategoricalDistribution(("fast", "slow"))
    return FloatDistribution(0.0, 1.0)


def test_the_machine_s_pace_is_learned(prior: Prior) -> None:
    complete = [(column, 16.0, TrialState.COMPLETE) for column in range(3)]
    pace = _timed(prior, complete).pace()
    assert pace == pytest.approx(np.full(len(prior.candidates), 16 ** (15 / 16)))
    unknown = Seen(prior, [], {}, maximize=False).pace()
    assert unknown.tolist() == [1.0] * len(prior.candidates)


def test_what_was_stopped_for_its_time_took_at_least_so_long(prior: Prior) -> None:
    (stopped,) = set(_timed(prior, [(0, 16.0, TrialState.FAIL)]).pace())
    assert stopped > 4.0
    # What failed at once says nothing of the time.
    assert set(_timed(prior, [(0, 0.1, TrialState.FAIL)]).pace()) == {1.0}


def test_each_base_learner_has_its_own_pace(prior: Prior) -> None:
    names = ["slow" if column % 2 else "fast" for column in range(len(prior.candidates))]
    candidates = tuple(
        {**each, "algorithm": name} for each, name in zip(prior.candidates, names, strict=True)
    )
    ended = [(column, 16.0 if column % 2 else 1.0, TrialState.COMPLETE) for column in range(6)]
    pace = dict(
        zip(names, _timed(replace(prior, candidates=candidates), ended).pace(), strict=True)
    )
    assert pace["slow"] > 8.0
    assert pace["fast"] < 2.0


def test_it_learns_from_results(prior: Prior) -> None:
    tried = []
    for centre in (0.2, 0.4):
        study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
        study.optimize(lambda trial, c=centre: objective(trial, c), n_trials=5)
        tried.append(np.mean([trial.params["x"] for trial in study.trials[2:]]))
    assert tried[0] < tried[1]


def test_maximising_is_the_same(prior: Prior) -> None:
    studies = [
        optuna.create_study(direction=direction, sampler=MetaSampler(prior, seed=0))
        for direction in ("minimize", "maximize")
    ]
    for study, sign in zip(studies, (1.0, -1.0), strict=True):
        study.optimize(lambda trial, s=sign: s * objective(trial), n_trials=8)
    assert [t.params for t in studies[0].trials] == [t.params for t in studies[1].trials]


def test_a_study_that_was_stopped_goes_on_alike(prior: Prior) -> None:
    whole = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    whole.optimize(objective, n_trials=5)
    parts = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    parts.optimize(objective, n_trials=2)
    parts.sampler = MetaSampler(prior, seed=7)  # another process
    parts.optimize(objective, n_trials=3)
    assert [t.params for t in whole.trials] == [t.params for t in parts.trials]


def test_running_trials_count_as_tried(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    asked = [study.ask(SPACE) for _ in range(4)]
    assert len({trial.params["x"] for trial in asked}) == 4


def test_workers_never_try_a_candidate_twice(prior: Prior, tmp_path: Path) -> None:
    """Each worker opens the storage itself and has a sampler of its own, as processes do."""
    path = str(tmp_path / "journal")
    open_ = optuna.storages.journal.JournalFileBackend
    optuna.create_study(study_name="shared", storage=optuna.storages.JournalStorage(open_(path)))
    gate = threading.Barrier(3)

    def work(seed: int) -> None:
        study = optuna.load_study(
            study_name="shared",
            storage=optuna.storages.JournalStorage(open_(path)),
            sampler=MetaSampler(prior, seed=seed),
        )
        for _ in range(2):
            gate.wait(timeout=60)
            trial = study.ask()
            study.tell(trial, objective(trial))

    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    study = optuna.load_study(
        study_name="shared", storage=optuna.storages.JournalStorage(open_(path))
    )
    points = [trial.params["x"] for trial in study.trials]
    assert len(set(points)) == len(points) == 6
    assert origins(study)[:3] == ["prior"] * 3


@pytest.mark.parametrize("error", [ValueError, optuna.TrialPruned])
def test_where_trials_fail_or_are_pruned_it_goes_elsewhere(
    prior: Prior, error: type[Exception]
) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))

    def fragile(trial: optuna.Trial) -> float:
        value = objective(trial)
        if trial.number > 0 and trial.params["x"] < 0.35:
            raise error
        return value + 1.0

    study.optimize(fragile, n_trials=9, catch=ValueError)
    steady = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    steady.optimize(objective, n_trials=9)
    right = [sum(t.params["x"] >= 0.35 for t in each.trials) for each in (study, steady)]
    assert right[0] > right[1]
    assert len({trial.params["x"] for trial in study.trials}) == 9


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_pruned_trial_is_as_bad_as_it_was_behind(prior: Prior, direction: str) -> None:
    sign = 1.0 if direction == "minimize" else -1.0

    def after(*, behind: float | None) -> float:
        """What is expected of a candidate that was pruned so far behind the others."""
        study = optuna.create_study(direction=direction)
        others = [int(each) for each in prior.order[1:4]]
        for column, loss in zip(others, (0.10, 0.11, 0.12), strict=True):
            study.add_trial(
                create_trial(
                    params=dict(prior.candidates[column]),
                    distributions=dict(SPACE),
                    value=sign * loss,
                    intermediate_values={0: sign * (loss + 0.05)},
                )
            )
        study.add_trial(
            create_trial(
                state=TrialState.PRUNED,
                params=dict(prior.candidates[prior.order[0]]),
                distributions=dict(SPACE),
                intermediate_values={} if behind is None else {0: sign * (0.16 + behind)},
            )
        )
        seen = Seen(prior, study.trials, {}, maximize=direction == "maximize")
        return float(seen.belief.losses()[prior.order[0]])

    assert after(behind=0.0) == pytest.approx(after(behind=None))
    assert after(behind=-0.05) == pytest.approx(after(behind=None))
    assert after(behind=0.05) > 1.2 * after(behind=0.0)
    assert after(behind=np.nan) == pytest.approx(after(behind=None))


def test_infeasible_trials_count_as_bad(prior: Prior) -> None:
    def constraints(trial: optuna.trial.FrozenTrial) -> tuple[float, ...]:
        return (0.35 - trial.params["x"],)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # experimental in Optuna 4, deprecated in 5
        then = TPESampler(seed=0, constraints_func=constraints)
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0, then=then))
    study.optimize(objective, n_trials=6)
    free = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    free.optimize(objective, n_trials=6)
    right = [sum(t.params["x"] >= 0.35 for t in each.trials) for each in (study, free)]
    assert right[0] > right[1]


def test_a_wrong_prior_is_left_for_what_does_better() -> None:
    wrong = make_prior(sign=-1.0, shift=2.0)
    study = optuna.create_study(sampler=MetaSampler(wrong, seed=0))
    study.optimize(objective, n_trials=40)
    report = summary(study)
    assert origins(study)[:10] == ["prior"] * 10
    assert origins(study).count("prior") < 16
    assert report.left
    assert study.best_value < 0.05


def test_every_second_trial_is_the_other_samplers_after_some_results(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0, then=RandomSampler(seed=0)))
    study.optimize(lambda trial: objective(trial, 0.9), n_trials=14)
    assert origins(study)[:10] == ["prior"] * 10
    assert origins(study)[11:14:2] == ["sampler", "sampler"]


def test_it_is_left_when_the_other_sampler_does_better(prior: Prior) -> None:
    known = {each["x"] for each in prior.candidates}

    def only_elsewhere(trial: optuna.Trial) -> float:
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        return 0.3 + 0.1 * abs(x - y) if x in known else 0.3 - 0.001 * trial.number

    study = optuna.create_study(sampler=MetaSampler(prior, seed=0, then=RandomSampler(seed=0)))
    study.optimize(only_elsewhere, n_trials=20)
    assert summary(study).left == "the other sampler does better"
    # Three of every second trial after the tenth.
    assert origins(study).count("prior") == 13
    assert set(origins(study)[16:]) == {"sampler"}


def test_it_hands_over_when_little_is_to_be_gained(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0, n_trials=6))
    study.optimize(objective, n_trials=12)
    assert origins(study).count("prior") <= 6
    assert set(origins(study)[8:]) == {"sampler"}
    assert summary(study).left


def test_candidates_that_the_range_cannot_give_are_passed_over(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    study.optimize(
        lambda trial: bowl(
            {"x": trial.suggest_float("x", 0.3, 0.5), "y": trial.suggest_float("y", 0.0, 1.0)}, 0.3
        ),
        n_trials=6,
    )
    assert all(0.3 <= trial.params["x"] <= 0.5 for trial in study.trials)
    known = {each["x"] for each in prior.candidates}
    assert all(trial.params["x"] in known for trial in study.trials[1:5])


def test_another_space_is_left_with_a_reason(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    study.optimize(lambda trial: trial.suggest_float("z", 0, 1), n_trials=3)
    assert "map `names`" in summary(study).left
    assert origins(study)[1:] == ["sampler", "sampler"]


def test_parameters_that_the_prior_lacks_are_the_other_samplers(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0, then=RandomSampler(seed=1)))

    def wider(trial: optuna.Trial) -> float:
        kind = trial.suggest_categorical("kind", ["a", "b"])
        return objective(trial) + (trial.suggest_float("z", 0, 1) if kind == "a" else 0.0)

    study.optimize(wider, n_trials=8)
    known = {each["x"] for each in prior.candidates}
    assert all(study.trials[at].params["x"] in known for at in range(5))
    assert {trial.params["kind"] for trial in study.trials} == {"a", "b"}


def test_several_objectives_are_left_with_one_message(
    prior: Prior, caplog: pytest.LogCaptureFixture
) -> None:
    study = optuna.create_study(
        directions=["minimize", "maximize"], sampler=MetaSampler(prior, seed=0)
    )
    with caplog.at_level(logging.WARNING, logger="metarec.warmstart"):
        study.optimize(lambda trial: (objective(trial), trial.params["x"]), n_trials=3)
    assert [record.getMessage().count("several objectives") for record in caplog.records] == [1]


def test_trials_that_were_enqueued_are_learned_from(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    study.enqueue_trial(dict(prior.candidates[prior.order[0]]))
    study.optimize(objective, n_trials=3)
    assert len({trial.params["x"] for trial in study.trials}) == 3
    assert enqueue(study, []).added == 0


def test_the_summary_says_what_was_gained(prior: Prior) -> None:
    study = optuna.create_study(direction="maximize", sampler=MetaSampler(prior, seed=0))
    study.optimize(lambda trial: 1.0 - objective(trial), n_trials=8)
    report = summary(study)
    assert report.best["prior"] == study.best_value
    assert report.estimated_cold is not None
    assert report.gain is not None
    assert report.estimated_cold_trials is not None
    assert report.gain == pytest.approx(study.best_value - report.estimated_cold)
    # The truth: random search over the same square.
    values = 1.0 - np.array([bowl({"x": x, "y": y}, 0.3) for x, y in
                             np.random.default_rng(1).random((4000, 2))])  # fmt: skip
    truth = values.reshape(-1, 8).max(axis=1).mean()
    assert report.estimated_cold == pytest.approx(truth, abs=0.05)
    assert "prior" in str(report)


def test_categories_and_missing_values_are_encoded() -> None:
    space = {"kind": CategoricalDistribution(["a", None]), "x": FloatDistribution(0, 1)}
    candidates = [{"kind": "a", "x": 0.2}, {"kind": None}, {"kind": None, "x": 0.9}]
    losses = np.array([[0.1, 0.5, 0.9], [0.2, 0.5, 0.7], [0.3, 0.4, 0.9]])
    prior = prior_from_losses(candidates, losses, space=space)
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    study.optimize(
        lambda trial: 0.1 if trial.suggest_categorical("kind", ["a", None]) else 0.5, n_trials=3
    )
    assert study.trials[0].params["kind"] == "a"


def test_too_few_studies() -> None:
    with pytest.raises(UsageError, match="at least 3 studies"):
        prior_from_losses([{"x": 0.1}, {"x": 0.2}], np.array([[0.1, 0.3]]), space=SPACE)


def test_no_trials() -> None:
    with pytest.raises(UsageError, match="n_trials=0"):
        MetaSampler(make_prior(), n_trials=0)


def test_what_was_enqueued_is_not_the_prior_s(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0, n_trials=3))
    for x in (0.1, 0.5, 0.9):
        study.enqueue_trial({"x": x})  # y is left to the sampler
    study.optimize(objective, n_trials=6)
    origins = list(summary(study).origins.values())
    assert origins == ["sampler"] * 3 + ["prior"] * 3


def test_one_sampler_serves_two_studies_of_one_name(prior: Prior) -> None:
    sampler = MetaSampler(prior, seed=0, n_trials=2)
    for _ in range(2):
        study = optuna.create_study(study_name="same", sampler=sampler)
        study.optimize(objective, n_trials=4)
        assert list(summary(study).origins.values()) == ["prior"] * 2 + ["sampler"] * 2


def test_a_trial_that_was_begun_again_says_nothing(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    first = study.ask()
    params = {name: first.suggest_float(name, 0.0, 1.0) for name in SPACE}
    (running,) = study.get_trials()
    study.tell(first, state=TrialState.FAIL)
    retry(study, running)
    retry(study, running)
    study.optimize(objective, n_trials=1)
    assert [each.state for each in study.trials][:2] == [TrialState.FAIL, TrialState.COMPLETE]
    assert study.trials[1].params == params
    assert summary(study).origins[1] == "prior"
    seen = Seen(prior, study.trials[:2], claims_of(study.user_attrs), maximize=False)
    assert seen.n_results == 1


def test_a_prior_is_asked_for() -> None:
    with pytest.raises(UsageError, match="must be a Prior"):
        MetaSampler(None)  # type: ignore[arg-type]
