"""Meta-testing: nothing leaks, and the figures are what they say."""

import numpy as np
import pytest

from metarec import UsageError
from metarec.evaluation import ablate_sources, meta_test
from metarec.history import MetaDataset
from metarec.metalearners import MetaLearner, Task, get_metalearner


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[MetaDataset]:
    """What portfolios were fitted on, in order."""
    portfolio = get_metalearner("portfolio")
    fit = portfolio.fit
    parts: list[MetaDataset] = []

    def spy_fit(self: MetaLearner, part: MetaDataset) -> MetaLearner:
        parts.append(part)
        return fit(self, part)

    monkeypatch.setattr(portfolio, "fit", spy_fit)
    return parts


def test_what_is_tested_was_never_seen(
    meta_dataset: MetaDataset, seen: list[MetaDataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolio = get_metalearner("portfolio")
    rank = portfolio.rank
    family_of = dict(zip(meta_dataset.meta_features[:, 0], meta_dataset.families, strict=True))
    ranked: list[str] = []

    def spy_rank(self: MetaLearner, task: Task, *, top: int) -> object:
        ranked.append(family_of[task.meta_features["nr_inst"]])
        assert ranked[-1] not in seen[-1].families
        return rank(self, task, top=top)

    monkeypatch.setattr(portfolio, "rank", spy_rank)
    meta_test(meta_dataset, [portfolio], n_folds=4)
    assert len(seen) == 4
    assert sorted(ranked) == sorted(meta_dataset.families)


def test_only_the_judged_source_is_left_out(joined: MetaDataset, seen: list[MetaDataset]) -> None:
    result = meta_test(joined, [get_metalearner("portfolio")], n_folds=4, judge=["ours"])
    assert [item.name for item in result.datasets] == [f"d{i}" for i in range(20)]
    assert result.curves["portfolio"].shape == (20, 20)
    assert "40 others" in result.protocol
    for part in seen:
        left_out = {item.family for item in result.datasets} - set(part.families)
        assert len(left_out) == 5
        assert sum(item.source == "theirs" for item in part.datasets) >= 35


def test_an_ablation_learns_without_each_source(
    joined: MetaDataset, seen: list[MetaDataset]
) -> None:
    result = ablate_sources(joined, [get_metalearner("portfolio")], n_folds=2, judge=["ours"])
    assert list(result.curves) == [
        "portfolio",
        "portfolio without ours",
        "portfolio without theirs",
    ]
    both, theirs, ours = seen[:3]
    assert {item.source for item in both.datasets} == {"ours", "theirs"}
    assert {item.source for item in theirs.datasets} == {"theirs"}
    assert {item.source for item in ours.datasets} == {"ours"}
    # What was never run is not known.
    assert (len(theirs.configurations), len(ours.configurations)) == (8, 6)
    alone = meta_test(joined, [get_metalearner("portfolio")], n_folds=2, judge=["ours"])
    assert np.array_equal(alone.curves["portfolio"], result.curves["portfolio"])


def test_a_judge_or_an_ablation_that_makes_no_sense_is_refused(
    meta_dataset: MetaDataset, joined: MetaDataset
) -> None:
    portfolio = get_metalearner("portfolio")
    with pytest.raises(UsageError, match="'mine' can be judged; choose some of ours, theirs"):
        meta_test(joined, [portfolio], judge=["mine"])
    with pytest.raises(UsageError, match="several sources"):
        ablate_sources(meta_dataset, [portfolio])
    with pytest.raises(UsageError, match="two methods are called 'portfolio'"):
        meta_test(joined, [portfolio, portfolio])


def test_a_method_that_knows_nothing_that_was_run_has_all_the_regret(
    joined: MetaDataset,
) -> None:
    scores = joined.scores.copy()
    scores[:20, :4], scores[20:, 4:] = np.nan, np.nan
    apart = MetaDataset(**{**vars(joined), "scores": scores})
    result = ablate_sources(apart, [get_metalearner("portfolio")], judge=["ours"])
    assert (result.curves["portfolio without ours"] == 1.0).all()
    assert result.curves["portfolio without theirs"].mean() < 0.5


def test_more_folds_than_families_are_refused(meta_dataset: MetaDataset) -> None:
    with pytest.raises(UsageError, match="`n_jobs` must be -1 or at least 1"):
        meta_test(meta_dataset, [get_metalearner("random")], n_jobs=0)
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


def test_neither_the_run_nor_the_number_of_jobs_changes_a_figure(
    meta_dataset: MetaDataset,
) -> None:
    methods = [get_metalearner("random"), get_metalearner("neighbours")]
    counted: list[tuple[int, int]] = []
    first = meta_test(
        meta_dataset,
        methods,
        n_folds=3,
        random_state=3,
        progress=lambda done, total: counted.append((done, total)),
    )
    assert counted == [(done, 6) for done in range(1, 7)]
    second = meta_test(meta_dataset, methods, n_folds=3, random_state=3, n_jobs=2)
    for name, curve in first.curves.items():
        assert np.array_equal(curve, second.curves[name]), name
