"""From runs on like data sets to narrowed ranges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, exp, floor, log
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec._exceptions import UsageError
from metarec.learners import Categorical, Integer, Real, Rows, get_learner
from metarec.metalearners import RankedDistance
from metarec.ranges.peeling import Axis, Box, peel
from metarec.ranges.space import SearchRange, SearchSpace, width_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metarec._types import FloatMatrix, FloatVector
    from metarec.history import MetaDataset
    from metarec.learners import BaseLearner, Domain, TableShape, Value

_GOOD: Final = 0.05
"""Regret above the base-learner's own best on a data set, up to which a configuration is good."""
_N_NEAR: Final = 10
_LEAST_DATASETS: Final = 5
_DIGITS: Final = 3


@dataclass(frozen=True, eq=False)
class RangeEvidence:
    """What is known about good hyperparameters for one table.

    Every known data set on which a base-learner was run says which of its configurations were good
    there, within a regret of 0.05 of its best one. A data set counts the more the more it is like
    the table, and as much as any other that is as like it, however many of its configurations were
    good.
    """

    meta_dataset: MetaDataset
    """The runs."""
    meta_features: FloatVector
    """Of the table, in the order of the meta-dataset's names."""
    shape: TableShape
    """Of the table."""

    def narrow(
        self,
        algorithm: str,
        *,
        keep: float = 0.9,
        holding: Sequence[Mapping[str, Value]] = (),
    ) -> SearchSpace:
        """The part of a base-learner's space that holds most of the good configurations.

        Parameters
        ----------
        algorithm : str
            Name of the base-learner. Of one that was never run, the whole space is the answer.
        keep : float
            Share of the known good configurations that must stay, above 0 and at most 1.
        holding : sequence of mapping
            Hyperparameters that the ranges must hold, as those that are suggested.

        Returns
        -------
        SearchSpace
            Whole ranges where there is too little evidence.

        Raises
        ------
        UsageError
            If `keep` is out of its range.
        LearnerError
            If there is no such base-learner for this kind of task.
        """
        if not 0.0 < keep <= 1.0:
            msg = f"`keep` must be above 0 and at most 1, but got {keep=}"
            raise UsageError(msg)
        learner = get_learner(algorithm, self.meta_dataset.kind)
        whole = {name: _in_counts(item) for name, item in learner.space(self.shape).items()}
        columns, values = self._configurations(algorithm)
        good, tried = self._weights(columns)
        values = [item for item, weight in zip(values, tried, strict=True) if weight > 0]
        good, tried = good[tried > 0], tried[tried > 0]
        axes = {name: self._axis(name, domain, values) for name, domain in whole.items()}
        held = self._held(learner, holding)
        box = peel(axes, good, tried, keep=keep).holding(
            axes, {name: self._axis(name, whole[name], held).positions for name in whole}
        )
        ranges: dict[str, SearchRange] = {}
        for name, domain in whole.items():
            values_held = [item[name] for item in held if name in item]
            narrowed = _with_ends(_narrowed(name, domain, box), values_held)
            ranges[name] = SearchRange(
                narrowed,
                kept=_kept(axes[name], good, box, name),
                width=1.0 if narrowed == domain else width_of(narrowed) / width_of(domain),
            )
        for condition in learner.conditions:
            choices = ranges[condition.parent].choices
            if choices is not None and not any(item in condition.values for item in choices):
                del ranges[condition.hyperparameter]
        kept = float(good[box.inside].sum() / good.sum()) if good.sum() > 0 else 1.0
        return SearchSpace(algorithm, ranges, learner.conditions, kept)

    def _held(
        self, learner: BaseLearner, holding: Sequence[Mapping[str, Value]]
    ) -> list[Mapping[str, Value]]:
        """All values of those hyperparameters, as the space here has them."""
        written = [learner.write_out(item, self.shape) for item in holding]
        return [learner.in_counts(item, self.shape) for item in written]

    def _configurations(self, algorithm: str) -> tuple[list[int], list[Mapping[str, Value]]]:
        """Columns of the configurations that lie in the space here, and all of their values."""
        learner = get_learner(algorithm, self.meta_dataset.kind)
        space = learner.space(self.shape)
        columns: list[int] = []
        values: list[Mapping[str, Value]] = []
        for column, configuration in enumerate(self.meta_dataset.configurations):
            if configuration.algorithm == algorithm:
                written = learner.write_out(configuration.hyperparameters, self.shape)
                if all(space[name].contains(value) for name, value in written.items()):
                    columns.append(column)
                    values.append(learner.in_counts(written, self.shape))
        return columns, values

    def _weights(self, columns: list[int]) -> tuple[FloatVector, FloatVector]:
        """Weight of each configuration where it was good, and where it was tried."""
        regret = self._regret[:, columns]
        known = ~np.isnan(regret)
        rows = known.any(axis=1)
        if rows.sum() < _LEAST_DATASETS:
            return np.zeros(len(columns)), np.zeros(len(columns))
        regret, known = regret[rows], known[rows]
        good = known & (regret <= np.nanmin(regret, axis=1, keepdims=True) + _GOOD)
        likeness = self._likeness[rows]
        return (
            np.asarray(likeness @ (good / good.sum(axis=1, keepdims=True))),
            np.asarray(likeness @ (known / known.sum(axis=1, keepdims=True))),
        )

    @cached_property
    def _regret(self) -> FloatMatrix:
        return self.meta_dataset.regret()

    @cached_property
    def _likeness(self) -> FloatVector:
        distance = RankedDistance(self.meta_dataset.meta_features).to_all(self.meta_features)
        width = max(float(np.sort(distance)[:_N_NEAR][-1]), 1e-9)
        return np.asarray(np.exp(-((distance / width) ** 2)))

    def _axis(
        self, name: str, domain: Integer | Real | Categorical, values: list[Mapping[str, Value]]
    ) -> Axis:
        positions = [_position(domain, item[name]) if name in item else np.nan for item in values]
        return Axis(np.array(positions, dtype=np.float64), not isinstance(domain, Categorical))


def _in_counts(domain: Domain) -> Integer | Real | Categorical:
    """The same domain; of a number of rows the counts, which at one table cover the shares."""
    return Integer(domain.low, domain.high, log=True) if isinstance(domain, Rows) else domain


def _position(domain: Integer | Real | Categorical, value: Value) -> float:
    """Place of a value on its domain's scale."""
    if isinstance(domain, Categorical):
        return float([domain.clip(choice) for choice in domain.choices].index(domain.clip(value)))
    number = float(value)  # type: ignore[arg-type]
    return log(number) if domain.log else number


def _narrowed(
    name: str, domain: Integer | Real | Categorical, box: Box
) -> Integer | Real | Categorical:
    if isinstance(domain, Categorical):
        dropped = box.dropped[name]
        choices = tuple(each for at, each in enumerate(domain.choices) if at not in dropped)
        return Categorical(choices) if dropped else domain
    low, high = (exp(end) if domain.log else end for end in box.ends[name])
    if isinstance(domain, Integer):
        return Integer(
            max(domain.low, ceil(low)) if np.isfinite(low) else domain.low,
            min(domain.high, floor(high)) if np.isfinite(high) else domain.high,
            log=domain.log,
        )
    return Real(
        max(domain.low, float(f"{low:.{_DIGITS}g}")),
        min(domain.high, float(f"{high:.{_DIGITS}g}")),
        log=domain.log,
    )


def _with_ends(
    domain: Integer | Real | Categorical, values: Sequence[Value]
) -> Integer | Real | Categorical:
    """A range whose rounded ends hold these values."""
    if isinstance(domain, Categorical) or not values:
        return domain
    numbers: Any = values
    return replace(domain, low=min(domain.low, *numbers), high=max(domain.high, *numbers))


def _kept(axis: Axis, good: FloatVector, box: Box, name: str) -> float:
    """Share of the good weight inside one range, among the configurations where it counts."""
    active = ~np.isnan(axis.positions)
    if not good[active].sum() > 0:
        return 1.0
    return float(good[active & box.within(name, axis)].sum() / good[active].sum())
