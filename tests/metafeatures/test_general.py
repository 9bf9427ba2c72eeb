"""Counts, shares and classes against values written out by hand."""

import math

import pandas as pd
import pytest

from metafeatures import extract

FRAME = pd.DataFrame(
    {
        "number": [1.5, None, 3.0, float("inf")],
        "zero_one": [0, 1, 1, 0],
        "when": pd.to_datetime(["2020-01-01", None, "2020-01-03", "2020-01-04"]),
        "level": ["a", "b", None, "a"],
        "flag": [True, False, True, True],
        "empty": [None] * 4,
        "y": ["p", "q", "p", "p"],
    }
)
EXPECTED = {
    "nr_inst": 4,
    "log_nr_inst": math.log(4),
    "nr_attr": 6,
    "log_nr_attr": math.log(6),
    "nr_class": 2,
    "nr_num": 4,
    "nr_cat": 2,
    "nr_date": 1,
    "nr_text": 0,
    "nr_bin": 4,
    "ratio_bin": 4 / 6,
    "ratio_cat": 2 / 6,
    "class_size.min": 1,
    "class_size.max": 3,
    "auto_correlation": 1 / 3,
    "num_to_cat": 2,
    "cat_to_num": 0.5,
    "attr_to_inst": 1.5,
    "log_attr_to_inst": math.log(1.5),
    "inst_to_attr": 4 / 6,
    "log_inst_to_attr": math.log(4 / 6),
    "freq_class.min": 0.25,
    "freq_class.max": 0.75,
    "freq_class.mean": 0.5,
    "freq_class.sd": math.sqrt(0.125),
    "freq_class.sd_pop": 0.25,
    "symbols.min": 2,
    "symbols.max": 2,
    "symbols.mean": 2,
    "symbols.sd": 0,
    "symbols.sd_pop": 0,
    "symbols.sum": 4,
    "nr_inst_missing": 4,
    "ratio_inst_missing": 1,
    "nr_attr_missing": 4,
    "ratio_attr_missing": 4 / 6,
    "nr_missing": 2 + 1 + 1 + 4,
    "ratio_missing": 8 / 24,
    "class_ent": 0.75 * math.log2(4 / 3) + 0.25 * 2,
}


def test_every_general_and_information_value() -> None:
    numbers = extract(FRAME, target="y", features=list(EXPECTED))
    assert dict(numbers) == pytest.approx(EXPECTED)
    assert numbers.skipped == {}


def test_rows_without_a_target_are_dropped_first() -> None:
    more = pd.concat([FRAME, FRAME.assign(level=["new"] * 4, y=None)], ignore_index=True)
    assert dict(extract(more, target="y", groups=["general"])) == pytest.approx(
        dict(extract(FRAME, target="y", groups=["general"]))
    )


def test_rows_with_a_missing_cell() -> None:
    frame = FRAME.drop(columns="empty")
    assert extract(frame, target="y")["nr_inst_missing"] == 3


def test_text_is_counted_and_left_out_of_the_rest() -> None:
    frame = pd.DataFrame({"note": [f"note {i}" for i in range(30)], "x": range(30)})
    frame.loc[4, "note"] = None
    numbers = extract(frame, groups=["general"])
    assert [numbers[n] for n in ("nr_text", "nr_cat", "nr_num", "nr_missing")] == [1, 0, 1, 1]


def test_one_class() -> None:
    numbers = extract([[1.0], [2.0]], ["p", "p"])
    assert numbers["class_ent"] == 0
    assert math.copysign(1, numbers["class_ent"]) == 1
    assert numbers.skipped["one_nn.mean"] == "the target has only one class"


def test_auto_correlation_of_numbers() -> None:
    numbers = extract({"x": [0, 0, 0]}, [1.5, 2.0, 5.0], features=["auto_correlation"])
    assert numbers["auto_correlation"] == 1 - (0.5 + 3) / 2
