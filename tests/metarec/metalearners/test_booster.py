"""The C library and the Python package predict the same, and neither predicts what it cannot."""

import copy
import pickle
import re
from concurrent.futures import ThreadPoolExecutor

import lightgbm
import numpy as np
import pytest

from metarec.metalearners import booster
from metarec.metalearners.booster import dump_booster, load_booster


def _train(n_classes: int = 1) -> tuple[lightgbm.Booster, np.ndarray]:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(300, 4))
    X[::7, 1] = np.nan
    y = (X[:, 0] > 0).astype(float) if n_classes == 1 else generator.integers(0, n_classes, 300)
    parameters = {"objective": "regression", "verbosity": -1, "num_threads": 1}
    if n_classes > 1:
        parameters |= {"objective": "multiclass", "num_class": n_classes}
    return lightgbm.train(parameters, lightgbm.Dataset(X, y), 10), X


@pytest.fixture(params=["library", "package"])
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "package":
        monkeypatch.setattr(booster, "_find_library", lambda: None)
    else:
        assert booster._find_library() is not None
    return request.param


@pytest.mark.usefixtures("road")
def test_predictions_are_those_of_the_package() -> None:
    trained, X = _train()
    loaded = load_booster(trained.model_to_string())
    assert (loaded.predict(X) == trained.predict(X, num_threads=1)).all()
    assert (loaded.predict(np.asfortranarray(X)[::2]) == trained.predict(X[::2])).all()


@pytest.mark.usefixtures("road")
def test_a_short_text_predicts_the_same_to_its_digits() -> None:
    trained, X = _train()
    text = dump_booster(trained)
    assert len(text) < 0.8 * len(trained.model_to_string())
    assert load_booster(text).predict(X) == pytest.approx(trained.predict(X), rel=1e-3, abs=1e-4)
    # Contributions come from the counts of rows, which the text keeps.
    contributions = lightgbm.Booster(model_str=text).predict(X, pred_contrib=True)
    assert contributions == pytest.approx(trained.predict(X, pred_contrib=True), abs=1e-3)


@pytest.mark.usefixtures("road")
def test_contributions_are_those_of_the_package_and_add_up() -> None:
    trained, X = _train()
    loaded = load_booster(trained.model_to_string())
    found = loaded.contributions(np.asfortranarray(X)[:5])
    assert (found == trained.predict(X[:5], pred_contrib=True)).all()
    assert np.allclose(found.sum(axis=1), loaded.predict(X[:5]), atol=1e-12)
    assert (np.abs(found[:, 0]) > np.abs(found[:, 1:4]).max(axis=1)).all()
    stored = load_booster(dump_booster(trained))
    assert np.allclose(stored.contributions(X[:5]), found, atol=1e-3)
    assert np.allclose(stored.contributions(X[:5]).sum(axis=1), stored.predict(X[:5]), atol=1e-12)


@pytest.mark.usefixtures("road")
def test_a_model_of_several_outputs_is_refused() -> None:
    with pytest.raises(ValueError, match="one output"):
        load_booster(_train(n_classes=5)[0].model_to_string())


@pytest.mark.usefixtures("road")
def test_rubbish_is_refused() -> None:
    with pytest.raises(ValueError, match="LightGBM"):
        load_booster("tree\nrubbish")


def test_threads_may_share_it_and_copies_agree() -> None:
    trained, X = _train()
    loaded = load_booster(trained.model_to_string())
    expected = loaded.predict(X)
    with ThreadPoolExecutor(8) as pool:
        assert all((found == expected).all() for found in pool.map(loaded.predict, [X] * 32))
    for again in (copy.deepcopy(loaded), pickle.loads(pickle.dumps(loaded))):
        assert (again.predict(X) == expected).all()


def _replaced(text: str, name: str, change) -> str:
    """The text with another line of a name in its first tree."""
    found = re.search(rf"^{name}=(.*)$", text, re.MULTILINE)
    assert found is not None
    return text.replace(found[0], f"{name}=" + " ".join(change(found[1].split())), 1)


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("split_feature", lambda each: ["2000000000", *each[1:]]),
        ("split_feature", lambda each: ["-1", *each[1:]]),
        ("split_feature", lambda each: each[1:]),
        ("left_child", lambda each: ["0"] * len(each)),
        ("right_child", lambda each: ["-1000", *each[1:]]),
        ("right_child", lambda each: ["1000", *each[1:]]),
        ("leaf_value", lambda each: each[1:]),
        ("leaf_count", lambda each: each[1:]),
        ("decision_type", lambda each: ["1", *each[1:]]),
        ("num_leaves", lambda _: ["900"]),
        ("num_leaves", lambda _: ["x"]),
        ("num_cat", lambda _: ["1"]),
    ],
)
def test_trees_that_cannot_be_walked_are_refused(name: str, change) -> None:
    text = dump_booster(_train()[0])
    with pytest.raises(ValueError, match=r"tree|invalid literal"):
        load_booster(_replaced(text, name, change))


@pytest.mark.usefixtures("road")
def test_sizes_of_trees_are_not_believed() -> None:
    trained, X = _train()
    text = _replaced(trained.model_to_string(), "tree_sizes", lambda each: ["1"] * len(each))
    assert (load_booster(text).predict(X) == trained.predict(X)).all()
