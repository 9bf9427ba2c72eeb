"""Pipelines take the user's own table and behave as scikit-learn expects."""

import datetime
import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score

from metarec.learners import (
    REGRESSION,
    Configuration,
    LearnerError,
    MissingPackageError,
    TableShape,
    default,
    get_learner,
    make_pipeline,
    space_filling,
)

N = 60
LABELS = np.array(["no", "yes"])[np.arange(N) % 2]
NUMBERS = 50.0 + 10.0 * (np.arange(N) % 2)
TREE = Configuration("decision_tree")


def target_for(learner):
    """What a base-learner can learn from a row's parity."""
    return NUMBERS if learner.tasks == REGRESSION else LABELS


def quick(learner):
    """Return the default configuration with few rounds and narrow layers."""
    space = learner.space(None)
    small = ("n_estimators", "max_iter", "width")
    return Configuration(
        learner.name, {name: space[name].clip(20) for name in small if name in space}
    )


def check_predictions(predicted, target):
    """Finite numbers, or classes that there are."""
    if target.dtype.kind == "f":
        assert np.isfinite(predicted).all()
    else:
        assert set(predicted) <= set(target)


def mixed_table() -> pa.Table:
    """Return one column of each kind, with missing cells; `size` tells the classes apart."""
    rng = np.random.default_rng(0)
    size = rng.normal(size=N) + 4 * (np.arange(N) % 2)
    day = datetime.datetime(2024, 1, 1)
    columns = {
        "size": size,
        "count": rng.integers(0, 9, N),
        "colour": rng.choice(["red", "green", "blue"], N),
        "flag": rng.integers(0, 2, N).astype(bool),
        "text": [f"order {i * 37 % 101} for customer {i}" for i in range(N)],
        "day": [day + datetime.timedelta(hours=int(h)) for h in rng.integers(0, 9999, N)],
        "one": np.ones(N),
        'a "quoted", {odd}: [name]<>': rng.normal(size=N),
    }
    holes = np.arange(N) % 7 == 3
    return pa.table(
        {
            name: pa.array(
                [None if hole else value for value, hole in zip(cells, holes, strict=True)]
            )
            for name, cells in (
                (name, np.asarray(cells).tolist()) for name, cells in columns.items()
            )
        }
        | {"nothing": pa.nulls(N, pa.float64())}
    )


def _nullable(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas().convert_dtypes()


def _arrow_backed(table: pa.Table) -> pd.DataFrame:
    # Dates, decimals and dictionaries have dtypes of their own there.
    columns = {
        "date": table["day"].cast(pa.date32()),
        "price": table["count"].cast(pa.decimal128(21, 2)),
        "kind": table["colour"].dictionary_encode(),
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def _categorical(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas().astype({"colour": "category", "text": "category"})


def _integer_names(table: pa.Table) -> pd.DataFrame:
    frame = table.to_pandas()
    return frame.set_axis(range(frame.shape[1]), axis=1)


def _object_array(table: pa.Table) -> np.ndarray:
    return table.to_pandas().to_numpy(dtype=object)


def _rows(table: pa.Table) -> list[list[object]]:
    return table.to_pandas().astype(object).to_numpy().tolist()


CONTAINERS = {
    "pandas": pa.Table.to_pandas,
    "nullable": _nullable,
    "arrow-backed": _arrow_backed,
    "categorical": _categorical,
    "integer names": _integer_names,
    "polars": pl.from_arrow,
    "pyarrow": lambda table: table,
    "object array": _object_array,
    "list of rows": _rows,
}


def _take(X, rows):
    if isinstance(X, pd.DataFrame):
        return X.iloc[rows]
    if isinstance(X, pa.Table):
        return X.take(rows)
    if isinstance(X, list):
        return [X[row] for row in rows]
    return X[rows]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("algorithm", ["decision_tree", "logistic_regression"])
def test_containers(container, algorithm):
    X = CONTAINERS[container](mixed_table())
    train, test = list(range(40)), list(range(40, N))
    pipeline = make_pipeline(Configuration(algorithm)).fit(_take(X, train), LABELS[train])
    assert pipeline.score(_take(X, test), LABELS[test]) > 0.6


def test_every_learner_takes_the_mixed_table(learner):
    X, y = mixed_table().to_pandas(), target_for(learner)
    shape = TableShape(N, X.shape[1], 0 if y is NUMBERS else 2)
    for configuration in (default(learner, shape), *space_filling(learner, 2, shape, seed=4)):
        pipeline = make_pipeline(configuration, shape=shape).fit(X[:40], y[:40])
        check_predictions(pipeline.predict(X[40:]), y)


def counts() -> np.ndarray:
    """Return many zeros, and a first column that tells the classes apart."""
    rng = np.random.default_rng(0)
    dense = rng.poisson(0.5, size=(N, 6)).astype(float)
    dense[:, 0] = np.arange(N) % 2 * rng.uniform(2.0, 2.5, N)
    return dense


def test_sparse(learner):
    # A sparse array is what some libraries do not take.
    X = scipy.sparse.csr_array(counts())
    y = target_for(learner)
    pipeline = make_pipeline(quick(learner), task=learner.tasks[0], sparse=True)
    assert pipeline.fit(X, y).score(X, y) > 0.8


@pytest.mark.parametrize("kind", ["csr_matrix", "csr_array", "csc_matrix"])
def test_kinds_of_sparse_matrix(kind):
    X = getattr(scipy.sparse, kind)(counts())
    for algorithm in ("decision_tree", "lightgbm", "naive_bayes"):
        pipeline = make_pipeline(Configuration(algorithm), sparse=True)
        assert pipeline.fit(X, LABELS).score(X, LABELS) > 0.9


def test_a_sparse_matrix_in_a_pipeline_for_tables_says_what_to_do():
    with pytest.raises(TypeError, match=r"sparse=True"):
        make_pipeline(TREE).fit(scipy.sparse.eye(N, format="csr"), LABELS)


def test_numeric_arrays():
    X = np.random.default_rng(0).normal(size=(N, 3)) + (np.arange(N) % 2)[:, None] * 4
    for array in (X, X.astype("float32"), np.asfortranarray(X), X.tolist()):
        assert make_pipeline(TREE).fit(array, LABELS).score(array, LABELS) == 1.0


@pytest.mark.parametrize("flat", [[1, 2, 3], np.arange(3)])
def test_one_dimension_says_what_to_do(flat):
    with pytest.raises(ValueError, match="must have two dimensions"):
        make_pipeline(TREE).fit(flat, LABELS[:3])


@pytest.mark.parametrize("container", [pa.Table.to_pandas, lambda table: table])
def test_duplicate_column_names_are_refused(container):
    X = container(pa.table([np.zeros(N), np.ones(N)], names=["a", "a"]))
    with pytest.raises(ValueError, match="nique column names"):
        make_pipeline(TREE).fit(X, LABELS)


def test_infinities_count_as_missing(learner):
    size = 4.0 * (np.arange(N) % 2)
    X = pd.DataFrame({"size": size, "other": np.where(np.arange(N) % 3 == 0, np.inf, size)})
    X.loc[5, "other"], X.loc[6, "other"] = -np.inf, np.nan
    pipeline = make_pipeline(quick(learner), task=learner.tasks[0])
    pipeline.fit(X, target_for(learner))
    with_holes = X.replace([np.inf, -np.inf], np.nan)
    refitted = clone(pipeline).fit(with_holes, target_for(learner))
    assert list(pipeline.predict(X)) == list(refitted.predict(with_holes))


def test_unseen_and_missing_at_predict():
    X = mixed_table().to_pandas()
    pipeline = make_pipeline(Configuration("knn")).fit(X, LABELS)
    new = X.head(3).assign(
        colour=["violet", None, "red"],
        text=["quite another thing", None, ""],
        size=[np.inf, np.nan, 1.0],
        count=[np.nan] * 3,
        day=[pd.NaT, pd.Timestamp("1999-12-31"), pd.Timestamp("2099-12-31")],
    )
    assert len(pipeline.predict(new)) == 3
    assert len(pipeline.predict(X.head(1))) == 1


def test_numbers_stay_numbers_whatever_their_dtype():
    numbers = np.where(np.arange(N) % 2 == 0, 1.0, 2.0)
    numbers[:4] = np.nan
    days = pd.Series(pd.to_timedelta(np.arange(N) % 2, unit="D"))
    X = pd.DataFrame({"a": numbers, "b": numbers == 1.0, "days": days})
    nullable = X.assign(a=X["a"].astype("Int64"), b=X["b"].astype("boolean").mask(X["a"].isna()))
    for frame in (X, nullable):
        prepared = make_pipeline(Configuration("lightgbm"))[:-1].fit_transform(frame)
        assert prepared.dtype == "float32"
        assert prepared.shape == (N, 3)
        assert np.isnan(prepared[:4, 0]).all()


def test_a_span_of_time_is_its_seconds():
    spans = pd.to_timedelta(np.arange(N) % 2, unit="min")
    pipeline = make_pipeline(Configuration("lightgbm"))
    prepared = pipeline[:-1].fit_transform(pd.DataFrame({"span": spans}))
    assert prepared[:2, 0].tolist() == [0.0, 60.0]
    others = pd.DataFrame({"span": [60.0, "a minute", pd.NaT, 10**400]}, dtype=object)
    found = pipeline[:-1].transform(others)[:, 0]
    assert np.array_equal(found, [60.0, np.nan, np.nan, np.nan], equal_nan=True)


def test_nested_values_are_named():
    nested = pl.DataFrame({"one": [1.0] * N, "lists": [[1, 2]] * N})
    with pytest.raises(TypeError, match="'lists' holds nested values"):
        make_pipeline(TREE).fit(nested, LABELS)


@pytest.mark.parametrize("cells", [["?", "2", None, "x"], ["?", 2, None, pd.Timestamp("2020")]])
def test_words_among_numbers_are_missing(cells):
    size = np.arange(N) % 2 * 2.0
    X = pd.DataFrame({"size": size, "other": 1.0})
    pipeline = make_pipeline(Configuration("lightgbm")).fit(X, LABELS)
    new = X.head(4).assign(size=pd.Series(cells, dtype=object))
    expected = X.head(4).assign(size=[np.nan, 2.0, np.nan, np.nan])
    assert np.array_equal(pipeline[:-1].transform(new), expected, equal_nan=True)
    assert list(pipeline.predict(new)) == list(pipeline.predict(expected))
    dates = X.head(4).assign(size=pd.Timestamp("2020"))
    assert np.isnan(pipeline[:-1].transform(dates)[:, 0]).all()


@pytest.mark.filterwarnings("ignore:When `set_output`")
@pytest.mark.parametrize("output", ["default", "pandas"])
@pytest.mark.parametrize("algorithm", ["logistic_regression", "lightgbm"])
def test_columns_have_names_whatever_output_is_set(output, algorithm):
    X = mixed_table().to_pandas()
    plain = make_pipeline(Configuration(algorithm)).fit(X, LABELS)
    pipeline = make_pipeline(Configuration(algorithm)).set_output(transform=output)
    pipeline.fit(X, LABELS)
    assert list(pipeline.feature_names_in_) == list(X.columns)
    assert {"size", "colour_red"} < set(pipeline["vectorize"].get_feature_names_out())
    assert list(pipeline.predict(X)) == list(plain.predict(X))


@pytest.mark.filterwarnings("ignore:When `set_output`")
@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_columns_in_another_order_whatever_output_is_set_for_all(output):
    X = mixed_table().to_pandas().drop(columns="text")  # skrub's embedding takes no such setting
    pipeline = make_pipeline(TREE).fit(X, LABELS)
    other = X[X.columns[::-1]]
    with config_context(transform_output=output):
        frame = pipeline[0].transform(other)
        predicted = make_pipeline(TREE).fit(X, LABELS).predict(other)
    pd.testing.assert_frame_equal(frame, other)
    assert list(predicted) == list(pipeline.predict(X))


def test_truth_values_beside_a_word():
    X = pd.DataFrame({"flag": np.arange(N) % 2 == 0, "other": 1.0})
    pipeline = make_pipeline(Configuration("lightgbm")).fit(X, LABELS)
    cells = ["True", " false", "TRUE", True, "maybe", 0, "1"]
    new = pd.DataFrame({"flag": pd.Series(cells, dtype=object), "other": 1.0})
    found = pipeline[:-1].transform(new)[:, 0]
    assert np.array_equal(found, [1, 0, 1, 1, np.nan, 0, 1], equal_nan=True)


def test_a_missing_column_is_named():
    X = mixed_table().to_pandas()
    pipeline = make_pipeline(TREE).fit(X, LABELS)
    with pytest.raises(ValueError, match="size"):
        pipeline.predict(X.drop(columns="size"))


def test_tables_without_information(learner):
    if learner.name in {"catboost", "lda", "qda"}:
        pytest.skip("refuses tables in which nothing varies")
    constant = pd.DataFrame({"one": [1.0] * N, "same": ["x"] * N})
    nothing = pd.DataFrame({"a": [np.nan] * N, "b": [None] * N, "c": [np.inf] * N})
    for X in (constant, nothing):
        pipeline = make_pipeline(quick(learner), task=learner.tasks[0])
        assert len(pipeline.fit(X, target_for(learner)).predict(X)) == N


def test_many_distinct_strings_stay_bounded_and_repeat():
    X = pd.DataFrame({"id": [f"customer-{i * i}" for i in range(500)]})
    y = np.arange(500) % 2
    first, second = (make_pipeline(TREE).fit(X, y) for _ in range(2))
    assert first[:-1].transform(X).shape == (500, 30)
    assert np.array_equal(first[:-1].transform(X), second[:-1].transform(X))


@pytest.mark.parametrize(
    "labels",
    [
        np.arange(N) % 2,
        np.arange(N) % 2 == 0,
        np.arange(N) % 3,
        pd.Series(LABELS),
        pd.Series(LABELS, dtype="category"),
        LABELS.tolist(),
        np.array(["1", "2"])[np.arange(N) % 2],
    ],
    ids=["integers", "booleans", "three classes", "series", "categories", "list", "digits"],
)
def test_labels(labels):
    X = mixed_table().to_pandas()
    weighted = {"class_weight": "balanced", "n_estimators": 20}
    for configuration in (
        Configuration("logistic_regression"),
        Configuration("extra_trees", weighted),
        Configuration("lightgbm", weighted),
    ):
        predicted = make_pipeline(configuration).fit(X, labels).predict(X)
        assert set(predicted) == set(labels)


def test_clone_and_pickle(learner):
    X, y = mixed_table().to_pandas(), target_for(learner)
    pipeline = make_pipeline(quick(learner), task=learner.tasks[0], random_state=1)
    assert joblib.hash(clone(pipeline)) == joblib.hash(pipeline)
    fitted = clone(pipeline).fit(X, y)
    again = pickle.loads(pickle.dumps(fitted))
    assert list(again.predict(X)) == list(fitted.predict(X))
    assert list(clone(fitted).fit(X, y).predict(X)) == list(fitted.predict(X))


def test_set_params_reaches_the_estimator():
    pipeline = make_pipeline(Configuration("knn")).set_params(classify__n_neighbors=3)
    assert pipeline.get_params()["classify__n_neighbors"] == 3
    assert clone(pipeline).get_params()["classify__n_neighbors"] == 3


@pytest.mark.parametrize("container", ["pandas", "polars", "pyarrow", "object array"])
def test_cross_validation(container):
    X = CONTAINERS[container](mixed_table())
    scores = cross_val_score(make_pipeline(TREE), X, LABELS, scoring="balanced_accuracy")
    assert scores.shape == (5,)
    assert scores.mean() > 0.6


def test_grid_search():
    X = mixed_table().to_pandas()
    search = GridSearchCV(make_pipeline(TREE), {"classify__max_depth": [1, 5]}, cv=3)
    assert search.fit(X, LABELS).best_score_ > 0.6


def test_the_table_is_not_changed():
    X = mixed_table().to_pandas()
    before = X.copy(deep=True)
    make_pipeline(TREE).fit(X, LABELS).predict(X)
    pd.testing.assert_frame_equal(X, before)


PREPARATIONS = [
    {"encoding": "target"},
    {"scaling": "minmax"},
    {"scaling": "robust"},
    {"scaling": "quantile"},
    {"selection": "univariate", "selected_share": 0.2},
    {"selection": "pca", "kept_variance": 0.8},
    {"encoding": "target", "scaling": "quantile", "selection": "pca"},
]


@pytest.mark.filterwarnings("ignore:Features .* are constant:UserWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("preparation", PREPARATIONS, ids=str)
@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_preparations(preparation, kind):
    X = pd.concat([mixed_table().to_pandas()] * 5, ignore_index=True)
    learner = get_learner("knn", kind)
    y = np.concatenate([target_for(learner)] * 5)
    pipeline = make_pipeline(Configuration("knn", preparation), task=kind)
    assert pipeline.fit(X, y).score(X, y) > 0.6
    check_predictions(pipeline.predict(X.assign(colour="violet", text=None)), y)
    default_names = list(make_pipeline(Configuration("knn"), task=kind).named_steps)
    selects = "selection" in preparation
    assert list(pipeline.named_steps) == [
        *default_names[:-1],
        *(["select"] if selects else []),
        default_names[-1],
    ]


@pytest.mark.parametrize("preparation", PREPARATIONS[1:], ids=str)
def test_preparations_of_a_sparse_matrix(preparation):
    X = scipy.sparse.csr_array(counts())
    for configuration in (Configuration("knn", preparation), Configuration("lda", preparation)):
        pipeline = make_pipeline(configuration, sparse=True)
        assert pipeline.fit(X, LABELS).score(X, LABELS) > 0.6


def test_codes_for_categories():
    X = mixed_table().to_pandas()
    coded = make_pipeline(Configuration("decision_tree", {"encoding": "ordinal"}))
    plain = make_pipeline(TREE)
    widths = [pipe.fit(X, LABELS)[:-1].transform(X).shape[1] for pipe in (coded, plain)]
    assert widths[0] < widths[1]
    assert len(coded.predict(X.assign(colour="violet"))) == N


def test_a_target_of_whole_numbers_is_encoded_by_its_mean():
    X = pd.DataFrame({"colour": np.array(["red", "blue"])[np.arange(N) % 2]})
    configuration = Configuration("ridge", {"encoding": "target"})
    pipeline = make_pipeline(configuration, task="regression").fit(X, np.arange(N) % 2)
    assert pipeline[:-1].transform(X).shape == (N, 1)


def test_missing_cells_reach_who_knows_what_to_do_with_them():
    X = pd.DataFrame({"a": np.where(np.arange(N) % 2 == 0, np.nan, 1.0), "b": np.arange(N)})
    pipeline = make_pipeline(Configuration("lightgbm")).fit(X, LABELS)
    assert np.isnan(pipeline[:-1].transform(X)).any()
    assert pipeline.score(X, LABELS) == 1.0


def test_task_and_shape_must_agree():
    shape = TableShape(n_rows=N, n_features=3, n_classes=0)
    with pytest.raises(LearnerError, match="`task` and `shape` must agree"):
        make_pipeline(TREE, task="binary", shape=shape)
    with pytest.raises(LearnerError, match="no task 'clustering'"):
        make_pipeline(TREE, task="clustering")


@pytest.mark.parametrize("algorithm", ["xgboost", "catboost"])
def test_a_package_that_is_not_installed(algorithm, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    shape = TableShape(n_rows=N, n_features=3, n_classes=2)
    with pytest.raises(MissingPackageError, match=f"pip install {algorithm}"):
        make_pipeline(Configuration(algorithm), shape=shape)
    assert "not installed" in get_learner(algorithm).reject({}, shape)
