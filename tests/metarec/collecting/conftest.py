"""Small tables to collect runs on, and base-learners that misbehave."""

import mmap
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from metarec.learners import BaseLearner, Categorical, register_learner
from metarec.learners import _registry as registry


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A folder with one table of each task type."""
    generator = np.random.default_rng(0)
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, n_classes in (("two", 2), ("three", 3), ("numbers", 0)):
        frame = pd.DataFrame(generator.normal(size=(90, 3)), columns=["a", "b", "c"])
        frame["colour"] = generator.choice(["red", "blue"], 90)
        values = frame["a"] + 0.1 * generator.normal(size=90)
        ranks = values.rank(pct=True, method="first") - 1e-9
        codes = (ranks * n_classes).astype(int)
        frame["target"] = codes.map("class {}".format) if n_classes else values
        frame.to_parquet(folder / f"{name}.parquet")
    return folder


def build(hyperparameters: Mapping[str, object], _: int | None) -> object:
    """A classifier that does what its one hyperparameter says; defined here, in no package."""
    from sklearn.dummy import DummyClassifier

    class Misbehaving(DummyClassifier):
        def __init__(self, how: str = "fail") -> None:
            super().__init__()
            self.how = how

        def fit(self, X: object, y: object) -> "Misbehaving":
            if self.how == "fail":
                raise ValueError("this fit\nis made to fail")
            if self.how == "crash":
                os.abort()
            if self.how == "loop":
                sum(range(10**11))  # runs in C and takes no signal
            if self.how == "grow":
                hoard = []
                while True:
                    hoard.append(np.ones(2**21))
            if self.how == "leap":
                hoard = [mmap.mmap(-1, 2**20) for _ in range(4)]
                np.ones(2**33)
            time.sleep(0.01)
            return super().fit(X, y)

    return Misbehaving(str(hyperparameters["how"]))


def space(_: object) -> dict[str, Categorical]:
    """The ways to misbehave."""
    return {"how": Categorical(("fail", "crash", "loop", "grow", "leap", "behave"))}


@pytest.fixture
def misbehaving() -> Iterator[BaseLearner]:
    """A registered base-learner that fails, crashes, sleeps in C or takes all memory."""
    learner = BaseLearner(
        name="misbehaving", summary="Does not do what it should.", space=space,
        defaults={"how": "behave"}, build=build,
    )  # fmt: skip
    yield register_learner(learner)
    del registry._LEARNERS["classification"]["misbehaving"]
