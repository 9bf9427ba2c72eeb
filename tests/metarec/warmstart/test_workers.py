"""Several processes share one study: each candidate is tried once, whoever is killed."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import optuna
import pytest
import study_worker
from optuna.trial import TrialState
from sqlalchemy.exc import OperationalError

from metarec import MetarecError, UsageError
from metarec.warmstart import MetaSampler, Prior, open_storage, summary
from metarec.warmstart.record import claims_of

SERVERS = [
    pytest.param(
        os.environ.get(name),
        marks=pytest.mark.skipif(
            name not in os.environ, reason=f"{name} is not set: no database to write to"
        ),
        id=name,
    )
    for name in ("METAREC_TEST_POSTGRESQL", "METAREC_TEST_MYSQL")
]
"""URLs of databases that tests may write to; `.ci/run` starts them."""
N_WORKERS = 4


@pytest.fixture(autouse=True)
def _quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.fixture(scope="module")
def prior() -> Prior:
    """Bowls whose centres lie between 0.1 and 0.5; made by hand, as workers must start fast."""
    generator = np.random.default_rng(0)
    points = generator.random((80, 2))
    centres = np.linspace(0.1, 0.5, 9)
    losses = (points[:, 0] - centres[:, None]) ** 2 + (points[:, 1] - 0.5) ** 2
    least, spread = losses.min(axis=1), np.ptp(losses, axis=1) / 3
    log_regret = np.log(np.minimum((losses - least[:, None]) / spread[:, None], 1.0) + 0.05)
    return Prior(
        candidates=tuple(dict(zip("xy", each, strict=True)) for each in points.tolist()),
        order=np.argsort(log_regret.mean(axis=0)),
        expected=log_regret,
        covariance=0.3 * np.cov(log_regret.T) + 0.01 * np.eye(80),
        least=least,
        spread=spread,
        plain=np.ones(80, dtype=bool),
        n_covering=3,
    )


def work(storage: str, name: str, prior: Prior, folder: Path, *, n: int, dying: int = 0) -> None:
    """Run workers to their end; the first one dies in its trial of that number."""
    (folder / "prior").write_bytes(pickle.dumps(prior))
    go = folder / "go"
    workers = [
        subprocess.Popen(
            [sys.executable, study_worker.__file__, storage, name, str(folder / "prior"),
             str(n), str(0 if at else dying), str(go)],
            stdout=subprocess.PIPE,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        for at in range(N_WORKERS)
    ]  # fmt: skip
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n"
        go.touch()
        codes = [worker.wait(timeout=120) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert codes == [-signal.SIGKILL if dying else 0] + [0] * (N_WORKERS - 1)


def tried(study: optuna.Study, state: TrialState) -> list[str]:
    """Keys of what the prior proposed to the trials in a state."""
    claims = claims_of(study.user_attrs)
    wanted = [claims.get(trial.number) for trial in study.get_trials(states=(state,))]
    return [each.candidate for each in wanted if each is not None and each.candidate is not None]


def check_shared(study: optuna.Study, prior: Prior) -> None:
    """No candidate is tried twice, and workers learn from each other."""
    keys = tried(study, TrialState.COMPLETE)
    assert len(keys) >= 6
    assert max(Counter(keys).values()) == 1
    known = {each["x"] for each in prior.candidates}
    points = [trial.params["x"] for trial in study.get_trials(states=(TrialState.COMPLETE,))]
    assert max(count for x, count in Counter(points).items() if x in known) == 1
    # Without results the prior would go on in its order.
    assert set(keys) != {prior.keys[column] for column in prior.order[: len(keys)]}


def test_processes_share_a_journal(prior: Prior, tmp_path: Path) -> None:
    storage = f"journal:{tmp_path / 'journal'}"
    study = optuna.create_study(study_name="shared", storage=open_storage(storage))
    work(storage, "shared", prior, tmp_path, n=4)
    assert len(study.trials) == 4 * N_WORKERS
    check_shared(study, prior)


@pytest.mark.parametrize("server", SERVERS)
def test_processes_share_a_database_and_one_is_killed(
    server: str, prior: Prior, tmp_path: Path
) -> None:
    name, storage = uuid.uuid4().hex, open_storage(server)
    assert isinstance(storage, optuna.storages.RDBStorage)
    study = optuna.create_study(study_name=name, storage=storage)
    try:
        work(server, name, prior, tmp_path, n=24, dying=2)
        states = Counter(trial.state for trial in study.trials)
        assert states == {TrialState.COMPLETE: 24 * (N_WORKERS - 1) + 1, TrialState.FAIL: 1}
        check_shared(study, prior)
        assert summary(study).best["prior"] < 0.02
    finally:
        optuna.delete_study(study_name=name, storage=storage)
        storage.remove_session()
        storage.engine.dispose()


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
def test_a_proxy_server_serves_a_study(prior: Prior, tmp_path: Path) -> None:
    behind = open_storage(f"journal:{tmp_path / 'journal'}")
    port = 20_000 + os.getpid() % 10_000
    threading.Thread(
        target=optuna.storages.run_grpc_proxy_server,
        args=(behind,),
        kwargs={"port": port},
        daemon=True,
    ).start()
    proxy = open_storage(f"grpc://localhost:{port}")
    study = optuna.create_study(storage=proxy, sampler=MetaSampler(prior, seed=0))
    trials = [study.ask() for _ in range(4)]
    for trial in trials:
        study.tell(
            trial, study_worker.bowl(trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1))
        )
    assert len(set(tried(study, TrialState.COMPLETE))) == 4
    proxy.close()  # type: ignore[attr-defined]


def asked(study: optuna.Study) -> tuple[optuna.Trial, float]:
    trial = study.ask()
    return trial, trial.suggest_float("x", 0, 1)


def test_what_a_dead_worker_had_is_tried_again_once(prior: Prior) -> None:
    """Only after it was given up, and not when it died twice."""
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    dead, x = asked(study)
    _, second = asked(study)
    assert second != x
    other = optuna.load_study(study_name=study.study_name, storage=study._storage)
    other.tell(dead.number, state=TrialState.FAIL)
    again, third = asked(study)
    assert third == x
    other.tell(again.number, state=TrialState.FAIL)
    assert x not in [asked(study)[1] for _ in range(5)]


def test_workers_whose_priors_differ_do_not_repeat_each_other(prior: Prior) -> None:
    """As on machines that round otherwise, or with candidates of their own."""
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    points = [asked(study)[1] for _ in range(2)]
    some = slice(1, None)
    study.sampler = MetaSampler(
        replace(
            prior,
            candidates=prior.candidates[some],
            order=prior.order[prior.order > 0] - 1,
            expected=prior.expected[:, some],
            covariance=prior.covariance[some, some],
            plain=prior.plain[some],
        )
    )
    points += [asked(study)[1] for _ in range(2)]
    assert len(set(points)) == 4


def test_a_candidate_that_is_listed_twice_is_tried_once(prior: Prior) -> None:
    twice = replace(prior, candidates=(*prior.candidates[:40], *prior.candidates[:40]))
    study = optuna.create_study(sampler=MetaSampler(twice, seed=0))
    points = [asked(study)[1] for _ in range(8)]
    assert len(set(points)) == 8


def test_what_failed_is_not_tried_again(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    failed, x = asked(study)
    study.tell(failed, state=TrialState.FAIL)
    assert x not in [asked(study)[1] for _ in range(5)]


def test_a_trial_that_optuna_retries_is_for_the_same_candidate(prior: Prior) -> None:
    study = optuna.create_study(sampler=MetaSampler(prior, seed=0))
    dead, x = asked(study)
    other = optuna.load_study(study_name=study.study_name, storage=study._storage)
    other.tell(dead.number, state=TrialState.FAIL)
    half = optuna.trial.create_trial(
        state=TrialState.WAITING,
        params=dead.params,
        distributions=dead.distributions,
        system_attrs={"failed_trial": dead.number},
    )
    study.add_trial(half)
    trial, same = asked(study)
    assert same == x
    assert trial.suggest_float("y", 0, 1) == prior.candidates[prior.order[0]]["y"]
    assert asked(study)[1] != x
    assert summary(study).origins[trial.number] == "prior"


@pytest.mark.parametrize(
    ("storage", "error", "message"),
    [
        ("journal:", UsageError, "journal:FILE"),
        ("journal:/no/such/folder/x", UsageError, "no folder '/no/such/folder'"),
        ("grpc://host", UsageError, "grpc://HOST:PORT"),
        ("nonsense", UsageError, "sqlite:///x.db"),
        ("postgresql://me:secret@127.0.0.1:1/x", MetarecError, "cannot be opened"),
        ("mysql://me:secret@127.0.0.1:1/x", MetarecError, "cannot be opened|needs a driver"),
        ("sqlite:////no/such/folder/x.db", MetarecError, "cannot be opened"),
    ],
)
def test_what_is_no_storage(storage: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        open_storage(storage)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_workers_that_make_the_tables_at_once_all_open_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    make = optuna.storages.RDBStorage
    refused = []

    def made_meanwhile(*arguments: object, **options: object) -> optuna.storages.RDBStorage:
        if len(refused) < 2:
            refused.append(True)
            make(url)
            text = "table studies already exists"
            raise OperationalError("CREATE TABLE studies", {}, RuntimeError(text))
        return make(*arguments, **options)

    monkeypatch.setattr(optuna.storages, "RDBStorage", made_meanwhile)
    assert open_storage(url).get_all_studies() == []
    assert len(refused) == 2
