"""Configurations as values: equal, hashable, frozen, copied and pickled."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

from metarec.learners import Configuration, InvalidConfigurationError, TableShape

MIXED = Configuration("x", {"b": 1, "a": None, "c": "log2", "d": True, "e": 1e-5})


def test_key_is_canonical_and_reads_back():
    assert MIXED.key == (
        '{"algorithm":"x","hyperparameters":{"a":null,"b":1,"c":"log2","d":true,"e":1e-05}}'
    )
    assert Configuration.from_key(MIXED.key) == MIXED


def test_order_does_not_matter():
    other = Configuration("x", dict(reversed(MIXED.hyperparameters.items())))
    assert other == MIXED
    assert len({other, MIXED}) == 1


def test_a_count_is_not_a_share():
    assert Configuration("x", {"a": 1}) != Configuration("x", {"a": 1.0})
    assert Configuration("x") != "x"


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))]
)
def test_copies(copied):
    assert copied(MIXED) == MIXED


def test_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        MIXED.algorithm = "y"
    with pytest.raises(TypeError):
        MIXED.hyperparameters["b"] = 2


def test_later_changes_of_the_source_do_not_reach_it():
    values = {"a": 1}
    configuration = Configuration("x", values)
    values["a"] = 2
    assert configuration.hyperparameters["a"] == 1


def test_numpy_scalars_become_python_values():
    values = Configuration(
        "x", {"a": np.int64(3), "b": np.float64(0.5), "c": np.bool_(True), "d": np.str_("s")}
    ).hyperparameters
    assert [type(value) for value in values.values()] == [int, float, bool, str]


@pytest.mark.parametrize("value", [[1], {}, object(), float("nan"), float("inf")])
def test_impossible_values(value):
    with pytest.raises(InvalidConfigurationError, match="A hyperparameter must be"):
        Configuration("x", {"a": value})


@pytest.mark.parametrize("sizes", [(0, 1, 2), (1, 0, 2), (1, 1, -1)])
def test_impossible_shapes(sizes):
    with pytest.raises(ValueError, match="must hold"):
        TableShape(*sizes)
