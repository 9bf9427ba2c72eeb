"""Studies, predictions and pages for the tests of reports."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np
import optuna

from metarec.reporting import Outcome
from metarec.warmstart import MetaSampler, prior_from_losses

EVIL = "<img src=x onerror=alert(1)>&\"'</script><script>alert(2)</script>"
"""A name as an attacker would choose it."""

VOID = {"meta", "br", "img", "link", "input", "hr"}


@dataclass
class Element:
    """One element of a page."""

    tag: str
    attributes: dict[str, str | None]
    path: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page's elements; fails where a tag is not closed in its place."""

    source: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        assert not self._open, f"never closed: {self._open[-1].tag}"

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), tuple(each.tag for each in self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop().tag == tag

    def handle_data(self, data):
        for element in self._open:
            element.text += data

    def of(self, tag: str) -> list[Element]:
        """All elements of a tag."""
        return [each for each in self.elements if each.tag == tag]

    def section(self, name: str) -> str:
        """The text of a section."""
        (found,) = [each for each in self.of("section") if each.attributes["id"] == name]
        return " ".join(found.text.split())


def make_study(n_trials: int, *, evil: str = "tree", direction: str = "maximize") -> optuna.Study:
    """Two base-learners, warm-started; every tenth trial is pruned."""
    space = {
        "algorithm": optuna.distributions.CategoricalDistribution(["svm", evil]),
        "svm.C": optuna.distributions.FloatDistribution(1e-3, 1e3, log=True),
    }
    candidates = [{"algorithm": "svm", "svm.C": 10.0**at} for at in range(-3, 4)]
    candidates.append({"algorithm": evil})
    losses = np.abs(np.subtract.outer([0.0, 1.0, 2.0], np.arange(8) - 3.0)) / 10
    sign = 1.0 if direction == "minimize" else -1.0
    sampler = MetaSampler(prior_from_losses(candidates, losses, space=space), seed=0)
    study = optuna.create_study(direction=direction, sampler=sampler, study_name="of a test")

    def objective(trial):
        algorithm = trial.suggest_categorical("algorithm", ["svm", evil])
        if trial.number % 10 == 9:
            raise optuna.TrialPruned
        if algorithm == "svm":
            C = trial.suggest_float("svm.C", 1e-3, 1e3, log=True)
            kernel = trial.suggest_categorical("svm.kernel", ["rbf", evil])
            return sign * (abs(np.log10(C) - 1) / 10 + 0.01 * (kernel == "rbf"))
        depth = trial.suggest_int(f"{evil}.depth", 1, 9)
        return sign * (0.2 + depth / 100)

    study.optimize(objective, n_trials=n_trials)
    return study


def of_classes(classes: list[str], n_rows: int = 200) -> Outcome:
    """Predictions that are right in about three of four rows."""
    generator = np.random.default_rng(0)
    truth = generator.integers(0, len(classes), n_rows)
    given = generator.random((n_rows, len(classes))) ** 3
    given[np.arange(n_rows), truth] += 0.4
    given /= given.sum(axis=1, keepdims=True)
    names = np.array(classes)
    return Outcome(names[truth], names[given.argmax(axis=1)], classes, given)


def of_values(n_rows: int = 200) -> Outcome:
    """Predictions with an error of about a tenth."""
    truth = np.random.default_rng(0).normal(size=n_rows)
    return Outcome(truth, truth + np.random.default_rng(1).normal(scale=0.1, size=n_rows))
