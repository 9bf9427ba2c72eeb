"""`metarec history add`."""

import json
from pathlib import Path

import optuna
import pytest
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState, create_trial


@pytest.fixture
def study(tmp_path: Path) -> str:
    """A study in a journal file, as the command takes it."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    backend = JournalFileBackend(str(tmp_path / "x.log"))
    study = optuna.create_study(
        storage=optuna.storages.JournalStorage(backend), study_name="mine", direction="maximize"
    )
    neighbours = {"k": optuna.distributions.IntDistribution(1, 9)}
    study.add_trials(
        [
            create_trial(params={"k": 3}, distributions=neighbours, value=0.75),
            create_trial(params={"k": 4}, distributions=neighbours, state=TrialState.PRUNED),
        ]
    )
    return f"journal:{tmp_path / 'x.log'}:mine"


def test_add(run, study: str, examples: Path, tmp_path: Path) -> None:
    history = tmp_path / "history"
    arguments = ["history", "add", "--study", study, "--table", examples / "wine.csv", "--metric",
                 "accuracy", "--algorithm", "knn", "--rename", "k=n_neighbors", "--fixed", "p=1",
                 "--history", history]  # fmt: skip
    done = run(*arguments)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"1 runs on wine added to {history}: 1 ok\nof the other trials 1 were pruned\n"
    )
    done = run(*arguments, "--format", "json")
    found = json.loads(done.out)
    assert (found["runs"], found["known"], found["pruned"]) == (0, 1, 1)
    shown = json.loads(run("history", "show", "wine", "--history", history, "--format", "json").out)
    assert shown["metrics"]["accuracy"] == {
        "score": 0.75, "algorithm": "knn", "hyperparameters": {"n_neighbors": 3, "p": 1}
    }  # fmt: skip
    assert shown["meta_features"]["nr_inst"] == 178


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"--study": "journal:nothing.log:mine"}, 1, "there is no file 'nothing.log'"),
        ({"--metric": "error"}, 2, "the study is to maximize what is called 'error'"),
        ({"--rename": "k"}, 2, "'k' is not of the form THEIRS=OURS"),
        ({"--table": "nothing.csv"}, 2, "nothing.csv"),
        ({"--target": "nothing"}, 2, "nothing"),
    ],
)
def test_mistakes_get_one_line(
    run, study: str, examples: Path, tmp_path: Path, change: dict[str, str], code: int, words: str
) -> None:
    options = {"--study": study, "--table": examples / "wine.csv", "--metric": "accuracy",
               "--algorithm": "knn", "--rename": "k=n_neighbors",
               "--history": tmp_path / "history", **change}  # fmt: skip
    done = run("history", "add", *(each for pair in options.items() for each in pair))
    assert (done.code, len(done.err.splitlines())) == (code, 1)
    assert words in done.err
