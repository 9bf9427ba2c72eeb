"""The transformer keeps scikit-learn's promises, and gives what `extract` gives."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeRegressor

from metafeatures import MetaFeatureExtractor, TableError, UnknownNameError, extract

RNG = np.random.default_rng(0)
TABLES: list[Any] = [(RNG.normal(size=(20 + i, 3)), RNG.integers(0, 2, 20 + i)) for i in range(5)]
NAMES = ["nr_inst", "class_ent", "skewness"]


def test_a_row_per_table() -> None:
    extractor = MetaFeatureExtractor(features=NAMES)
    found = extractor.fit_transform(TABLES)
    assert list(found.columns) == list(extractor.get_feature_names_out())
    for row, (X, y) in zip(found.to_dict("records"), TABLES, strict=True):
        assert row == dict(extract(X, y, features=NAMES))
    assert found.attrs["errors"] == {}


def test_parameters_clone_and_pickle() -> None:
    extractor = MetaFeatureExtractor(features=NAMES, summaries=["median"], max_rows=None)
    copy = clone(extractor)
    assert copy.get_params() == extractor.get_params()
    assert not hasattr(copy, "feature_names_out_")
    copy.set_params(max_rows=50, groups=["general"])
    assert copy.max_rows == 50
    assert "max_rows=50" in repr(copy)
    with pytest.raises(ValueError, match="Invalid parameter"):
        copy.set_params(rows=3)
    fitted = pickle.loads(pickle.dumps(extractor.fit()))
    assert list(fitted.get_feature_names_out()) == ["nr_inst", "skewness.median", "class_ent"]


def test_in_a_pipeline() -> None:
    model = make_pipeline(
        MetaFeatureExtractor(), SimpleImputer(keep_empty_features=True), DecisionTreeRegressor()
    )
    assert model.fit(TABLES, range(5)).predict(TABLES) == pytest.approx(range(5))
    assert "MetaFeatureExtractor" in model._repr_html_()
    frames = MetaFeatureExtractor(features=NAMES).set_output(transform="pandas")
    assert isinstance(frames.fit_transform(TABLES), pd.DataFrame)


def test_files_by_name(examples: Path) -> None:
    extractor = MetaFeatureExtractor(features=["nr_class"], target="class", n_jobs=2).fit()
    found = extractor.transform([examples / "wine.csv"])
    assert found.loc[str(examples / "wine.csv"), "nr_class"] == 3
    named = extractor.transform({"wine": examples / "wine.csv"})
    assert list(named.index) == ["wine"]


def test_errors_are_raised_or_recorded() -> None:
    bad = [*TABLES, ([[1.0]], ["a", "b"])]
    with pytest.raises(TableError, match="y has 2 values"):
        MetaFeatureExtractor(features=NAMES).fit_transform(bad)
    extractor = MetaFeatureExtractor(features=NAMES, errors="record")
    with pytest.warns(UserWarning, match="1 of 6 tables failed"):
        found = extractor.fit_transform(bad)
    assert found.iloc[5].isna().all()
    assert found.attrs["errors"] == {"5: list": "y has 2 values and X has 1 rows; make them equal"}


def test_wrong_names_and_unfitted() -> None:
    with pytest.raises(UnknownNameError):
        MetaFeatureExtractor(features=["nr_insts"]).fit()
    for method in ("transform", "get_feature_names_out"):
        with pytest.raises(NotFittedError):
            getattr(MetaFeatureExtractor(), method)(TABLES)
