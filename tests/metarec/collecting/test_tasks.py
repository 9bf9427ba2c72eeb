"""Which tables are found, which rows are sampled, and how they are split."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from metafeatures import TableError, as_table
from metarec import UsageError
from metarec.collecting import Protocol, find_tables
from metarec.collecting.tasks import load_task, sample_rows


def _target(classes: list[str]):
    return as_table({"x": range(len(classes)), "target": classes}, target="target").target


def test_a_folder_stands_for_its_tables(tables: Path) -> None:
    (tables / "notes.md").write_text("no table")
    assert [table.name for table in find_tables([tables])] == ["numbers", "three", "two"]


def test_an_index_says_more(tables: Path) -> None:
    index = tables / "index.csv"
    index.write_text("name,target,task,openml_id,family,other\ntwo,b,regression,31,f,x\n")
    (two,) = find_tables([tables / "two.parquet"], index=index, target="a")
    assert (two.target, two.task, two.openml_id, two.family) == ("b", "regression", 31, "f")
    (three,) = find_tables([tables / "three.parquet"], index=index, target="a")
    assert (three.target, three.openml_id) == ("a", None)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["nowhere.csv"], "no file"),
        (["notes.md"], "notes.md"),
        (["empty"], "no table"),
        (["two.parquet", "two.csv"], "both called"),
    ],
)
def test_mistakes_are_named(tables: Path, names: list[str], words: str) -> None:
    (tables / "notes.md").write_text("no table")
    (tables / "two.csv").write_text("a,b\n1,2\n")
    (tables / "empty").mkdir()
    with pytest.raises(UsageError, match=words):
        find_tables([tables / name for name in names])


def test_an_index_without_names(tables: Path) -> None:
    index = tables / "index.csv"
    index.write_text("table\ntwo\n")
    with pytest.raises(UsageError, match="no column 'name'"):
        find_tables([tables], index=index)


def test_csv_and_parquet_give_the_same_task(tables: Path) -> None:
    (two,) = find_tables([tables / "two.parquet"])
    pd.read_parquet(two.path).to_csv(tables.parent / "two.csv", index=False)
    (csv,) = find_tables([tables.parent / "two.csv"])
    first, second = (load_task(each, Protocol()) for each in (two, csv))
    assert first.card.shape == second.card.shape
    assert (first.y == second.y).all()


def test_every_class_keeps_its_share() -> None:
    target = _target(["a"] * 700 + ["b"] * 290 + ["c"] * 10)
    rows = sample_rows(target, Protocol(max_rows=100))
    assert np.bincount(target.codes[rows]).tolist() == [70, 29, 3]
    assert (np.diff(rows) > 0).all()
    assert (rows == sample_rows(target, Protocol(max_rows=100))).all()
    assert (rows != sample_rows(target, Protocol(max_rows=100, seed=1))).any()


def test_folds_are_stratified_or_grouped(tables: Path) -> None:
    frame = pd.read_parquet(tables / "two.parquet")
    frame["person"] = np.arange(90) % 30
    frame.to_parquet(tables / "people.parquet")
    (file,) = find_tables([tables / "people.parquet"], target="target", groups="person")
    task = load_task(file, Protocol())
    assert task.card.shape.n_features == 4
    people = frame["person"].to_numpy()
    for train, test in task.folds:
        assert not set(people[train]) & set(people[test])
    (plain,) = find_tables([tables / "two.parquet"])
    for _, test in load_task(plain, Protocol()).folds:
        assert np.bincount(task.y[test]).tolist() == [15, 15]


def test_what_is_learned_is_part_of_the_identity(tables: Path) -> None:
    hashes = {
        load_task(find_tables([tables / "two.parquet"], **how)[0], Protocol(n_folds=2)).card.sha256
        for how in ({}, {"target": "a"}, {"groups": "colour"})
    }
    assert len(hashes) == 3


def test_a_column_that_is_not_there(tables: Path) -> None:
    (file,) = find_tables([tables / "two.parquet"], groups="person")
    with pytest.raises(UsageError, match="'person'"):
        load_task(file, Protocol())
    (file,) = find_tables([tables / "two.parquet"], target="person")
    with pytest.raises(TableError, match="person"):
        load_task(file, Protocol())
