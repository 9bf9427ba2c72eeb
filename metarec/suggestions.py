"""What metarec answers: suggestions, best first, with everything that is known about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypedDict, overload

from metafeatures import sniff_csv
from metarec._exceptions import UsageError
from metarec.learners import Configuration, make_pipeline, script

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from sklearn.pipeline import Pipeline

    from metarec.learners import TableShape
    from metarec.ranges import RangeEvidence, SearchSpace


class Reason(TypedDict):
    """What speaks for a suggestion, or against it, compared to the average configuration."""

    meta_feature: str | None
    """A property of the table; None where the reason is how the configuration did on other data
    sets."""
    value: float | None
    """The table's meta-feature, None where undefined; or the typical regret on the other data
    sets."""
    effect: float
    """By how much the expected logarithm of (regret + 0.05) is less than that of the average
    configuration: positive speaks for the suggestion, and 0.1 is about a tenth of its regret."""
    text: str
    """In words."""


@dataclass(frozen=True)
class Neighbour:
    """A known data set that is like the table."""

    name: str
    """Name in the run history."""
    openml_id: int | None
    """OpenML data set id, if known."""
    distance: float
    """Mean difference of the ranked meta-features, from 0 (alike) to 1."""
    source: str
    """Where its runs come from."""
    best: Configuration
    """The configuration that won on it."""
    best_score: float
    """Its score."""
    metric: str
    """Under which it won."""

    def to_dict(self) -> dict[str, object]:
        """The neighbour as JSON's types."""
        return {
            "name": self.name,
            "openml_id": self.openml_id,
            "distance": self.distance,
            "source": self.source,
            "best": {
                "algorithm": self.best.algorithm,
                "hyperparameters": dict(self.best.hyperparameters),
                "score": self.best_score,
                "metric": self.metric,
            },
        }


_COLUMNS: Final = (
    "rank",
    "algorithm",
    "hyperparameters",
    "predicted_score",
    "score_interval",
    "predicted_fit_seconds",
    "fit_seconds_interval",
    "reasons",
)
"""What is said of each suggestion."""


class Familiarity(TypedDict):
    """How like the known data sets the table is, and who therefore answered."""

    familiar: bool
    """Whether the meta-learner is trusted on such a table."""
    percentile: float
    """Share of the known data sets that are at most as far from their nearest as the table."""
    distance: float
    """Mean distance to the nearest known data sets."""
    nearest: str
    """Name of the nearest known data set."""
    answer: str
    """The meta-learner that made the list; the size-aware portfolio for an unfamiliar table."""
    why: str | None
    """Why the table is unfamiliar, in words; None where it is not."""


@dataclass(frozen=True)
class Suggestion:
    """One configuration to try. What is not known is None."""

    rank: int
    """From 1, the best."""
    configuration: Configuration
    """The base-learner and the values of its hyperparameters."""
    shape: TableShape
    """Size of the table that it was suggested for."""
    sparse: bool = False
    """Whether that table came as a sparse matrix."""
    random_state: int = 0
    """Seed of the estimator."""
    predicted_score: float | None = None
    """Expected cross-validated score under the suggestions' metric; an error is positive."""
    score_interval: tuple[float, float] | None = None
    """80 % interval of the score."""
    predicted_fit_seconds: float | None = None
    """Expected seconds of one fit."""
    fit_seconds_interval: tuple[float, float] | None = None
    """80 % interval of the seconds."""
    reasons: tuple[Reason, ...] | None = None
    """What speaks for it and against it, the strongest first; None where nobody asked."""

    @property
    def algorithm(self) -> str:
        """Name of the base-learner."""
        return self.configuration.algorithm

    @property
    def hyperparameters(self) -> Mapping[str, object]:
        """Values by name; what is not named stays at the base-learner's default."""
        return MappingProxyType(dict(self.configuration.hyperparameters))

    def make_estimator(self) -> Pipeline:
        """An unfitted scikit-learn pipeline that takes the user's own frame.

        Rows without a target took no part in the suggestion; leave them out before fitting.

        Returns
        -------
        sklearn.pipeline.Pipeline

        Examples
        --------
        >>> import metarec
        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True, as_frame=True)
        >>> estimator = metarec.suggest(X, y)[0].make_estimator()
        >>> bool(estimator.fit(X, y).score(X, y) > 0.9)
        True
        """
        return make_pipeline(
            self.configuration, shape=self.shape, sparse=self.sparse, random_state=self.random_state
        )

    def to_dict(self) -> dict[str, object]:
        """The suggestion as JSON's types."""
        values = {name: getattr(self, name) for name in _COLUMNS}
        return {**values, "hyperparameters": dict(self.hyperparameters)}


@dataclass(frozen=True)
class Suggestions(Sequence[Suggestion]):
    """Suggestions for one table, best first.

    The list covers: each next one is what helps most where the earlier ones fail.
    """

    items: tuple[Suggestion, ...]
    """Best first."""
    table: str
    """Path or type of the table."""
    target: str
    """Name of the target."""
    target_reason: str
    """Why this column is the target."""
    task: str
    """binary, multiclass or regression."""
    task_reason: str
    """Why the task is of this kind."""
    metric: str
    """Under which the configurations were compared."""
    n_rows: int
    """Rows with a target."""
    n_features: int
    """Columns without the target."""
    neighbours: tuple[Neighbour, ...]
    """Known data sets that are most like the table, nearest first."""
    knowledge_version: str
    """Version of metarec that trained the knowledge."""
    knowledge_sha256: str
    """Of the knowledge's manifest."""
    familiarity: Familiarity
    """How like the known data sets the table is."""
    time_limit: float | None = None
    """Seconds within which a fit was to finish."""
    warnings: tuple[str, ...] = ()
    """What could not be kept of what was asked."""
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
    """Time spent to read, extract and rank."""
    evidence: RangeEvidence | None = field(default=None, compare=False, repr=False)
    """What `search_space` narrows by."""

    @overload
    def __getitem__(self, index: int) -> Suggestion: ...
    @overload
    def __getitem__(self, index: slice) -> Suggestions: ...
    def __getitem__(self, index: int | slice) -> Suggestion | Suggestions:
        if isinstance(index, slice):
            return replace(self, items=self.items[index])
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def search_space(self, algorithm: str, *, keep: float = 0.9) -> SearchSpace:
        """The part of a base-learner's space that is worth searching on this table.

        What is suggested lies in it.

        Parameters
        ----------
        algorithm : str
            Any base-learner for this kind of task, in the list or not.
        keep : float
            Share that must stay of the configurations that were good on known data sets, which
            count the more the more they are like the table.

        Returns
        -------
        SearchSpace
            A mapping from hyperparameter to range; whole ranges where there is too little evidence.

        Raises
        ------
        UsageError
            If `keep` is not above 0 and at most 1.
        metarec.learners.LearnerError
            If there is no such base-learner.

        Examples
        --------
        >>> import metarec
        >>> from sklearn.datasets import load_wine
        >>> X, y = load_wine(return_X_y=True, as_frame=True)
        >>> space = metarec.suggest(X, y).search_space("svm")
        >>> space["C"].distribution.log, space.kept >= 0.9
        (True, True)
        """
        if self.evidence is None:
            msg = "these suggestions were made without the runs that ranges are narrowed by"
            raise UsageError(msg)
        suggested = [item.configuration for item in self.items if item.algorithm == algorithm]
        holding = [item.hyperparameters for item in suggested]
        return self.evidence.narrow(algorithm, keep=keep, holding=holding)

    def to_dict(self) -> dict[str, object]:
        """Everything as JSON's types."""
        return {
            "table": self.table,
            "target": self.target,
            "target_reason": self.target_reason,
            "task": self.task,
            "task_reason": self.task_reason,
            "metric": self.metric,
            "n_rows": self.n_rows,
            "n_features": self.n_features,
            "time_limit": self.time_limit,
            "warnings": list(self.warnings),
            "suggestions": [item.to_dict() for item in self.items],
            "search_ranges": self._search_ranges(),
            "neighbours": [near.to_dict() for near in self.neighbours],
            "familiarity": self.familiarity,
            "knowledge": {"version": self.knowledge_version, "sha256": self.knowledge_sha256},
            "seconds": dict(self.seconds),
        }

    def _search_ranges(self) -> dict[str, object] | None:
        """Those of the base-learners in the list."""
        if self.evidence is None:
            return None
        algorithms = dict.fromkeys(item.algorithm for item in self.items)
        return {name: self.search_space(name).to_dict() for name in algorithms}

    def to_json(self, *, indent: int | None = None) -> str:
        """Everything as one JSON object; no NaN in it."""
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False)

    def to_frame(self) -> pd.DataFrame:
        """One row per suggestion."""
        import pandas as pd

        rows = [item.to_dict() for item in self.items]
        return pd.DataFrame(rows, columns=_COLUMNS).set_index("rank")

    def to_script(self) -> str:
        """A Python script that reads the table, validates and fits the first suggestion.

        It needs scikit-learn, skrub and pandas, not metarec.

        Raises
        ------
        UsageError
            If there is no suggestion.
        """
        if not self.items:
            msg = "there is no suggestion to write a script for: take a longer part of the list"
            raise UsageError(msg)
        separator, decimal, encoding = None, ".", "utf-8"
        if Path(self.table.removesuffix(".gz")).suffix.lower() in {".csv", ".tsv", ".txt"}:
            (separator, decimal), encoding = sniff_csv(self.table)
        return script(
            self.items[0].configuration,
            table=self.table,
            target=self.target,
            metric=self.metric,
            separator=separator,
            decimal=decimal,
            encoding=encoding,
            shape=self.items[0].shape,
            random_state=self.items[0].random_state,
        )

    def _repr_html_(self) -> str:
        shown = ["algorithm", "hyperparameters", "predicted_score", "predicted_fit_seconds"]
        frame = self.to_frame()[shown]
        if any(item.reasons for item in self.items):
            frame["strongest reason"] = [
                item.reasons[0]["text"] if item.reasons else "" for item in self.items
            ]
        near = ", ".join(
            f"{near.name} ({near.distance:.2f}; {near.best.algorithm} won)"
            for near in self.neighbours
        )
        lines = [*self.warnings, f"nearest: {near}"]
        if self.familiarity["why"] is not None:
            lines.append(f"unlike the known data sets: {self.familiarity['why']}")
        # Names are the user's and the history's own: they must not end up as markup.
        return str(frame.to_html()) + "".join(f"<p>{escape(line)}</p>" for line in lines)
