"""Models in files: the same predictions, and no type that is not metarec's own."""

from argparse import Namespace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import skops.io
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline

import metarec
from metarec import MetarecError, UsageError
from metarec.history.tables import read_frame
from metarec.learners import (
    BaseLearner,
    Configuration,
    learner_names,
    make_pipeline,
    register_learner,
)
from metarec.tuning import Model, Progress, load_model
from metarec.tuning.ensemble import join, share_steps


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Numbers, categories, gaps, dates, texts."""
    generator = np.random.default_rng(0)
    found = pd.DataFrame({"a": generator.normal(size=120), "b": generator.integers(0, 4, 120)})
    found["colour"] = generator.choice(["red", "blue"], 120)
    found["day"] = pd.date_range("2020", periods=120).astype(str)
    found["text"] = [f"word {i % 60}" for i in range(120)]
    found.loc[::9, "a"] = np.nan
    return found


def _fit(name: str, frame: pd.DataFrame, y: object, task: str) -> Pipeline:
    return make_pipeline(Configuration(name), task=task).fit(frame, y)


@pytest.mark.filterwarnings("ignore")  # an optimisation that stops early
@pytest.mark.parametrize("name", learner_names("classification", installed=True))
def test_every_classifier_can_be_saved(name: str, frame: pd.DataFrame, tmp_path: Path) -> None:
    y = np.where(frame["b"] > 1, "yes", "no")
    pipeline = _fit(name, frame, y, "binary")
    path = tmp_path / "m.skops"
    Model(pipeline, tuple(frame.columns), "target", "binary").save(path)
    loaded = load_model(path)
    assert (loaded.predict(frame) == pipeline.predict(frame)).all()
    assert loaded.target == "target"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", learner_names("regression", installed=True))
def test_every_regressor_can_be_saved(name: str, frame: pd.DataFrame, tmp_path: Path) -> None:
    pipeline = _fit(name, frame, frame["b"] * 2.0, "regression")
    path = tmp_path / "m.skops"
    Model(pipeline, tuple(frame.columns), "target", "regression").save(path)
    assert load_model(path).predict(frame) == pytest.approx(pipeline.predict(frame))


def test_members_keep_their_weights_and_share_what_is_equal(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    y = np.where(frame["b"] > 1, "yes", "no")
    plain = [make_pipeline(Configuration(name)) for name in ("naive_bayes", "lda")]
    fitted = [_fit(name, frame, y, "binary") for name in ("naive_bayes", "lda")]
    shared = share_steps(fitted, plain)
    assert shared[0].named_steps["vectorize"] is shared[1].named_steps["vectorize"]
    assert shared[0].steps[-1][1] is not shared[1].steps[-1][1]
    whole = join(shared, [0.7, 0.3], classification=True, temperature=0.5)
    path = tmp_path / "m.skops"
    model = Model(whole, tuple(frame.columns), "target", "binary")
    model.save(path)
    found = load_model(path).predict_proba(frame)
    apart = join(fitted, [0.7, 0.3], classification=True, temperature=0.5)
    assert found.to_numpy() == pytest.approx(apart.predict_proba(frame))
    assert list(found.columns) == ["no", "yes"]


def test_odd_tables_are_refused_in_one_line(frame: pd.DataFrame) -> None:
    y = np.where(frame["b"] > 1, "yes", "no")
    model = Model(_fit("ridge", frame, y, "binary"), tuple(frame.columns), "target", "binary")
    unseen = frame.assign(colour="green", more=1)[["more", *reversed(frame.columns)]]
    assert len(model.predict(unseen)) == len(frame)
    for table, message in (
        (frame.drop(columns=["a", "b"]), "no column 'a', nor 1 more"),
        (frame.head(0), "no rows"),
    ):
        with pytest.raises(UsageError, match=message) as caught:
            model.predict(table)
        assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="no probabilities"):
        model.predict_proba(frame)


@pytest.fixture(scope="module")
def model(frame: pd.DataFrame) -> Model:
    """With truth values and codes in it."""
    whole = frame.assign(flag=frame["b"] > 1, code=["x", *map(str, range(119))])
    pipeline = _fit("naive_bayes", whole, frame["b"] > 1, "binary")
    return Model(pipeline, tuple(whole.columns), "target", "binary")


@pytest.fixture
def rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(flag=frame["b"] > 1, code="7")


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        ("b", ["1", "?", "x"], r"'b' held numbers.*: 2 of 120 cells .* first in row 2 \('\?'\)"),
        ("flag", [True, "no"], r"'flag' held .*truth values.*: 1 of 120 .* row 2 \('no'\)"),
        ("day", ["2020-01-01", "1/2/2020"], r"'day' held dates such as 2030-01-31.* row 2 "),
    ],
)
def test_cells_that_are_lost_are_told(
    model: Model, rows: pd.DataFrame, column: str, cells: list[object], said: str
) -> None:
    rows[column] = [*cells, *cells[:1] * (120 - len(cells))]
    with pytest.warns(UserWarning, match=said) as caught:
        model.predict(rows)
    assert len(caught) == 1
    assert "\n" not in str(caught[0].message)


@pytest.mark.parametrize(
    ("column", "cells", "message"),
    [
        ("b", ["x"] * 120, "none of its 120 cells is one now, the first in row 1 .'x'.: give"),
        ("b", pd.date_range("2020", periods=120), "held numbers"),
        ("day", range(120), "held dates such as 2030-01-31"),
        ("day", ["31/01/2020"] * 120, "held dates such as 2030-01-31"),
    ],
)
def test_a_column_of_another_kind_is_refused(
    model: Model, rows: pd.DataFrame, column: str, cells: object, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        model.predict(rows.assign(**{column: cells}))
    assert "\n" not in str(caught.value)


def test_gaps_unseen_categories_and_other_numbers_need_no_word(
    model: Model, rows: pd.DataFrame
) -> None:
    rows["a"], rows["b"], rows["flag"] = np.nan, rows["b"] + 0.5, rows["flag"].astype(float)
    rows["day"], rows["colour"] = pd.to_datetime(rows["day"]), "green"
    assert len(model.predict(rows)) == 120


def test_a_column_that_is_there_twice_is_refused(model: Model, rows: pd.DataFrame) -> None:
    rows.insert(0, "a", 1.0, allow_duplicates=True)
    with pytest.raises(UsageError, match="more than one column 'a'"):
        model.predict(rows)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_dates_with_a_zone_can_be_saved(frame: pd.DataFrame, zone: str, tmp_path: Path) -> None:
    dated = frame.assign(day=pd.date_range("2026-01-01", periods=120, tz=zone))
    pipeline = _fit("naive_bayes", dated, frame["b"] > 1, "binary")
    path = tmp_path / "m.skops"
    Model(pipeline, tuple(dated.columns), "target", "binary").save(path)
    assert (load_model(path).predict(dated) == pipeline.predict(dated)).all()


def test_frames_of_arrow_are_looked_at_as_pandas_own(model: Model, rows: pd.DataFrame) -> None:
    kinds = {"b": "double[pyarrow]", "flag": "bool[pyarrow]"}
    days = pd.Series(pd.to_datetime(rows["day"]).dt.date, dtype=pd.ArrowDtype(pa.date32()))
    arrow = rows.astype(kinds).assign(day=days.set_axis(rows.index))
    assert (model.predict(arrow) == model.predict(rows)).all()


def test_codes_are_read_as_they_are_written(model: Model, tmp_path: Path) -> None:
    assert model.texts == {"colour", "text", "code"}
    path = tmp_path / "rows.csv"
    path.write_text("a, code\n1,07\n2,\n")
    found = read_frame(path, texts=model.texts)["code"]
    assert found.isna().tolist() == [False, True]
    assert found[0] == "07"


def test_a_foreign_type_is_neither_saved_nor_loaded(frame: pd.DataFrame, tmp_path: Path) -> None:
    class Own(DummyClassifier):
        pass

    path = tmp_path / "m.skops"
    pipeline = Pipeline([("classify", Own().fit([[1]], [0]))])
    with pytest.raises(UsageError, match="Own"):
        Model(pipeline, ("a",), "target", "binary").save(path)
    assert not path.exists()
    skops.io.dump({"steps": [Namespace(a=1)]}, path)
    with pytest.raises(MetarecError, match=r"does not trust: argparse.Namespace"):
        load_model(path)


class OwnClassifier(DummyClassifier):
    """None of metarec's own parts."""


@pytest.mark.usefixtures("registry")
def test_what_no_file_can_hold_is_refused_before_the_search(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    register_learner(
        BaseLearner(
            name="own",
            summary="A class of the user's.",
            space=lambda _: {},
            defaults={},
            build=lambda *_: OwnClassifier(),
        )
    )
    trials: list[Progress] = []
    with pytest.raises(UsageError, match=r"'own' can be tuned, but not saved: .*Own") as caught:
        metarec.tune(
            frame, target="colour", trials=1, cold=True, algorithms=["knn", "own"],
            output=tmp_path / "m.skops", progress=trials.append,
        )  # fmt: skip
    assert "\n" not in str(caught.value)
    assert trials == []


def test_what_is_no_model_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "m.skops"
    with pytest.raises(UsageError, match="no file"):
        load_model(path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(MetarecError, match="cannot be read"):
        load_model(path)
    skops.io.dump({"steps": []}, path)
    with pytest.raises(MetarecError, match="is no model"):
        load_model(path)
