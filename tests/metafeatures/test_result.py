"""What a result says of itself: explanations, samples, JSON."""

import json
import pickle

import numpy as np
import pandas as pd
import pytest

from metafeatures import UnknownNameError, catalogue, extract

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(300, 5)), RNG.integers(0, 3, 300)
GROUPS = ["general", "info-theory", "landmarking", "relative"]
WHOLE = extract(X, Y, groups=GROUPS)
SAMPLED = extract(X, Y, groups=GROUPS, max_rows=100)


def test_every_value_can_be_explained() -> None:
    for name in WHOLE:
        explanation = WHOLE.explain(name)
        assert explanation.name in explanation.feature.outputs
        text = str(explanation)
        assert text.startswith(f"{name} = ")
        assert explanation.feature.definition in text
        assert explanation.feature.source in text
        assert explanation.feature.cost in explanation._repr_html_()


def test_an_explanation_reads_well() -> None:
    rows = WHOLE.explain("freq_class.sd_pop").rows
    assert rows["summary"] == "sd_pop of these values"
    assert rows["range"] == "0 to 1"
    assert rows["tasks"] == "binary, multiclass"
    assert rows["measured on"] == "the whole table"
    assert rows["elsewhere"] == "pymfe freq_class.sd_pop, auto-sklearn ClassProbabilitySTD"
    assert "summary" not in WHOLE.explain("class_ent").rows
    assert WHOLE.explain("attr_ent.mean").rows["range"] == "0 to infinity"


def test_an_explanation_says_why_there_is_no_value() -> None:
    rows = WHOLE.explain("num_to_cat").rows
    assert rows["skipped"] == "there are no categorical columns"
    assert "measured on" not in rows
    assert "nan" in str(WHOLE.explain("num_to_cat"))


def test_explanations_of_names_that_are_not_there() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'class_ent'"):
        WHOLE.explain("clas_ent")
    with pytest.raises(UnknownNameError, match=r"did you mean 'freq_class\."):
        WHOLE.explain("freq_class")


def test_what_was_measured_on_a_sample_is_visible() -> None:
    assert WHOLE.measured_on == {}
    landmarkers = {name for e in catalogue() if e.group == "landmarking" for name in e.outputs}
    sampled = {name for name in landmarkers if name not in SAMPLED.skipped}
    assert sampled <= set(SAMPLED.measured_on)
    assert not {"nr_inst", "class_ent", "attr_ent.mean"} & set(SAMPLED.measured_on)
    assert set(SAMPLED.measured_on.values()) == {"100 of 300 rows"}
    assert SAMPLED.explain("one_nn.mean").rows["measured on"] == "100 of 300 rows"
    assert f"{len(SAMPLED.measured_on)} on a sample" in repr(SAMPLED)
    assert "100 of 300 rows" in SAMPLED._repr_html_()
    assert SAMPLED.to_frame().loc["one_nn.mean", "measured_on"] == "100 of 300 rows"


def test_a_sample_of_columns_is_visible_too() -> None:
    wide = extract(RNG.normal(size=(20, 2500)), np.arange(20) % 2, features=["cor", "one_nn"])
    assert wide.measured_on["cor.mean"] == "1,024 of 2,500 columns and dummies"
    assert wide.measured_on["one_nn.mean"] == "at most 256 encoded columns"


def test_only_what_was_left_out_is_remarked() -> None:
    y, names = np.arange(20) % 2, ["one_nn", "c1", "dunn", "pca_fraction_95"]
    assert extract(RNG.normal(size=(20, 256)), y, features=names).measured_on == {}
    # Of the columns that are drawn some are empty or constant: fewer than 256 are left.
    wide = RNG.normal(size=(20, 2000)) * (np.arange(2000) % 10 == 0)
    wide[:, 1::2] = np.nan
    found = extract(wide, y, features=names).measured_on
    assert found["one_nn.mean"] == found["dunn"] == "at most 256 encoded columns"
    assert "c1" not in found
    levels = pd.DataFrame({"a": pd.Categorical(np.arange(3000) % 1500)})
    found = extract(levels, np.arange(3000) % 2, features=["pca_fraction_95"]).measured_on
    assert found["pca_fraction_95"] == "2,000 of 3,000 rows, at most 1,024 encoded columns"


def test_the_first_rows_and_the_columns_of_few_levels_are_remarked() -> None:
    frame = pd.DataFrame({"a": RNG.normal(size=6000), "b": RNG.integers(0, 9, 6000).astype(str)})
    frame["c"] = pd.Categorical(np.arange(6000) % 1500)
    found = extract(frame, features=["nr_norm", "attr_conc.mean"]).measured_on
    assert found == {
        "nr_norm": "the first 5,000 of 6,000 rows",
        "attr_conc.mean": "2 of 3 columns",
    }


def test_the_remark_does_not_depend_on_who_came_first() -> None:
    for entry in catalogue():
        if entry.group == "landmarking":
            alone = extract(X, Y, features=[entry.name], max_rows=100)
            assert alone.measured_on == {
                name: SAMPLED.measured_on[name]
                for name in entry.outputs
                if name in SAMPLED.measured_on
            }, entry.name


def test_json() -> None:
    read = json.loads(WHOLE.to_json(), parse_constant=pytest.fail)
    assert read == WHOLE.to_dict()
    assert read["meta_features"]["nr_inst"] == 300
    assert read["meta_features"]["num_to_cat"] is None
    assert read["skipped"]["num_to_cat"] == "there are no categorical columns"


def test_results_survive_pickle() -> None:
    copy = pickle.loads(pickle.dumps(SAMPLED))
    assert copy.to_dict() == SAMPLED.to_dict()
    assert str(copy.explain("nr_inst")) == str(SAMPLED.explain("nr_inst"))
