"""Reasons are in plain words, say the truth about the table, and come strongest first."""

import numpy as np
import pytest

import metafeatures
from metarec.history import MetaDataset
from metarec.history.inputs import INPUTS
from metarec.metalearners import Task, get_metalearner
from metarec.reasons import _AMOUNTS, _COUNTS, _SAME, _compare, _describe, find_reasons

KNOWN = np.arange(1.0, 101.0)
EVERY = np.ones(8, dtype=bool)
SMALL = Task({"nr_inst": 60.0, "nr_attr": 10.0, "nr_class": 2.0}, EVERY)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("nr_inst", 6.0, "few rows (6, fewer than in 94 % of the known data sets)"),
        ("nr_inst", 0.0, "no rows (0, fewer than any known data set)"),
        ("nr_inst", 1500.0, "many rows (1,500, more than any known data set)"),
        ("nr_inst", 50.0, "a usual number of rows (50)"),
        ("class_ent", 90.5, "high entropy of the classes (90, higher than in 90 % of the known "
         "data sets)"),
        ("symbols.mean", np.nan, "no categorical columns"),
        ("nodes", 2.0, "low number of splits of the tree (2, lower than in 98 % of the known data "
         "sets)"),
        ("nodes", np.nan, "no value of: number of splits of the tree"),
    ],
)  # fmt: skip
def test_a_meta_feature_in_words(name: str, value: float, words: str) -> None:
    assert _describe(name, value, KNOWN) == words


@pytest.mark.parametrize(("effect", "figures"), [(0.5, True), (-0.5, False)])
def test_figures_do_not_say_the_opposite_of_the_effect(effect: float, figures: bool) -> None:
    found = _compare("similar", 0.1, 0.2, effect)
    assert found.startswith("results on similar data sets")
    assert ("regret 0.10, the average configuration's 0.20" in found) == figures


def test_every_input_has_words_and_stands_in_the_catalogue() -> None:
    names = {name for inputs in INPUTS.values() for name in inputs}
    worded = {*_COUNTS, *_AMOUNTS}
    assert names <= worded | set(_SAME)
    known = {feature.name for feature in metafeatures.catalogue()}
    assert all(name in known or name.partition(".")[0] in known for name in worded | set(_SAME))


def test_reasons_of_a_table(meta_dataset: MetaDataset) -> None:
    metalearner = get_metalearner("lightgbm")().fit(meta_dataset)
    order = metalearner.rank(SMALL, top=8)
    found = find_reasons(metalearner, meta_dataset, SMALL, order)
    assert len(found) == 8
    for reasons in found:
        strength = [abs(reason["effect"]) for reason in reasons]
        assert strength == sorted(strength, reverse=True)
        assert all(strong >= 0.01 for strong in strength)
        for reason in reasons:
            assert ("speaks for" in reason["text"]) == (reason["effect"] > 0)
            if reason["meta_feature"] is not None:
                assert reason["value"] == SMALL.meta_features[reason["meta_feature"]]
    best = found[0][0]
    assert meta_dataset.configurations[order[0]].algorithm == "naive_bayes"
    assert best["effect"] > 0.1
    texts = " ".join(reason["text"] for reason in found[0])
    assert "few rows (60, fewer than" in texts or "similar data sets (regret 0.0" in texts


def test_what_says_the_same_is_one_reason(meta_dataset: MetaDataset) -> None:
    columns = meta_dataset.meta_features
    doubled = type(meta_dataset)(**{
        **vars(meta_dataset),
        "meta_feature_names": (*meta_dataset.meta_feature_names, "log_nr_inst"),
        "meta_features": np.column_stack([columns, np.log(columns[:, 0])]),
    })  # fmt: skip
    metalearner = get_metalearner("lightgbm")().fit(doubled)
    task = Task({**SMALL.meta_features, "log_nr_inst": np.log(60.0)}, EVERY)
    for reasons in find_reasons(metalearner, doubled, task, np.arange(8)):
        assert "log_nr_inst" not in [reason["meta_feature"] for reason in reasons]


def test_who_cannot_say_says_nothing(meta_dataset: MetaDataset) -> None:
    portfolio = get_metalearner("portfolio")().fit(meta_dataset)
    assert find_reasons(portfolio, meta_dataset, SMALL, np.array([1, 2])) == [None, None]
