"""Predicted fit times: what a power law makes of measured seconds."""

from dataclasses import replace

import numpy as np
import pytest

from metarec.history import KnownDataset, MetaDataset
from metarec.learners import Configuration, TableShape
from metarec.metalearners import FitTime

SHAPE = TableShape(n_rows=20_000, n_features=30, n_classes=3)


@pytest.fixture(scope="module")
def timed(meta_dataset: MetaDataset) -> MetaDataset:
    """Seconds grow linearly with rows for all, and with the square for the SVM."""
    generator = np.random.default_rng(1)
    rows, columns, _ = meta_dataset.meta_features.T
    power = np.array([2.0 if item.algorithm == "svm" else 1.0
                      for item in meta_dataset.configurations])  # fmt: skip
    factor = np.exp(np.arange(8.0)) * 1e-6
    seconds = factor * rows[:, None] ** power * np.sqrt(columns)[:, None]
    noise = np.exp(generator.normal(0, 0.1, seconds.shape))
    return replace(meta_dataset, fit_seconds=seconds * noise, fit_rows=rows)


def test_a_power_law_is_found_again(timed: MetaDataset) -> None:
    predicted = FitTime.fit(timed).predict(timed.configurations, SHAPE)
    power = np.array([1, 1, 1, 1, 1, 1, 2, 2])
    truth = np.exp(np.arange(8.0)) * 1e-6 * SHAPE.n_rows**power * np.sqrt(SHAPE.n_features)
    assert np.exp(np.abs(np.log(predicted.seconds / truth))).max() < 1.5
    assert (predicted.low < predicted.seconds).all()
    assert (predicted.seconds < predicted.high).all()


def test_a_fixed_cost_of_small_tables_does_not_hide_what_grows(timed: MetaDataset) -> None:
    rows = np.geomspace(100, 5000, len(timed.datasets))
    names = list(timed.meta_feature_names)
    sizes = timed.meta_features.copy()
    sizes[:, names.index("nr_inst")] = rows
    seconds = np.repeat(0.05 + 1e-7 * rows[:, None] ** 2, len(timed.configurations), axis=1)
    mixed = replace(timed, meta_features=sizes, fit_rows=rows, fit_seconds=seconds)
    predicted = FitTime.fit(mixed).predict(timed.configurations, SHAPE).seconds
    truth = 0.05 + 1e-7 * SHAPE.n_rows**2
    # One exponent for all sizes would say a tenth.
    assert (predicted / truth > 0.3).all()
    assert (predicted / truth < 2.0).all()


def test_columns_without_numbers_cost_more(timed: MetaDataset) -> None:
    every = timed.meta_features[:, timed.meta_feature_names.index("nr_attr")]
    numeric = np.where(np.arange(len(every)) % 2 == 0, every, np.floor(every / 2))
    seconds = np.repeat(0.005 * (1.0 + every - numeric)[:, None], 8, axis=1)
    mixed = replace(
        timed,
        meta_feature_names=(*timed.meta_feature_names, "nr_num"),
        meta_features=np.column_stack([timed.meta_features, numeric]),
        fit_seconds=seconds,
    )
    model, shape = FitTime.fit(mixed), TableShape(1000, 20, 2)
    for n_numeric in (5, 10, 20):
        found = model.predict(timed.configurations, shape, n_numeric=n_numeric).seconds
        assert found == pytest.approx(0.005 * (1 + 20 - n_numeric), rel=0.2)


def test_columns_of_no_known_kind_count_as_numbers(timed: MetaDataset) -> None:
    names = (*timed.meta_feature_names, "nr_num")
    every = timed.meta_features[:, timed.meta_feature_names.index("nr_attr")]
    foreign = tuple(replace(item, source="elsewhere") for item in timed.datasets)

    def seconds(
        numeric: np.ndarray, datasets: tuple[KnownDataset, ...] = timed.datasets
    ) -> np.ndarray:
        features = np.column_stack([timed.meta_features, numeric])
        known = replace(timed, meta_feature_names=names, meta_features=features, datasets=datasets)
        return FitTime.fit(known).predict(timed.configurations, SHAPE).seconds

    unknown = seconds(np.full(len(every), np.nan))
    assert unknown == pytest.approx(FitTime.fit(timed).predict(timed.configurations, SHAPE).seconds)
    assert unknown == pytest.approx(seconds(every))
    # More numbers than columns, as an import may say.
    model = FitTime.fit(timed)
    more = model.predict(timed.configurations, SHAPE, n_numeric=SHAPE.n_features + 5)
    assert (more.seconds == model.predict(timed.configurations, SHAPE).seconds).all()
    # How others prepare their columns is not known, where there are own runs.
    half = tuple(
        own if row % 2 else other
        for row, (own, other) in enumerate(zip(timed.datasets, foreign, strict=True))
    )
    only_own = np.where(np.arange(len(every)) % 2 == 1, every, 0.0)
    assert seconds(only_own, half) == pytest.approx(seconds(every, half))


def test_the_interval_holds_on_what_was_left_out(timed: MetaDataset) -> None:
    n_known = 40
    model = FitTime.fit(timed.take(np.arange(n_known)))
    inside = []
    for row in range(n_known, len(timed.datasets)):
        n_rows, n_features, n_classes = timed.meta_features[row].astype(int).tolist()
        shape = TableShape(n_rows, n_features, n_classes)
        predicted = model.predict(timed.configurations, shape)
        truth = timed.fit_seconds[row]
        inside += ((predicted.low <= truth) & (truth <= predicted.high)).tolist()
    assert 0.65 < np.mean(inside) < 0.95


def test_the_interval_of_a_large_table_is_as_wide_as_it_was_off(timed: MetaDataset) -> None:
    n_tables, n_small = len(timed.datasets), len(timed.datasets) * 3 // 4
    rows = np.where(np.arange(n_tables) < n_small, 400.0, 8000.0)
    generator = np.random.default_rng(3)
    off = generator.normal(0, np.where(rows > 500, 0.5, 0.1)[:, None], (n_tables, 8))
    truth = replace(timed, fit_rows=rows, fit_seconds=np.exp(off) * rows[:, None] * 1e-4)
    left_out = np.arange(n_tables)[1::4]
    model = FitTime.fit(truth.take(np.setdiff1d(np.arange(n_tables), left_out)))
    inside: dict[float, list[bool]] = {400.0: [], 8000.0: []}
    for row in left_out:
        _, n_features, n_classes = timed.meta_features[row].astype(int).tolist()
        shape = TableShape(int(rows[row]), n_features, n_classes)
        found = model.predict(timed.configurations, shape)
        seconds = truth.fit_seconds[row]
        inside[rows[row]] += ((found.low <= seconds) & (seconds <= found.high)).tolist()
    assert 0.65 < np.mean(inside[400.0]) < 0.95
    # As wide as on the small ones it would hold for a quarter.
    assert np.mean(inside[8000.0]) > 0.6


def test_the_machine_is_that_of_the_own_runs(timed: MetaDataset) -> None:
    own = replace(timed, datasets=tuple(replace(item, source="collect") for item in timed.datasets))
    slow = replace(
        timed,
        datasets=tuple(replace(item, source="old") for item in timed.datasets),
        fit_seconds=timed.fit_seconds * 10,
    )
    both = replace(
        own,
        datasets=own.datasets + slow.datasets,
        meta_features=np.vstack([own.meta_features, slow.meta_features]),
        scores=np.vstack([own.scores, slow.scores]),
        fit_seconds=np.vstack([own.fit_seconds, slow.fit_seconds]),
        fit_rows=np.concatenate([own.fit_rows, slow.fit_rows]),
    )
    joined = FitTime.fit(both).predict(timed.configurations, SHAPE).seconds
    alone = FitTime.fit(own).predict(timed.configurations, SHAPE).seconds
    assert joined == pytest.approx(alone, rel=0.3)


def test_nothing_known_is_nan(timed: MetaDataset) -> None:
    never = np.where(np.arange(8) == 0, np.nan, timed.fit_seconds)
    model = FitTime.fit(replace(timed, fit_seconds=never))
    unknown = [timed.configurations[0], Configuration("lda")]
    predicted = model.predict(unknown, SHAPE)
    assert np.isnan(predicted.seconds).all()
    assert np.isnan(predicted.low).all()
    nothing = replace(timed, fit_seconds=np.full_like(timed.fit_seconds, np.nan))
    assert np.isnan(FitTime.fit(nothing).predict(timed.configurations, SHAPE).high).all()


def test_a_round_trip(timed: MetaDataset) -> None:
    model = FitTime.fit(timed)
    back = FitTime.from_json(model.to_json())
    for name in ("seconds", "low", "high"):
        before = getattr(model.predict(timed.configurations, SHAPE), name)
        assert getattr(back.predict(timed.configurations, SHAPE), name).tolist() == before.tolist()


def test_without_a_time_of_its_own_a_configuration_takes_its_base_learners(
    timed: MetaDataset,
) -> None:
    never = np.where(np.arange(8) == 1, np.nan, timed.fit_seconds)
    predicted = FitTime.fit(replace(timed, fit_seconds=never)).predict(timed.configurations, SHAPE)
    assert [item.algorithm for item in timed.configurations[1:3]] == ["knn", "knn"]
    assert predicted.seconds[1] == pytest.approx(predicted.seconds[2], rel=3)
