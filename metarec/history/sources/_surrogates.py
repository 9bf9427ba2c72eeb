"""The surrogates of YAHPO Gym: their files, their configuration spaces, and how to ask them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec._exceptions import HistoryError
from metarec.learners import Categorical, get_learner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from metarec._types import FloatMatrix
    from metarec.learners import Value

    Draw = dict[str, str | int | float]
    """Values of the active hyperparameters, by the source's names."""

OUTPUTS: Final = (
    "acc",
    "bac",
    "auc",
    "brier",
    "f1",
    "logloss",
    "timetrain",
    "timepredict",
    "memory",
)
"""What a surrogate returns, in this order."""

_FULL: Final = {"trainsize": 1.0, "repl": 10.0}
"""Fidelities of a full run."""
_BATCH: Final = 1024
"""Rows asked for at once; more take longer each."""
_NEGLIGIBLE_GAMMA: Final = 1e-3
"""A split that gains less changes next to nothing: gains grow with the rows."""

_XGBOOST_NAMES: Final = {
    "n_estimators": "nrounds",
    "learning_rate": "eta",
    "max_depth": "max_depth",
    "min_child_weight": "min_child_weight",
    "subsample": "subsample",
    "colsample_bytree": "colsample_bytree",
    "colsample_bylevel": "colsample_bylevel",
    "reg_alpha": "alpha",
    "reg_lambda": "lambda",
}
"""Name of a hyperparameter of the base-learner to the source's."""


@dataclass(frozen=True)
class Scenario:
    """What a surrogate is of, and what it is asked for, in its order."""

    name: str
    """Its folder."""
    algorithm: str
    """What its runs are called where no base-learner is equal."""
    categories: tuple[str, ...]
    """Names of its first input."""
    numbers: tuple[str, ...]
    """Names of its second one."""
    learner: str | None = None
    """The base-learner that some of its configurations belong to."""


SCENARIOS: Final = (
    Scenario(
        name="rbv2_xgboost",
        algorithm="rbv2.xgboost",
        categories=("task_id", "booster", "num.impute.selected.cpo"),
        numbers=(
            "nrounds",
            "eta",
            "gamma",
            "lambda",
            "alpha",
            "subsample",
            "max_depth",
            "min_child_weight",
            "colsample_bytree",
            "colsample_bylevel",
            "rate_drop",
            "skip_drop",
            "trainsize",
            "repl",
        ),
        learner="xgboost",
    ),
    Scenario(
        name="rbv2_rpart",
        algorithm="rbv2.rpart",
        categories=("task_id", "num.impute.selected.cpo"),
        numbers=("cp", "maxdepth", "minbucket", "minsplit", "trainsize", "repl"),
    ),
)


def to_xgboost(draw: Mapping[str, Any]) -> dict[str, Value] | None:
    """Values of the base-learner `xgboost`, whether or not in its range; None if it lacks one.

    Examples
    --------
    >>> to_xgboost({"booster": "dart", "gamma": 0.1}) is None
    True
    """
    if draw["booster"] != "gbtree" or draw["gamma"] > _NEGLIGIBLE_GAMMA:
        return None
    return {ours: draw[theirs] for ours, theirs in _XGBOOST_NAMES.items()}


class Surrogate:
    """One scenario, read from its folder.

    Parameters
    ----------
    folder : Path
        Holds ``config_space.json``, ``encoding.json`` and ``model.onnx``.
    scenario : Scenario
        Which one it is.

    Raises
    ------
    HistoryError
        If a file is missing or of another format, or onnxruntime is not installed.
    """

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self.scenario = scenario
        self._space, self._codes = _read(folder, scenario)
        self._session = _open(folder / "model.onnx", scenario)

    def knows(self, openml_id: int) -> bool:
        """Whether it was fitted to runs on this data set."""
        return str(openml_id) in self._codes["task_id"]

    def draw(self, n: int, seed: int, *, suggestable: bool) -> Iterator[Draw]:
        """Random configurations; those of a smaller `n` are the first of a larger one.

        Parameters
        ----------
        n, seed : int
            How many, and the seed.
        suggestable : bool
            Whether only those that the base-learner takes.
        """
        names = sorted(set(self._space) - {"task_id", *_FULL})
        specs = {name: self._space[name] for name in names}
        if suggestable:
            specs = _narrowed(specs)
        generator = np.random.default_rng(seed)
        for _ in range(n):
            point = generator.random(len(names))
            values = {name: _at(specs[name], at) for name, at in zip(names, point, strict=True)}
            yield {name: each for name, each in values.items() if _counts(specs[name], values)}

    def ask(self, draws: Sequence[Draw], openml_ids: Sequence[int]) -> FloatMatrix:
        """Full runs of all configurations on the first data set, then on the second, ...

        Returns
        -------
        ndarray of shape (n_datasets * n_draws, n_outputs)
            The columns are `OUTPUTS`.
        """
        names, at = self.scenario.categories, self.scenario.categories.index("task_id")
        categories = np.zeros((len(draws), len(names)), dtype=np.int32)
        numbers = np.zeros((len(draws), len(self.scenario.numbers)), dtype=np.float32)
        for row, draw in enumerate(draws):
            categories[row] = [
                0 if name == "task_id" else self._codes[name][str(draw[name])] for name in names
            ]
            full = draw | _FULL
            # What does not count is 0.
            numbers[row] = [full.get(name, 0.0) for name in self.scenario.numbers]
        answers = []
        for openml_id in openml_ids:
            categories[:, at] = self._codes["task_id"][str(openml_id)]
            for begin in range(0, len(draws), _BATCH):
                some = slice(begin, begin + _BATCH)
                inputs = {"x_cat": categories[some], "x_cont": numbers[some]}
                answers += self._session.run(None, inputs)
        return np.concatenate(answers).astype(np.float64)


def _read(
    folder: Path, scenario: Scenario
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, int]]]:
    """The space by name, each hyperparameter with its condition, and the categories' codes."""
    try:
        content = json.loads((folder / "config_space.json").read_text(encoding="utf-8"))
        codes = json.loads((folder / "encoding.json").read_text(encoding="utf-8"))
        space = {each["name"]: each for each in content["hyperparameters"]}
        for condition in content["conditions"]:
            values = condition["values"] if condition["type"] == "IN" else [condition["value"]]
            space[condition["child"]]["when"] = (condition["parent"], values)
        known = {*scenario.categories, *scenario.numbers}
        if odd := known ^ set(space) or set(scenario.categories) ^ set(codes):
            msg = f"{min(odd)!r} is missing or not expected"
            raise ValueError(msg)
        for name in scenario.categories:
            if odd := set(space[name]["choices"]) - set(codes[name]):
                msg = f"encoding.json has no code of {min(odd)!r}"
                raise ValueError(msg)
    except OSError as error:
        msg = f"{str(error.filename)!r} cannot be read: {error.strerror}"
        raise HistoryError(msg) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{str(folder)!r} is not YAHPO's {scenario.name}: {type(error).__name__}: {error}"
        raise HistoryError(msg) from error
    return space, codes


def _open(path: Path, scenario: Scenario) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        msg = 'YAHPO\'s surrogates need onnxruntime: get it with `pip install "metarec[yahpo]"`'
        raise HistoryError(msg) from error
    try:
        session = onnxruntime.InferenceSession(path.read_bytes())
    except OSError as error:
        msg = f"{str(path)!r} cannot be read: {error.strerror}"
        raise HistoryError(msg) from error
    except Exception as error:  # onnxruntime's own have no public base
        msg = f"{str(path)!r} is no ONNX model: {str(error).splitlines()[0]}"
        raise HistoryError(msg) from error
    widths = {each.name: each.shape[-1] for each in session.get_inputs()}
    widths |= {"output": session.get_outputs()[0].shape[-1]}
    expected = {
        "x_cat": len(scenario.categories),
        "x_cont": len(scenario.numbers),
        "output": len(OUTPUTS),
    }
    if widths != expected:
        msg = f"{str(path)!r} is not the model of {scenario.name}: {widths} is not {expected}"
        raise HistoryError(msg)
    return session


def _narrowed(specs: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of XGBoost's ranges what the base-learner takes."""
    ours = get_learner("xgboost").space(None)
    changed: dict[str, dict[str, Any]] = {
        "booster": {"choices": ["gbtree"]},
        "gamma": {"upper": _NEGLIGIBLE_GAMMA},
    }
    for name, theirs in _XGBOOST_NAMES.items():
        domain, spec = ours[name], specs[theirs]
        if not isinstance(domain, Categorical):
            low, high = max(spec["lower"], domain.low), min(spec["upper"], domain.high)
            changed[theirs] = {"lower": low, "upper": high}
    return {name: spec | changed.get(name, {}) for name, spec in specs.items()}


def _counts(spec: Mapping[str, Any], values: Mapping[str, object]) -> bool:
    """Whether a hyperparameter's condition holds."""
    if "when" not in spec:
        return True
    parent, wanted = spec["when"]
    return values[parent] in wanted


def _at(spec: Mapping[str, Any], position: float) -> str | int | float:
    """The value at a position from 0 to 1; real ones keep four digits."""
    if spec["type"] == "categorical":
        choices: Sequence[str] = spec["choices"]
        return choices[int(position * len(choices))]
    low, high, log = spec["lower"], spec["upper"], spec["log"]
    if spec["type"] == "uniform_int":
        # From low - 1/2 to high + 1/2, so that both ends get their full share.
        whole = round(_between(low - 0.5, high + 0.5, log, position))
        return int(min(max(whole, low), high))
    value = float(f"{_between(low, high, log, position):.4g}")
    return float(min(max(value, low), high))


def _between(low: float, high: float, log: bool, position: float) -> float:
    if log:
        return math.exp(math.log(low) + position * (math.log(high) - math.log(low)))
    return low + position * (high - low)
