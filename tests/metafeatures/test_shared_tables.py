"""Real tables: set METAREC_SHARED to a folder with datasets/index.csv to run this."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from metafeatures import extract

SHARED = os.environ.get("METAREC_SHARED")


@pytest.mark.skipif(SHARED is None, reason="METAREC_SHARED does not name a folder with data sets")
def test_every_real_table() -> None:
    folder = Path(str(SHARED)) / "datasets"
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    assert entries
    for entry in entries:
        path = folder / "tables" / f"{entry['name']}.parquet"
        numbers = extract(path, target=entry["target"])
        assert numbers["nr_inst"] == int(entry["n_rows"]), entry["name"]
        assert numbers["nr_attr"] == int(entry["n_features"]), entry["name"]
        assert numbers["nr_missing"] == int(entry["n_missing_cells"]), entry["name"]
        if entry["n_classes"]:
            assert numbers["nr_class"] == float(entry["n_classes"]), entry["name"]
            assert not np.isnan(numbers["one_nn.mean"]), entry["name"]
