"""Folds that fit how a table will be predicted."""

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from metarec import UsageError
from metarec.tuning.validation import Validation, read_data


def _frame(n_rows: int = 60) -> pd.DataFrame:
    generator = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "a": generator.normal(size=n_rows),
            "who": [f"p{i % 12}" for i in range(n_rows)],
            "day": generator.permutation(n_rows),
            "target": np.where(np.arange(n_rows) % 3 == 0, "yes", "no"),
        }
    )


def test_little_time_means_fewer_folds() -> None:
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(1000, 50)))
    y = pd.Series(np.arange(1000.0), name="y")
    folds = [
        len(read_data(table, y, validation=Validation(time_limit=each)).learning.folds)
        for each in (None, 60.0, 20.0, 1.0)
    ]
    assert folds == [5, 5, 3, 2]


def test_folds_keep_the_share_of_each_class() -> None:
    data = read_data(_frame(), validation=Validation(4))
    for _, test in data.learning.folds:
        assert (data.labels[test] == "yes").sum() == 5


def test_a_group_stays_in_one_fold_and_is_no_feature() -> None:
    frame = _frame()
    data = read_data(frame, validation=Validation(3, groups="who"))
    assert "who" not in data.learning.X
    for train, test in data.learning.folds:
        assert not set(frame["who"][train]) & set(frame["who"][test])


@pytest.mark.parametrize("as_dates", [False, True])
def test_each_fold_is_predicted_from_the_rows_before_it(as_dates: bool) -> None:
    frame = _frame()
    days = frame["day"].to_numpy()
    if as_dates:
        frame["day"] = (pd.Timestamp("2020-01-01") + pd.to_timedelta(days, "D")).astype(str)
    data = read_data(frame, validation=Validation(4, time_column="day"))
    assert len(data.learning.folds) == 4
    for train, test in data.learning.folds:
        assert days[train].max() < days[test].min()


def test_y_may_stand_alone_and_keeps_its_labels() -> None:
    frame = _frame()
    data = read_data(frame[["a"]], frame["target"])
    assert data.labels.tolist() == frame["target"].tolist()
    assert data.target.name == "target"


def test_gaps_leave_truth_values_what_they_are() -> None:
    data = read_data(_frame(6).assign(target=[True, False, None, True, False, True]),
                     validation=Validation(2))  # fmt: skip
    assert data.labels.dtype == bool
    assert data.labels.tolist() == [True, False, True, False, True]


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        (Validation(1), "at least 2"),
        (Validation(3, groups="who", time_column="day"), "not both"),
        (Validation(3, groups="nobody"), "no column 'nobody'"),
        (Validation(3, groups="team"), "empty cells"),
        (Validation(3, time_column="never"), "no column 'never'"),
        (Validation(3, time_column="who"), "no time"),
        (Validation(61), "take fewer"),
    ],
)
def test_what_cannot_be_split_is_refused(validation: Validation, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_data(_frame().assign(team=["a", None] * 30), validation=validation)


@pytest.mark.parametrize(
    ("target", "validation", "n_folds"),
    [
        ([1.5, 2.5, 3.5], Validation(), 3),
        ([1.5, 2.5, 3.5], Validation(time_column="day"), 2),
        (["a", "b", "a", "b", "a", "a"], Validation(), 4),
        (["a", "b", "a", "b", "a", "a"], Validation(groups="pair"), 3),
    ],
)
def test_a_small_table_gets_as_many_folds_as_it_can(
    target: list[object], validation: Validation, n_folds: int
) -> None:
    rows = np.arange(len(target))
    frame = pd.DataFrame({"day": rows, "pair": rows // 2, "target": target})
    assert len(read_data(frame, validation=validation).learning.folds) == n_folds


def test_a_table_too_small_for_two_folds_is_refused() -> None:
    with pytest.raises(UsageError, match=r"no 2 folds can be made .*: give more rows"):
        read_data(pd.DataFrame({"a": range(5), "target": list("vwxyz")}))


def test_a_target_of_one_class_is_refused() -> None:
    with pytest.raises(UsageError, match="one class only"):
        read_data(_frame().assign(target="yes"))


def test_a_large_table_has_a_stage_before_its_folds() -> None:
    data = read_data(_frame(12_000), validation=Validation(4))
    (sample,) = data.samples
    train, _ = data.learning.folds[0]
    assert len(sample) == 2000
    assert set(sample) <= set(train)
    assert abs((data.labels[sample] == "yes").mean() - 1 / 3) < 0.001
    assert len(data.stages) == 5


def test_in_time_a_stage_has_the_last_rows_before_the_fold() -> None:
    frame = _frame(40_000)
    data = read_data(frame, validation=Validation(2, time_column="day"))
    (sample,) = data.samples
    _, test = data.learning.folds[0]
    days = frame["day"].to_numpy()
    assert days[test].min() - days[sample].min() == 2000


def test_a_small_table_has_none() -> None:
    data = read_data(_frame(600), validation=Validation(4))
    assert data.samples == ()
    assert data.stages == data.learning.folds


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (pd.Series([2, 10, 2, 10]).astype("category"), [2, 10]),
        (pd.Series([-1, -10, -1, -10]).astype("category"), [-10, -1]),
        (pd.Series(["b", "a", "b", "a"], dtype="category"), ["a", "b"]),
        (pd.Series([True, False, True, False]), [False, True]),
        (pd.Series([0.5, 1.5, 0.5, 1.5]), ["0.5", "1.5"]),
        (pd.Series([1, "a", 1, "a"], dtype=object), ["1", "a"]),
    ],
)
def test_classes_are_in_the_order_of_scikit_learn(labels: pd.Series, expected: list) -> None:
    frame = pd.DataFrame({"a": range(40)})
    data = read_data(frame, pd.concat([labels] * 10), task="classification")
    assert np.unique(data.labels).tolist() == expected
    assert data.target.classes == tuple(map(str, expected))
    assert (np.unique(data.labels)[data.learning.y] == data.labels).all()


@pytest.mark.parametrize(
    "write",
    [
        lambda days: days.strftime("%d/%m/%Y"),
        lambda days: days.strftime("%m/%d/%Y"),
        lambda days: days.strftime("%Y-%m-%d"),
        lambda days: [f"{day:%Y-%m-%dT%H:%M}+0{1 + (day.month > 3)}:00" for day in days],
        lambda days: days - days[0],
    ],
)
def test_a_column_of_times_is_read_in_one_way(write) -> None:
    generator = np.random.default_rng(0)
    order = generator.permutation(200)
    days = pd.date_range("2020-01-01", periods=200)[order]
    frame = pd.DataFrame({"a": order, "day": write(days), "target": order % 2})
    data = read_data(frame, target="target", validation=Validation(4, time_column="day"))
    for train, test in data.learning.folds:
        assert order[train].max() < order[test].min()


def test_times_written_in_two_ways_are_refused() -> None:
    days = ["13/01/2020", "14/01/2020", "01/13/2020"] * 10
    frame = _frame(30).assign(day=days)
    with pytest.raises(UsageError, match="not written in one way"):
        read_data(frame, target="target", validation=Validation(2, time_column="day"))


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        (Validation(groups="target"), "'target' is the target"),
        (Validation(time_column="target"), "'target' is the target"),
        (Validation(groups=np.arange(60)), "`groups` must be the name of a column"),  # type: ignore[arg-type]
    ],
)
def test_columns_that_cannot_order_or_group(validation: Validation, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_data(_frame(), target="target", validation=validation)


def test_y_of_any_shape_and_name() -> None:
    frame = _frame()
    y = frame.pop("target")
    for each in (y.to_numpy()[:, None], y.rename("self"), pl.Series("self", y)):
        assert (read_data(frame, each).labels == y).all()
    with pytest.raises(UsageError, match="value for each of the 60 rows"):
        read_data(frame, y[:-1])
    assert list(read_data(pl.from_pandas(frame), y).learning.X) == list(frame)


def test_a_target_of_dates_is_refused_as_such(tmp_path: Path) -> None:
    days = pd.date_range("2020-01-01", periods=60)
    frame = _frame().assign(target=days)
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    for table in (frame, str(path)):
        with pytest.raises(UsageError, match="'target' holds dates"):
            read_data(table, target="target")


def test_a_class_in_nearly_every_row_is_in_doubt() -> None:
    frame = _frame(40)
    assert read_data(frame, target="target").doubt is None
    texts = frame.assign(target=[f"{i // 2:,}.5 kg" for i in range(40)])
    assert "'target' has 20 classes in 40 rows" in str(read_data(texts, target="target").doubt)


def test_numbers_with_a_decimal_comma_are_numbers(tmp_path: Path) -> None:
    frame = _frame()
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False, sep=";", decimal=",")
    assert read_data(str(path), target="target").learning.X["a"].tolist() == pytest.approx(
        frame["a"].tolist()
    )


def test_dates_may_be_classes(tmp_path: Path) -> None:
    frame = _frame().assign(target=pd.to_datetime(["2020-01-01", "2020-02-01"] * 30))
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    for table in (frame, str(path)):
        data = read_data(table, target="target", task="classification")
        assert len(set(data.labels.tolist())) == 2
