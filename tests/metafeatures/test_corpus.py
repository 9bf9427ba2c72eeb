"""Many tables: one row each, errors recorded, taken up again, the same on any number of jobs."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

from metafeatures import TableError, UnknownNameError, _corpus, extract, extract_many

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame({"a": RNG.normal(size=30), "b": RNG.choice(list("uv"), 30)})
NAMES = ["nr_inst", "num_to_cat", "freq_class.max", "class_ent"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i in range(4):
        FRAME[: 20 + i].assign(y=["p", "q"] * 10 + ["p"] * i).to_csv(
            tmp_path / f"t{i}.csv", index=False
        )
    (tmp_path / "empty.csv").touch()
    return tmp_path


def test_tables_of_any_kind() -> None:
    found = extract_many(
        [FRAME, (FRAME, ["p", "q"] * 15), np.eye(4), "nowhere.csv", (FRAME, ["p"])], features=NAMES
    )
    assert list(found.columns) == ["table", "target", "task", "error", *NAMES]
    assert list(found["table"]) == [
        "0: pandas.DataFrame",
        "1: pandas.DataFrame",
        "2: numpy.ndarray",
        "nowhere.csv",
        "4: pandas.DataFrame",
    ]
    assert list(found["task"]) == ["", "binary", "", "", ""]
    assert found["nr_inst"].tolist()[:3] == [30, 30, 4]
    assert found["error"][3].startswith("there is no file nowhere.csv")
    assert "y has 1 values and X has 30 rows" in found["error"][4]
    assert found.loc[3:, NAMES].isna().all(axis=None)
    assert (found.dtypes[NAMES] == "float64").all()


def test_rows_hold_what_extract_gives(folder: Path) -> None:
    paths = [folder / "t1.csv", str(folder / "t3.csv")]
    found = extract_many(paths, target="y", n_jobs=1)
    for path, row in zip(paths, found.to_dict("records"), strict=True):
        assert row["table"] == str(path)
        assert row["target"] == "y"
        expected = extract(path, target="y")
        assert {name: row[name] for name in expected} == pytest.approx(
            dict(expected), rel=0, abs=0, nan_ok=True
        )


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_jobs_do_not_change_a_digit(folder: Path, backend: str) -> None:
    paths = sorted(folder.glob("*.csv"))
    with joblib.parallel_config(backend=backend):
        found = extract_many(paths, features=NAMES, find_target=True, n_jobs=2)
    pd.testing.assert_frame_equal(
        found, extract_many(paths, features=NAMES, find_target=True), check_exact=True
    )
    assert (found["error"] != "").tolist() == [True, False, False, False, False]


def test_a_backend_that_gives_all_at_the_end(folder: Path) -> None:
    with joblib.parallel_config(backend="multiprocessing"):
        found = extract_many(sorted(folder.glob("*.csv")), features=["nr_inst"], n_jobs=2)
    assert found["nr_inst"].tolist()[1:] == [20, 21, 22, 23]


def test_errors_can_stop_everything(folder: Path) -> None:
    with pytest.raises(TableError, match=r"empty\.csv is empty"):
        extract_many([folder / "empty.csv"], errors="raise")


def test_an_unexpected_error_is_recorded_with_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(X: Any, *arguments: Any, **options: Any) -> None:
        if X is FRAME:
            raise ZeroDivisionError("a bug\nof two lines")

    monkeypatch.setattr(_corpus, "extract", broken)
    found = extract_many([FRAME], features=NAMES)
    assert found["error"][0] == "ZeroDivisionError: a bug of two lines"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"features": ["nr_insts"]}, "did you mean 'nr_inst'"),
        ({"summaries": ["meen"]}, "did you mean 'mean'"),
        ({"groups": ["generl"]}, "did you mean 'general'"),
        ({"n_jobs": 0}, "n_jobs must be -1 or at least 1"),
        ({"max_rows": 1}, "max_rows must be at least 2"),
        ({"errors": "ignore"}, "errors must be 'raise' or 'record'"),
    ],
)
def test_wrong_options_are_no_fault_of_the_tables(options: dict[str, Any], message: str) -> None:
    with pytest.raises((TableError, UnknownNameError), match=message):
        extract_many([FRAME], **options)


@pytest.mark.parametrize("tables", ["t.csv", FRAME, np.eye(3)])
def test_one_table_is_no_list_of_tables(tables: Any) -> None:
    with pytest.raises(TableError, match="put the table into brackets"):
        extract_many(tables)


def test_no_tables() -> None:
    assert extract_many([], features=NAMES).shape == (0, 8)


def test_the_journal_spares_what_is_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths, journal = sorted(folder.glob("*.csv")), folder / "journal"
    done: list[str] = []

    def counted(job: Any) -> Any:
        done.append(Path(job.name).name)
        return row(job)

    row = _corpus._row
    monkeypatch.setattr(_corpus, "_row", counted)
    options: dict[str, Any] = {"features": NAMES, "find_target": True}
    first = extract_many(paths[:3], journal=journal, **options)
    assert done == ["empty.csv", "t0.csv", "t1.csv"]
    done.clear()
    # What failed is tried again, and a file that has changed is read again.
    paths[2].write_text(paths[1].read_text())
    second = extract_many(paths, journal=journal, **options)
    assert done == ["empty.csv", "t1.csv", "t2.csv", "t3.csv"]
    pd.testing.assert_frame_equal(second, extract_many(paths, **options), check_exact=True)
    assert first["nr_inst"][2] == 21
    assert second["nr_inst"][2] == 20


def test_a_line_that_was_cut_off_is_done_again(folder: Path) -> None:
    paths, journal = sorted(folder.glob("t*.csv")), folder / "journal"
    options: dict[str, Any] = {"features": NAMES, "find_target": True}
    expected = extract_many(paths, journal=journal, **options)
    whole = journal.read_text()
    for length in (0, 9, len(whole) // 2, len(whole) - 1):
        journal.write_text(whole[:length])
        found = extract_many(paths, journal=journal, **options)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
        assert journal.read_text() == whole


def test_a_journal_of_something_else_is_refused(folder: Path) -> None:
    journal = folder / "journal"
    extract_many([FRAME], features=["nr_inst"], journal=journal)
    with pytest.raises(TableError, match="was begun with other options"):
        extract_many([FRAME], features=["nr_attr"], journal=journal)
    for content in (b"a,b\n1,2\n", b"\xff\xfe\n", b'{"options": 1}\n[]\n'):
        journal.write_bytes(content)
        with pytest.raises(TableError, match="remove it"):
            extract_many([FRAME], features=["nr_inst"], journal=journal)
        assert journal.read_bytes() == content


def test_a_killed_run_goes_on(folder: Path) -> None:
    journal = folder / "journal"
    code = f"""
import os, signal
from pathlib import Path
from metafeatures import extract_many
def tables():
    yield from sorted(Path({str(folder)!r}).glob("t*.csv"))[:2]
class Bomb:
    columns = property(lambda self: os.kill(os.getpid(), signal.SIGKILL))
Bomb.__module__, Bomb.__name__ = "pandas", "DataFrame"
extract_many([*tables(), Bomb()], features={NAMES}, find_target=True, journal={str(journal)!r})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == -9
    lines = journal.read_text().splitlines()
    assert [Path(json.loads(line)["row"]["table"]).name for line in lines[1:]] == [
        "t0.csv",
        "t1.csv",
    ]
    found = extract_many(
        sorted(folder.glob("t*.csv")), features=NAMES, find_target=True, journal=journal
    )
    assert found["nr_inst"].tolist() == [20, 21, 22, 23]
    assert journal.read_text().splitlines()[:3] == lines


def test_a_killed_worker_is_one_line(folder: Path) -> None:
    class Bomb:
        """Kills the process that looks at it."""

        @property
        def shape(self) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    Bomb.__module__ = "pandas"  # frames are looked at
    Bomb.__name__ = "DataFrame"
    Bomb.columns = Bomb.shape
    with pytest.raises(OSError, match="a worker was killed, probably for want of memory"):
        extract_many([FRAME, Bomb()], features=["nr_inst"], n_jobs=2)
