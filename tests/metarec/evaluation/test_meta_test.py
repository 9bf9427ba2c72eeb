"""Meta-testing: nothing leaks, and the figures are what they say."""

import numpy as np
import pytest

from metarec import UsageError
from metarec.evaluation import leave_families_out, meta_test
from metarec.history import MetaDataset
from metarec.metalearners import MetaLearner, Task, get_metalearner


def test_folds_keep_families_together_and_cover_everything() -> None:
    families = [f"f{i % 7}" for i in range(40)]
    seen: list[int] = []
    for train, test in leave_families_out(families, n_folds=3, random_state=0):
        assert not {families[i] for i in train} & {families[i] for i in test}
        assert sorted([*train, *test]) == list(range(40))
        seen += test.tolist()
    assert sorted(seen) == list(range(40))


def test_what_is_tested_was_never_seen(
    meta_dataset: MetaDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolio = get_metalearner("portfolio")
    fit, rank = portfolio.fit, portfolio.rank
    family_of = dict(zip(meta_dataset.meta_features[:, 0], meta_dataset.families, strict=True))
    known: list[set[str]] = []
    ranked: list[str] = []

    def spy_fit(self: MetaLearner, part: MetaDataset) -> MetaLearner:
        known.append(set(part.families))
        return fit(self, part)

    def spy_rank(self: MetaLearner, task: Task, *, top: int) -> object:
        ranked.append(family_of[task.meta_features["nr_inst"]])
        assert ranked[-1] not in known[-1]
        return rank(self, task, top=top)

    monkeypatch.setattr(portfolio, "fit", spy_fit)
    monkeypatch.setattr(portfolio, "rank", spy_rank)
    meta_test(meta_dataset, [portfolio], n_folds=4)
    assert len(known) == 4
    assert sorted(ranked) == sorted(meta_dataset.families)


def test_more_folds_than_families_are_refused(meta_dataset: MetaDataset) -> None:
    with pytest.raises(UsageError, match="n_folds"):
        meta_test(meta_dataset, [get_metalearner("random")], n_folds=31)


def test_figures(meta_dataset: MetaDataset) -> None:
    methods = [get_metalearner(name) for name in ("random", "average_rank", "portfolio")]
    result = meta_test(meta_dataset, methods, list_lengths=(1, 3, 8))
    figures = result.figures()
    for name, row in figures.items():
        regrets = [row[k].regret for k in (1, 3, 8)]
        assert regrets == sorted(regrets, reverse=True), name
        assert row[8].regret == pytest.approx(0.0)
        assert row[1].interval[0] <= row[1].regret <= row[1].interval[1]
        assert row[1].worst_tenth >= row[1].regret
    assert figures["portfolio"][3].regret < figures["average_rank"][3].regret
    assert np.mean([row[1].rank for row in figures.values()]) == pytest.approx(2.0)


def test_the_same_seed_gives_the_same_figures(meta_dataset: MetaDataset) -> None:
    methods = [get_metalearner("random"), get_metalearner("neighbours")]
    first = meta_test(meta_dataset, methods, random_state=3).figures()
    assert meta_test(meta_dataset, methods, random_state=3).figures() == first
