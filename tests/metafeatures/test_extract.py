"""The plan, the time limit, determinism, and a contract for every entry of the catalogue."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from metafeatures import MetaFeatures, as_table, catalogue, extract
from metafeatures._context import Context

RNG = np.random.default_rng(1)
FRAME = pd.DataFrame(
    {
        "a": RNG.normal(size=80),
        "b": RNG.exponential(size=80),
        "c": RNG.choice(list("uvw"), 80),
        "d": RNG.choice(list("xyz"), 80),
        "y": RNG.choice(list("pqr"), 80),
    }
)
OUTPUTS = [name for entry in catalogue() for name in entry.outputs]

TABLES: dict[str, tuple[Any, Any]] = {
    "mixed": (FRAME.drop(columns="y"), FRAME["y"]),
    "no target": (FRAME, None),
    "regression": (FRAME, RNG.normal(size=80)),
    "one row": ([[1.0, 2.0]], ["p"]),
    "two rows": ([[1.0, 2.0], [2.0, 1.0]], ["p", "q"]),
    "one class": (FRAME, ["p"] * 80),
    "a class each": (FRAME[:9], list("abcdefghi")),
    "constant": (np.ones((20, 3)), np.arange(20) % 2),
    "all missing": (np.full((20, 3), np.nan), np.arange(20) % 2),
    "one missing column": (FRAME.assign(e=None), FRAME["y"]),
    "infinite": (np.where(RNG.random((40, 3)) < 0.5, np.inf, RNG.random((40, 3))), [0, 1] * 20),
    "huge": (1e300 * RNG.normal(size=(40, 3)), [0, 1] * 20),
    "one huge cell": (np.vstack([np.eye(39, 3), [1e308] * 3]), [0, 1] * 20),
    "a huge constant": (np.column_stack([np.full(40, 1e308), np.eye(40)[:, :2]]), [0, 1] * 20),
    "last digits": (1.0 + 2.3e-16 * RNG.integers(0, 3, (40, 2)), [0, 1] * 20),
    "tenths in halves": ([[0.1], [0.3]] * 20, [0, 1] * 20),
    "widest": (1.7e308 * np.sign(RNG.normal(size=(40, 3))), [0, 1] * 20),
    "tiny": (1e-310 * RNG.normal(size=(40, 3)), [0, 1] * 20),
    "mixed objects": (pd.DataFrame({"a": [1, "x", None, 2.5] * 5, "b": range(20)}), [0, 1] * 10),
    "text only": (pd.DataFrame({"t": [f"word {i}" for i in range(40)]}), [0, 1] * 20),
    "many columns": (RNG.normal(size=(15, 10_000)), np.arange(15) % 2),
    "many categories": (
        pd.DataFrame(RNG.choice(list("abcdef"), (40, 600)), columns=[f"c{i}" for i in range(600)]),
        [0, 1] * 20,
    ),
    "sparse": (sparse.random(30, 500, 0.05, random_state=0), np.arange(30) % 2),
    "empty sparse": (sparse.csr_matrix((30, 5)), np.arange(30) % 2),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_name_has_a_value_or_a_reason(name: str) -> None:
    numbers = extract(*TABLES[name])
    assert list(numbers) == OUTPUTS
    for entry in catalogue():
        for output in entry.outputs:
            value = numbers[output]
            assert type(value) is float
            assert np.isnan(value) == (output in numbers.skipped), output
            if not np.isnan(value) and not output.endswith((".sd", ".sd_pop", ".sum")):
                assert entry.low - 1e-9 <= value <= entry.high + 1e-9, output
    assert all(reason and "\n" not in reason for reason in numbers.skipped.values())


@pytest.mark.parametrize("name", TABLES)
def test_each_feature_alone_equals_all_together(name: str) -> None:
    if name in ("many columns", "many categories"):
        pytest.skip("the same code, only slower")
    table = as_table(*TABLES[name])
    together = extract(table)
    for entry in catalogue():
        alone = extract(table, features=[entry.name])
        assert list(alone) == list(entry.outputs)
        expected = {output: together[output] for output in entry.outputs}
        assert dict(alone) == pytest.approx(expected, rel=0, abs=0, nan_ok=True)


def test_the_catalogue_is_complete() -> None:
    assert len(set(OUTPUTS)) == len(OUTPUTS)
    for entry in catalogue():
        assert entry.definition
        assert "\n" not in entry.definition
        assert entry.source
        assert entry.tasks
        assert entry.low < entry.high
        assert set(entry.autosklearn) | set(entry.openml) <= set(entry.outputs)
    theirs = [name for entry in catalogue() for name in entry.autosklearn.values()]
    assert len(theirs) == len(set(theirs)) == 46


@pytest.mark.parametrize("n_jobs", [2, 5, -1])
def test_threads_do_not_change_a_digit(n_jobs: int) -> None:
    X, y = RNG.normal(size=(300, 12)), RNG.integers(0, 4, 300)
    assert dict(extract(X, y, n_jobs=n_jobs)) == dict(extract(X, y))


def test_the_seed_decides() -> None:
    X, y = RNG.normal(size=(3000, 5)), RNG.integers(0, 2, 3000)
    first = extract(X, y, groups=["landmarking"], random_state=3)
    assert dict(first) == dict(extract(X, y, groups=["landmarking"], random_state=3))
    assert dict(first) != dict(extract(X, y, groups=["landmarking"], random_state=4))


def test_the_input_stays_as_it_is_and_so_does_the_global_generator() -> None:
    X, y = np.asfortranarray(RNG.normal(size=(50, 4))), RNG.integers(0, 2, 50)
    X[3, 1] = np.nan
    before, state = (X.copy(), y.copy()), np.random.get_state()[1].copy()  # noqa: NPY002
    extract(X, y)
    assert np.array_equal(X, before[0], equal_nan=True)
    assert np.array_equal(y, before[1])
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002


def test_the_callers_settings_of_floating_point_errors_do_not_matter() -> None:
    X = RNG.normal(size=(30, 3)) * [1.0, 1e-200, 1e200]
    expected = dict(extract(X, [0, 1] * 15))
    with np.errstate(all="raise"):
        assert dict(extract(X, [0, 1] * 15)) == pytest.approx(expected, rel=0, nan_ok=True)


def test_nothing_is_computed_that_was_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Context] = []

    class Watched(Context):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            made.append(self)

    monkeypatch.setattr("metafeatures._extract.Context", Watched)
    names = ["nr_inst", "nr_attr", "nr_class", "class_ent", "freq_class.min", "symbols.sum"]
    assert sorted(extract(FRAME, target="y", features=names)) == sorted(names)
    assert {value.__name__ for value in made[0].values} == {"class_counts"}


def test_a_base_name_stands_for_all_its_summaries() -> None:
    numbers = extract(FRAME, target="y", features=["one_nn", "nr_inst", "skewness.sd"])
    assert list(numbers) == ["nr_inst", "skewness.sd", "one_nn.mean", "one_nn.sd"]


def test_groups() -> None:
    numbers = extract(FRAME, target="y", groups=["info-theory", "landmarking"])
    assert set(numbers.times) == {"read", "info-theory", "landmarking"}
    assert all(seconds >= 0 for seconds in numbers.times.values())
    assert list(extract(FRAME, groups=[])) == []


def test_time_limit() -> None:
    numbers = extract(FRAME, target="y", time_limit=0)
    elsewhere = "it is not defined for multiclass"
    too_late = "the time limit of 0 seconds was over"
    assert set(numbers.skipped.values()) == {too_late, elsewhere}
    assert list(numbers) == OUTPUTS
    skipped = extract(FRAME, target="y", time_limit=60).skipped
    singular = "the covariance matrix of a class is singular"  # dummies add up to one
    assert skipped.pop("sd_ratio") == singular
    assert set(skipped.values()) == {elsewhere}


def test_permuting_columns_and_renaming_classes_keeps_landmarkers() -> None:
    y = FRAME["y"].map({"p": "1", "q": "2", "r": "3"})
    expected = extract(FRAME.drop(columns="y"), FRAME["y"], groups=["landmarking"])
    assert dict(extract(FRAME.drop(columns="y"), y, groups=["landmarking"])) == dict(expected)
    names = ["linear_discr", "naive_bayes", "one_nn"]
    other = extract(FRAME[["b", "a", "d", "c"]], FRAME["y"], features=names)
    assert dict(other) == pytest.approx({name: expected[name] for name in other})


def test_duplicated_rows_are_their_own_neighbours() -> None:
    X = np.repeat(RNG.normal(size=(200, 3)), 5, axis=0)
    y = np.repeat(RNG.integers(0, 2, 200), 5)
    assert extract(X, y, features=["one_nn.mean"])["one_nn.mean"] > 0.95


def test_an_informative_column_is_found() -> None:
    y = np.arange(200) % 2
    X = np.column_stack([RNG.normal(size=(200, 4)), y + 0.01 * RNG.normal(size=200)])
    numbers = extract(X, y, groups=["landmarking"])
    for name in ("linear_discr", "naive_bayes", "decision_tree", "best_node"):
        assert numbers[f"{name}.mean"] == 1


def test_result() -> None:
    numbers = extract(FRAME, groups=["general"])
    frame = numbers.to_frame()
    assert frame.index.name == "meta_feature"
    assert list(frame.columns) == ["value", "skipped", "measured_on"]
    assert frame.loc["nr_inst", "value"] == 80
    assert frame.loc["nr_class", "skipped"] == "there is no target"
    assert "<td>nr_inst</td>" in numbers._repr_html_()
    counts = f"{len(numbers)} names, {len(numbers.skipped)} skipped"
    assert repr(numbers).startswith(f"MetaFeatures({counts})")
    copy = pickle.loads(pickle.dumps(numbers))
    assert isinstance(copy, MetaFeatures)
    assert copy.skipped == numbers.skipped
