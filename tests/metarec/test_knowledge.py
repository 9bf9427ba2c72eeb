"""Knowledge on disk: complete, verified, never half-written."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from metarec import KnowledgeError
from metarec.history import MetaDataset
from metarec.knowledge import Expert, Knowledge, load_knowledge, save_knowledge
from metarec.learners import TableShape
from metarec.metalearners import Familiarity, FitTime, ScoreModel, Task, get_metalearner

PLACE = ("classification", "balanced_accuracy")
TASK = Task({"nr_inst": 500.0, "nr_attr": 9.0, "nr_class": 3.0}, np.ones(8, dtype=bool))


@pytest.fixture(scope="module", params=["average_rank", "lightgbm"])
def knowledge(request: pytest.FixtureRequest, meta_dataset: MetaDataset) -> Knowledge:
    expert = Expert(
        metalearner=get_metalearner(request.param)().fit(meta_dataset),
        meta_dataset=meta_dataset,
        fit_time=FitTime.fit(meta_dataset),
        familiarity=Familiarity.fit(meta_dataset),
        score=ScoreModel.fit(meta_dataset),
    )
    return Knowledge(experts={PLACE: expert}, version="1.2.3", sources=("here",))


def _rewrite(path: Path, name: str, data: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {item: archive.read(item) for item in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for item, content in {**members, name: data}.items():
            archive.writestr(item, content)


def test_a_round_trip_changes_nothing(knowledge: Knowledge, tmp_path: Path) -> None:
    digest = save_knowledge(knowledge, tmp_path / "k.zip")
    back = load_knowledge(tmp_path / "k.zip")
    assert back.sha256 == digest
    assert (back.version, list(back.experts), back.sources) == ("1.2.3", [PLACE], ("here",))
    before, after = knowledge.experts[PLACE], back.experts[PLACE]
    for name in ("kind", "metric", "configurations", "datasets", "meta_feature_names"):
        assert getattr(after.meta_dataset, name) == getattr(before.meta_dataset, name)
    for name in ("scores", "meta_features", "fit_seconds", "fit_rows"):
        assert (getattr(after.meta_dataset, name) == getattr(before.meta_dataset, name)).all()
    first = before.metalearner.rank(TASK, top=8)
    assert after.metalearner.rank(TASK, top=8).tolist() == first.tolist()
    asked = before.meta_dataset.configurations, TableShape(500, 9, 3)
    assert (after.fit_time.predict(*asked).high == before.fit_time.predict(*asked).high).all()
    assert after.familiarity.to_json() == before.familiarity.to_json()
    scores = [
        expert.score.predict(asked[0], TASK.meta_features).score for expert in (before, after)
    ]
    assert scores[1] == pytest.approx(scores[0], abs=1e-3)


def test_the_same_knowledge_gives_the_same_bytes(knowledge: Knowledge, tmp_path: Path) -> None:
    save_knowledge(knowledge, tmp_path / "a.zip")
    save_knowledge(knowledge, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_nothing_but_json_parquet_and_text(knowledge: Knowledge, tmp_path: Path) -> None:
    save_knowledge(knowledge, tmp_path / "k.zip")
    with zipfile.ZipFile(tmp_path / "k.zip") as archive:
        assert {Path(name).suffix for name in archive.namelist()} <= {
            ".json", ".parquet", ".txt", ".npy",
        }  # fmt: skip


def test_an_altered_member_is_refused(knowledge: Knowledge, tmp_path: Path) -> None:
    save_knowledge(knowledge, tmp_path / "k.zip")
    name = "classification/balanced_accuracy/configurations.json"
    _rewrite(tmp_path / "k.zip", name, b"[]")
    altered = load_knowledge(tmp_path / "k.zip")
    with pytest.raises(KnowledgeError, match=r"configurations\.json"):
        altered.experts[PLACE]


def test_another_format_says_what_to_do(knowledge: Knowledge, tmp_path: Path) -> None:
    save_knowledge(knowledge, tmp_path / "k.zip")
    with zipfile.ZipFile(tmp_path / "k.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    _rewrite(tmp_path / "k.zip", "manifest.json", json.dumps({**manifest, "format": 99}).encode())
    with pytest.raises(KnowledgeError, match="metarec train"):
        load_knowledge(tmp_path / "k.zip")


def test_knowledge_without_a_part_says_what_to_do(knowledge: Knowledge, tmp_path: Path) -> None:
    save_knowledge(knowledge, tmp_path / "k.zip")
    with zipfile.ZipFile(tmp_path / "k.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    scores = [name for name in members if name.endswith("score.json")]
    for name in scores:
        del members[name], manifest["sha256"][name]
    with zipfile.ZipFile(tmp_path / "k.zip", "w") as archive:
        for name, data in {"manifest.json": json.dumps(manifest), **members}.items():
            archive.writestr(name, data)
    with pytest.raises(KnowledgeError, match=r"no 'score\.json'.*`metarec train`"):
        load_knowledge(tmp_path / "k.zip").experts[PLACE]


def test_a_failed_save_leaves_the_old_file(
    knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_knowledge(knowledge, tmp_path / "k.zip")
    before = (tmp_path / "k.zip").read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(OSError, match="disk full"):
        save_knowledge(knowledge, tmp_path / "k.zip")
    assert (tmp_path / "k.zip").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["k.zip"]


def test_flipped_bytes_are_noticed(knowledge: Knowledge, tmp_path: Path) -> None:
    save_knowledge(knowledge, tmp_path / "k.zip")
    whole = (tmp_path / "k.zip").read_bytes()
    for at in np.linspace(0, len(whole) - 1, 40).astype(int):
        (tmp_path / "k.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            expert = load_knowledge(tmp_path / "k.zip").experts[PLACE]
        except KnowledgeError:
            continue
        # A bit of the zip's own bookkeeping, such as a date: the members are whole.
        assert expert.metalearner.rank(TASK, top=8).size == 8


def test_a_member_beside_the_manifest_is_refused(knowledge: Knowledge, tmp_path: Path) -> None:
    save_knowledge(knowledge, tmp_path / "k.zip")
    _rewrite(tmp_path / "k.zip", "learned/extra.txt", b"")
    with pytest.raises(KnowledgeError, match="manifest"):
        load_knowledge(tmp_path / "k.zip")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 rubbish", b"\x80\x04pickle"])
def test_rubbish_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "k.zip").write_bytes(content)
    with pytest.raises(KnowledgeError, match="not knowledge"):
        load_knowledge(tmp_path / "k.zip")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no knowledge at"):
        load_knowledge(tmp_path / "k.zip")
