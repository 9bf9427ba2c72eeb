"""One file that answers every question, needs no network and lets nothing in."""

import importlib.metadata
import json
from dataclasses import replace
from pathlib import Path

import optuna
import pytest
from report_pages import EVIL, Page, make_study, of_classes, of_values

from metarec import UsageError
from metarec.learners import Configuration
from metarec.reporting import check_report, write_report

QUESTIONS = {
    "use": "What to use?",
    "sure": "How sure?",
    "gain": "What did the head start gain?",
    "mattered": "What mattered?",
    "good": "How good is it?",
}


@pytest.fixture(scope="module")
def page(written: Path) -> Page:
    return Page(written.read_text("utf-8"))


def test_each_question_has_a_section_and_a_link(page: Page) -> None:
    titles = {each.attributes["id"]: each.text for each in page.of("h2")}
    assert titles == {f"{name}-title": title for name, title in QUESTIONS.items()}
    links = {each.attributes["href"]: each.text for each in page.of("a")}
    assert links == {f"#{name}": title for name, title in QUESTIONS.items()}


def test_ids_are_unique(page: Page) -> None:
    ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    assert len(set(ids)) == len(ids)


def test_nothing_is_asked_of_the_network(page: Page) -> None:
    for each in page.elements:
        assert each.tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        assert "src" not in each.attributes
        assert (each.attributes.get("href") or "#").startswith("#")
    (style,) = page.of("style")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_only_its_own_scripts_may_run(page: Page) -> None:
    (policy,) = [
        each.attributes["content"]
        for each in page.of("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert "default-src 'none'" in policy
    scripts = policy.split("script-src ")[1]
    assert scripts.count("'sha256-") == 2
    assert "unsafe" not in scripts
    assert not [name for each in page.elements for name in each.attributes if name[:2] == "on"]


def test_tables_have_headers_with_a_scope(page: Page) -> None:
    assert len(page.of("table")) >= 7
    assert len(page.of("caption")) == len(page.of("table"))
    for each in page.of("th"):
        scope = "col" if "thead" in each.path else "row"
        assert each.attributes["scope"] == scope


def test_charts_say_in_words_what_they_show(page: Page) -> None:
    charts = [each for each in page.elements if each.attributes.get("role") == "img"]
    assert len(charts) >= 5
    assert all(len(each.attributes["aria-label"] or "") > 20 for each in charts)


def test_what_is_suggested_why_and_by_what_data_sets(page: Page, suggestions) -> None:
    use, sure = page.section("use"), page.section("sure")
    for item in suggestions:
        assert item.algorithm in use
    assert suggestions[0].reasons[0]["text"] in use
    assert "0.75" in use
    near = suggestions.neighbours[0]
    assert near.name in sure
    assert str(near.openml_id) in sure
    assert near.best.algorithm in sure


def test_the_cold_start_is_drawn_and_said(page: Page) -> None:
    assert "estimate" in page.section("gain")
    (history,) = [each for each in page.elements if each.attributes.get("id") == "history"]
    assert "estimated cold start" in history.text


def test_the_same_study_gives_the_same_page(tmp_path: Path) -> None:
    study = make_study(12)
    for name in ("one", "two"):
        write_report(tmp_path / f"{name}.html", study, outcome=of_values())
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_a_page_of_little_is_whole_and_says_what_is_missing(tmp_path: Path) -> None:
    study = optuna.create_study()
    write_report(tmp_path / "empty.html", study)
    page = Page((tmp_path / "empty.html").read_text("utf-8"))
    assert "no best one" in page.section("use")
    assert "made without suggestions" in page.section("sure")
    assert "not known" in page.section("gain")
    assert "need 10 complete trials" in page.section("mattered")
    assert "no predictions" in page.section("good")
    assert not page.of("figure")


def test_names_cannot_become_markup(tmp_path: Path, suggestions) -> None:
    evil = replace(
        suggestions,
        table=EVIL,
        target=EVIL,
        warnings=(EVIL,),
        neighbours=tuple(replace(each, name=EVIL) for each in suggestions.neighbours),
        familiarity={**suggestions.familiarity, "familiar": False, "why": EVIL},
    )
    study = make_study(40, evil=EVIL)
    write_report(
        tmp_path / "evil.html",
        study,
        suggestions=evil,
        outcome=of_classes([EVIL, f"{EVIL}2", "plain"]),
        members=[(Configuration("knn", {EVIL: EVIL}), 1.0)],
        metric=EVIL,
        title=EVIL,
    )
    page = Page((tmp_path / "evil.html").read_text("utf-8"))
    assert not page.of("img")
    assert not [name for each in page.elements for name in each.attributes if name[:2] == "on"]
    kinds = [each.attributes.get("type") for each in page.of("script")]
    assert kinds.count(None) == 2
    assert page.of("title")[0].text == EVIL
    # Charts take some markup too: in all their texts only line breaks may be any.
    drawn = [each for each in page.of("script") if "figure" in each.path]
    assert len(drawn) >= 5
    for each in drawn:
        for text in _texts(json.loads(each.text)):
            plain = text.replace("<br>", "").replace("<extra></extra>", "")
            assert "<" not in plain, text


def _texts(value: object) -> list[str]:
    """All strings in a chart."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inside for text in _texts(each)]


def test_several_objectives_are_refused(tmp_path: Path) -> None:
    study = optuna.create_study(directions=["minimize", "maximize"])
    with pytest.raises(UsageError, match="several objectives"):
        write_report(tmp_path / "report.html", study)


def test_what_cannot_be_written_is_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_report(tmp_path / "report.html")
    with pytest.raises(UsageError, match=r"ends in \.html"):
        check_report(tmp_path / "report.pdf")
    with pytest.raises(UsageError, match="no folder"):
        check_report(tmp_path / "missing" / "report.html")
    monkeypatch.setattr("metarec.reporting.report.version", lambda name: "4.8.0")
    with pytest.raises(UsageError, match=r"needs Optuna 5: pip install 'metarec\[report\]'"):
        check_report(tmp_path / "report.html")
    monkeypatch.setattr("metarec.reporting.report.version", importlib.metadata.version)
    monkeypatch.setattr("metarec.reporting.report.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs jinja2 and plotly: pip install"):
        check_report(tmp_path / "report.html")
