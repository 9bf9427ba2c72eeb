"""The portfolios of other systems: read from their own words, written, read again."""

import json
from pathlib import Path

import pytest

from metarec import HistoryError
from metarec.history.library import read_peers, translate_portfolios, write_peers
from metarec.learners import get_learner

LINES = [
    {"source": "FLAML all", "task": "multiclass", "learner": "rf", "order": 3,
     "configuration": {"n_estimators": 40}},
    {"source": "FLAML all", "task": "binary", "learner": "rf", "order": 1,
     "configuration": {"n_estimators": 70}},
    {"source": "FLAML all", "task": "binary", "learner": "rf", "order": 5,
     "configuration": {"n_estimators": 40}},
    {"source": "FLAML all", "task": "regression", "learner": "rf", "order": 0,
     "configuration": {"n_estimators": 30}},
    {"source": "AutoGluon small", "task": "any", "learner": "RF", "order": 2, "configuration": {}},
    {"source": "AutoGluon small", "task": "any", "learner": "XT", "order": 2, "configuration": {}},
    {"source": "AutoGluon small", "task": "any", "learner": "GBM", "order": 2, "configuration": {}},
    {"source": "AutoGluon small", "task": "any", "learner": "TABPFN", "order": 0,
     "configuration": {}},
]  # fmt: skip


@pytest.fixture
def portfolios(tmp_path: Path) -> Path:
    path = tmp_path / "portfolios.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in LINES))
    return path


def test_each_portfolio_keeps_its_own_order(portfolios: Path, tmp_path: Path) -> None:
    found = translate_portfolios(portfolios)
    by_name = {(item.name, item.kind): item for item in found}
    assert set(by_name) == {
        ("FLAML all", "classification"), ("FLAML all", "regression"),
        ("AutoGluon small", "classification"), ("AutoGluon small", "regression"),
    }  # fmt: skip
    flaml = by_name["FLAML all", "classification"]
    assert [item.hyperparameters["n_estimators"] for item in flaml.configurations] == [70, 40]
    assert flaml.places == (1, 3)
    autogluon = by_name["AutoGluon small", "regression"]
    assert autogluon.places == (2, 2, 2)
    # Of one place, AutoGluon trains LightGBM first and extra trees after the forest.
    trained = [item.algorithm for item in autogluon.configurations]
    assert trained == ["lightgbm", "random_forest", "extra_trees"]
    write_peers(found, tmp_path / "peers.json")
    assert read_peers(tmp_path / "peers.json") == found


def test_what_is_listed_can_be_built(portfolios: Path) -> None:
    for portfolio in translate_portfolios(portfolios):
        for configuration in portfolio.configurations:
            get_learner(configuration.algorithm, portfolio.kind).validate(
                configuration.hyperparameters
            )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("no json", "holds no portfolios"),
        ('{"format": 9, "entries": []}', "format 9"),
        ('{"format": 1, "entries": [{"portfolio": "a"}]}', "algorithm"),
    ],
)
def test_a_broken_file_gets_one_line(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "peers.json").write_text(content)
    with pytest.raises(HistoryError, match=words) as caught:
        read_peers(tmp_path / "peers.json")
    assert "\n" not in str(caught.value)
    with pytest.raises(HistoryError, match="cannot be read"):
        read_peers(tmp_path / "missing.json")
