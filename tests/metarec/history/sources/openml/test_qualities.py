"""Qualities of data sets as meta-features."""

from dataclasses import replace

import metafeatures
from metarec.history.sources.openml._answers import TaskAnswer
from metarec.history.sources.openml._qualities import published_names, to_meta_features

TASK = TaskAnswer(
    task_id=1, kind="classification", target="class", n_folds=10, dataset_id=2,
    dataset_name="anneal", default_target="class", target_type="nominal", missing_in_target=0,
    n_labels=6,
    qualities={
        "NumberOfInstances": 898.0, "NumberOfFeatures": 39.0, "NumberOfClasses": 5.0,
        "NumberOfNumericFeatures": 6.0, "NumberOfSymbolicFeatures": 33.0,
        "NumberOfMissingValues": 22175.0, "MajorityClassSize": 684.0, "MinorityClassSize": 8.0,
        "MeanMeansOfNumericAtts": 348.5, "MeanSkewnessOfNumericAtts": 2.0,
    },
)  # fmt: skip


def _with(**changed: float | None) -> TaskAnswer:
    return replace(TASK, qualities={**TASK.qualities, **changed})


def test_the_catalogue_has_them_all() -> None:
    known = {
        output for feature in metafeatures.catalogue() for output in (feature.name, *feature.openml)
    }
    assert set(published_names()) <= known
    assert {name.partition(".")[0] for name in to_meta_features(TASK)} <= known


def test_the_target_is_no_column() -> None:
    found = to_meta_features(TASK)
    assert (found["nr_attr"], found["nr_num"], found["nr_cat"]) == (38, 6, 32)
    assert found["ratio_missing"] == 22175 / (898 * 38)
    assert "skewness_biased.mean" not in found  # another formula


def test_older_qualities_leave_the_target_out() -> None:
    found = to_meta_features(_with(NumberOfSymbolicFeatures=32.0))
    assert found["nr_attr"] == 38
    assert not {"nr_num", "nr_cat", "ratio_num"} & set(found)


def test_classes_that_never_occur() -> None:
    found = to_meta_features(_with(MinorityClassSize=0.0, NumberOfClasses=6.0))
    assert not {"nr_class", "class_size.max"} & set(found)


def test_qualities_are_about_the_default_target() -> None:
    found = to_meta_features(replace(TASK, default_target="steel"))
    assert found["nr_inst"] == 898
    assert not {"nr_class", "nr_attr", "nr_cat"} & set(found)


def test_missing_cells_of_the_target() -> None:
    for missing in (3, None):
        assert "nr_missing" not in to_meta_features(replace(TASK, missing_in_target=missing))


def test_unknown_values() -> None:
    assert "nr_inst" not in to_meta_features(_with(NumberOfInstances=None))
    assert "attr_to_inst" not in to_meta_features(_with(NumberOfInstances=None))
    assert to_meta_features(replace(TASK, qualities={})) == {}
