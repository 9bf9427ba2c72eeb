"""Tables, JSON and pictures say the same as the figures."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest

from metarec import UsageError
from metarec.evaluation import MetaTest, NoiseFloor, check_plot, meta_test, plot, to_dict, to_frame
from metarec.history import MetaDataset
from metarec.metalearners import get_metalearner


@pytest.fixture(scope="module")
def result(meta_dataset: MetaDataset) -> MetaTest:
    methods = [get_metalearner(name) for name in ("random", "average_rank", "portfolio")]
    found = meta_test(meta_dataset, methods, list_lengths=(1, 5))
    return replace(found, noise_floor=NoiseFloor({1: 0.2, 5: 0.02}, {1: 0.1, 5: 0.01}, 60))


def test_the_dict_is_json(result: MetaTest) -> None:
    report = json.loads(json.dumps(to_dict(result, "portfolio"), allow_nan=False))
    figures = result.figures()
    for method in report["methods"]:
        assert method["regret"]["5"] == figures[method["name"]][5].regret
        assert (method["against_baseline"] is None) == (method["name"] == "portfolio")
    against = report["methods"][0]["against_baseline"]
    assert (
        sum(against[name]["1"] for name in ("wins", "ties", "losses")) == report["datasets"] == 60
    )
    assert report["families"] == 30
    assert report["rank_tests"]["5"]["ranks"].keys() == figures.keys()
    assert report["noise_floor"]["regret"] == {"1": 0.1, "5": 0.01}


def test_the_frame_has_a_row_per_method_and_length(result: MetaTest) -> None:
    frame = to_frame(result, "average_rank").set_index(["method", "k"])
    assert len(frame) == 6
    assert frame.loc[("portfolio", 5), "regret"] == result.figures()["portfolio"][5].regret
    compared = result.compare("average_rank")["portfolio"][5]
    assert frame.loc[("portfolio", 5), "wins"] == compared.wins
    assert frame.loc[("average_rank", 1), ["difference", "wins"]].isna().all()
    assert (frame.xs(5, level="k")["noise_floor"] == 0.01).all()


def test_a_plot_shows_everything_and_is_the_same_every_time(
    result: MetaTest, tmp_path: Path
) -> None:
    for name in "ab":
        plot(result, tmp_path / f"{name}.svg")
    drawn = (tmp_path / "a.svg").read_text()
    assert drawn == (tmp_path / "b.svg").read_text()
    for text in ("random", "average_rank", "portfolio", "noise floor", "@1", "@5", "mean rank"):
        assert f"<!-- {text}" in drawn, text


def test_two_methods_are_drawn_without_ranks(result: MetaTest, tmp_path: Path) -> None:
    two = replace(result, curves=dict(list(result.curves.items())[:2]))
    plot(two, tmp_path / "two.svg")
    assert "mean rank" not in (tmp_path / "two.svg").read_text()
    plot(two, tmp_path / "two.png")
    assert (tmp_path / "two.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        check_plot(tmp_path / "plot.pdf")
    with pytest.raises(UsageError, match="no folder"):
        check_plot(tmp_path / "missing" / "plot.png")
    monkeypatch.setattr("metarec.evaluation.plots.find_spec", lambda name: None)
    assert importlib.util.find_spec("matplotlib") is not None
    with pytest.raises(UsageError, match=r"pip install 'metarec\[plot\]'"):
        check_plot(tmp_path / "plot.png")
