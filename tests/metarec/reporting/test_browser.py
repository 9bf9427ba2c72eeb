"""The page in a browser: no errors, every chart drawn, light, dark and printed."""

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from report_pages import make_study, of_values

from metarec.reporting import write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1000,800",
)
_PATIENCE = 20
"""Seconds that a page may take to follow."""
PNG = b"\x89PNG"

pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no Chromium with its driver"),
    # Selenium's own, of its connection to the driver.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def opened(browser, written: Path) -> list[dict]:
    """The charts of a whole report, which stays open."""
    return _open(browser, written)


def _open(browser, path: Path) -> list[dict]:
    """Load a page and say what its charts look like."""
    browser.get(path.as_uri())
    # What is begun in one frame is drawn in the next.
    browser.execute_async_script("""
        const done = arguments[0];
        requestAnimationFrame(() => requestAnimationFrame(() => done()));
    """)
    return browser.execute_script("""
        return [...document.querySelectorAll("figure")].map((figure) => {
            const size = figure.querySelector(".main-svg").getBoundingClientRect();
            return {
                id: figure.id,
                width: size.width,
                height: size.height,
                drawn: figure.querySelectorAll(".main-svg .trace, .main-svg .hm").length,
                traces: JSON.parse(figure.querySelector("script").textContent).data.length,
            };
        });
    """)


def _check(browser, charts: list[dict]) -> None:
    assert browser.get_log("browser") == []
    for chart in charts:
        assert chart["width"] > 500, chart
        assert chart["height"] >= 140, chart
        assert chart["drawn"] >= chart["traces"] > 0, chart


def _requests(browser, page: str) -> set[str]:
    """Addresses that a page asked for, its own among them; data: is in the page itself."""
    events = [json.loads(each["message"])["message"] for each in browser.get_log("performance")]
    asked = [each["params"] for each in events if each["method"] == "Network.requestWillBeSent"]
    urls = {each["request"]["url"] for each in asked if each["documentURL"] == page}
    return {url for url in urls if not url.startswith("data:")}


def test_a_report_is_drawn_without_errors_or_requests(
    browser, opened: list[dict], written: Path
) -> None:
    _check(browser, opened)
    names = [each["id"] for each in opened]
    assert names[:2] == ["history", "importances"]
    assert names[-2:] == ["confusion", "calibration"]
    assert _requests(browser, written.as_uri()) == {written.as_uri()}
    shot = written.with_suffix(".png")
    assert browser.save_screenshot(shot)
    assert shot.read_bytes().startswith(PNG)


@pytest.mark.usefixtures("opened")
def test_no_label_is_cut(browser) -> None:
    cut = browser.execute_script("""
        return [...document.querySelectorAll("figure .main-svg text")].filter((text) => {
            const inner = text.getBoundingClientRect();
            const outer = text.closest(".chart").getBoundingClientRect();
            return inner.width && (inner.left < outer.left - 1 || inner.right > outer.right + 1
                || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1);
        }).map((text) => text.textContent);
    """)
    assert cut == []
    # Plotly hides a label that has no room.
    hidden = browser.execute_script("""
        return [...document.querySelectorAll("figure[id^=parallel] .xtick text")].filter(
            (text) => getComputedStyle(text).display === "none"
                || getComputedStyle(text).opacity === "0").map((text) => text.textContent);
    """)
    assert hidden == []


@pytest.mark.usefixtures("opened")
def test_dark_follows_the_reader(browser) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    def colours() -> list[str]:
        return browser.execute_script("""
            const text = document.querySelector("#history .xtick text");
            return [getComputedStyle(document.body).backgroundColor, getComputedStyle(text).fill];
        """)

    def prefer(scheme: str, told: Callable[[list[str]], bool]) -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        WebDriverWait(browser, _PATIENCE).until(lambda _: told(colours()))

    light = colours()
    # Both the page's ground and what is written in its charts.
    prefer("dark", lambda now: now[0] != light[0] and now[1] != light[1])
    prefer("light", lambda now: now == light)


@pytest.mark.usefixtures("opened")
def test_it_prints(browser) -> None:
    printed = browser.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert base64.b64decode(printed).startswith(b"%PDF")
    assert browser.get_log("browser") == []


def test_a_small_one_of_a_regression_too(browser, tmp_path: Path) -> None:
    write_report(tmp_path / "small.html", make_study(3), outcome=of_values(30))
    charts = _open(browser, tmp_path / "small.html")
    _check(browser, charts)
    assert [each["id"] for each in charts][-2:] == ["predicted", "residuals"]


def test_an_injected_script_would_not_run(browser, written: Path, tmp_path: Path) -> None:
    page = written.read_text("utf-8")
    injected = page.replace("<h1>", "<script>document.title = 'taken'</script><h1>")
    (tmp_path / "injected.html").write_text(injected, encoding="utf-8")
    _open(browser, tmp_path / "injected.html")
    assert browser.title != "taken"
    (refused,) = browser.get_log("browser")
    assert "Content Security Policy" in refused["message"]
