"""Opening studies in databases and journal files."""

from pathlib import Path

import optuna
import pytest
from optuna.storages.journal import JournalFileBackend

from metarec import HistoryError, UsageError
from metarec.history.sources import open_study, split_study


@pytest.mark.parametrize(
    ("text", "storage", "name"),
    [
        ("sqlite:///x.db:mine", "sqlite:///x.db", "mine"),
        ("sqlite:////tmp/x.db:my study", "sqlite:////tmp/x.db", "my study"),
        ("sqlite:///x.db", "sqlite:///x.db", None),
        (r"sqlite:///C:\data\x.db", r"sqlite:///C:\data\x.db", None),
        (r"sqlite:///C:\data\x.db:mine", r"sqlite:///C:\data\x.db", "mine"),
        ("postgresql://me:pass@host:5432/db", "postgresql://me:pass@host:5432/db", None),
        ("postgresql://me:pass@host:5432/db:mine", "postgresql://me:pass@host:5432/db", "mine"),
        ("journal:x.log", "journal:x.log", None),
        ("journal:x.log:mine", "journal:x.log", "mine"),
        (r"journal:C:\x.log", r"journal:C:\x.log", None),
        ("sqlite:///x.db:", "sqlite:///x.db:", None),
        ("x.db:mine", "x.db:mine", None),
    ],
)
def test_storage_and_name(text: str, storage: str, name: str | None) -> None:
    assert split_study(text) == (storage, name)


@pytest.fixture(params=["database", "journal"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Two studies in a storage of either kind."""
    if request.param == "database":
        text = f"sqlite:///{tmp_path / 'x.db'}"
        opened: object = text
    else:
        text = f"journal:{tmp_path / 'x.log'}"
        opened = optuna.storages.JournalStorage(JournalFileBackend(str(tmp_path / "x.log")))
    for name, n_trials in (("one", 2), ("two", 3)):
        study = optuna.create_study(storage=opened, study_name=name)
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=n_trials)
    return text


def test_studies_are_read(storage: str) -> None:
    assert len(open_study(storage, "two").trials) == 3
    with pytest.raises(UsageError, match=r"no study 'three' in .*: it has 'one', 'two'"):
        open_study(storage, "three")
    with pytest.raises(UsageError, match="name one of the studies"):
        open_study(storage)


def test_the_only_study_needs_no_name(tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path / 'x.db'}"
    optuna.create_study(storage=storage, study_name="one")
    assert open_study(storage).study_name == "one"


@pytest.mark.parametrize("kind", ["sqlite:///", "journal:"])
@pytest.mark.parametrize("content", [None, b"", b"rubbish\n{}\n"])
def test_what_is_no_storage_stays_as_it_is(
    tmp_path: Path, kind: str, content: bytes | None
) -> None:
    path = tmp_path / "x"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((HistoryError, UsageError)) as caught:
        open_study(f"{kind}{path}")
    assert len(str(caught.value).splitlines()) == 1
    assert path.exists() == (content is not None)
    if content is not None:
        assert path.read_bytes() == content


def test_a_password_is_not_shown() -> None:
    with pytest.raises(HistoryError) as caught:
        open_study("postgresql+nosuchdriver://me:secret@host:5432/db")
    assert "secret" not in str(caught.value)
    assert "me:***@host" in str(caught.value)
