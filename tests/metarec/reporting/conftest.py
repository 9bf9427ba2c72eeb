"""Fixtures that the tests of reports share."""

from pathlib import Path

import optuna
import pytest
from report_pages import make_study, of_classes

import metarec
from metarec.learners import Configuration
from metarec.reporting import write_report


@pytest.fixture(autouse=True)
def _quiet():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.fixture(scope="session")
def suggestions():
    """For a table that comes with the project."""
    return metarec.suggest(Path(__file__).parents[3] / "data" / "examples" / "wine.csv", top=3)


@pytest.fixture(scope="session")
def written(tmp_path_factory, suggestions) -> Path:
    """A report with everything in it."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    members = [(Configuration("svm", {"C": 2.0}), 0.75), (Configuration("knn"), 0.25)]
    write_report(
        path,
        make_study(60),
        suggestions=suggestions,
        outcome=of_classes(["no", "yes"]),
        members=members,
    )
    return path
