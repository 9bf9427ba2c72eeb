"""What is to be done: which runs are missing, and in which order they are made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metarec.collecting.costs import META_FEATURES, guess_seconds
from metarec.collecting.libraries import usable
from metarec.collecting.recording import identity
from metarec.history import OWN_SOURCE, HistoryStore
from metarec.learners import get_learner, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metarec.collecting.tasks import Protocol, TaskCard
    from metarec.learners import Configuration, Cost, Kind

_COST_STEP: Final = 4.0
"""Runs whose costs differ by less stay together by table, so that it is read less often."""
_KEY: Final = ("dataset_sha256", "n_rows", "algorithm", "hyperparameters", "n_folds", "seed")
"""Columns that tell one run from another."""


@dataclass(frozen=True)
class Planned:
    """Something to do on one task: a run, or the extraction of its meta-features."""

    card: TaskCard
    """The task."""
    configuration: Configuration | None
    """What to evaluate; None for meta-features."""
    guess: float
    """Seconds that it may take."""

    @property
    def label(self) -> str:
        """What it costs like."""
        return META_FEATURES if self.configuration is None else self.configuration.algorithm


@dataclass(frozen=True)
class Known:
    """What the history has already of metarec's own runs."""

    described: frozenset[str]
    """Data sets with meta-features."""
    hashes: dict[str, str]
    """Content of each data set with runs."""
    runs: frozenset[tuple[object, ...]]
    """Keys of the runs."""

    @classmethod
    def read(cls, history: HistoryStore) -> Known:
        """Look into a history, which may be empty."""
        described: set[str] = set()
        if any(history.folder.glob(f"meta_features/source={OWN_SOURCE}/part-*")):
            table = history.meta_features(source=OWN_SOURCE)
            described.update(table["dataset"].unique().to_pylist())
        hashes: dict[str, str] = {}
        runs: set[tuple[object, ...]] = set()
        if any(history.folder.glob(f"runs/source={OWN_SOURCE}/task=*/part-*")):
            for batch in history.scan_runs(source=OWN_SOURCE, columns=["dataset", *_KEY]):
                rows = batch.to_pylist()
                hashes.update((row["dataset"], row["dataset_sha256"]) for row in rows)
                runs.update(_key(row) for row in rows)
        return cls(frozenset(described), hashes, frozenset(runs))


@dataclass(frozen=True)
class Plan:
    """What one call has to do."""

    items: list[Planned]
    """Cheapest first."""
    n_known: int
    """Runs that the history has already."""
    n_unusable: int
    """Pairs of configuration and table that do not go together."""
    problems: dict[str, str]
    """Why a table is passed over, by its name."""


def make_plan(
    cards: Sequence[TaskCard],
    configurations: Mapping[Kind, Sequence[Configuration]],
    protocol: Protocol,
    known: Known,
) -> Plan:
    """Pair tasks with the configurations that suit them, without what is known."""
    items: list[Planned] = []
    problems = {}
    n_known = n_unusable = 0
    for card in cards:
        if known.hashes.get(card.dataset, card.sha256) != card.sha256:
            problems[card.file.name] = (
                f"the history has another table called {card.dataset!r}: rename the file"
            )
            continue
        if card.dataset not in known.described:
            items.append(_planned(card, None, protocol))
        library = configurations[kind_of(card.shape.task)]
        suitable = usable(library, card.shape)
        n_unusable += len(library) - len(suitable)
        missing = [
            each for each in suitable if _key(identity(card, each, protocol)) not in known.runs
        ]
        n_known += len(suitable) - len(missing)
        items += [_planned(card, configuration, protocol) for configuration in missing]
    place = {card.dataset: number for number, card in enumerate(cards)}
    items.sort(
        key=lambda item: (
            math.floor(math.log(item.guess, _COST_STEP)),
            item.card.shape.n_rows,
            place[item.card.dataset],
            item.guess,
        )
    )
    return Plan(items, n_known, n_unusable, problems)


def _planned(card: TaskCard, configuration: Configuration | None, protocol: Protocol) -> Planned:
    cost: Cost = "medium"
    if configuration is not None:
        cost = get_learner(configuration.algorithm, card.task).cost
    return Planned(card, configuration, guess_seconds(cost, card.shape, protocol.n_folds))


def _key(row: dict[str, Any]) -> tuple[object, ...]:
    return tuple(row[name] for name in _KEY)
