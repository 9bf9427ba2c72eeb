"""Colours of the page and of its charts, light and dark."""

from __future__ import annotations

from typing import Any, Final

COLOURS: Final = {
    "light": {
        "page": "#ffffff",
        "panel": "#f5f6f8",
        "text": "#1d2430",
        "faint": "#5a6472",
        "line": "#d5dae1",
        "link": "#0b62a8",
    },
    "dark": {
        "page": "#14181d",
        "panel": "#1d232a",
        "text": "#e4e8ed",
        "faint": "#a3adb9",
        "line": "#3a434e",
        "link": "#7cc0f5",
    },
}

WORST: Final = "rgb(140, 150, 165)"
BEST: Final = "rgb(222, 96, 20)"
"""Ends of the scale of trials' values; both are seen on either page."""

# Okabe and Ito's palette for colour-blind readers ("Color universal design", 2008); its blue is
# too dark for a dark page.
_BLUE: Final = {"light": "#0072B2", "dark": "#56B4E9"}
_OTHERS: Final = ("#E69F00", "#009E73", "#CC79A7", "#D55E00")


def templates() -> dict[str, dict[str, Any]]:
    """What plotly calls a template, by name of the theme."""
    return {name: _template(name) for name in COLOURS}


def _template(theme: str) -> dict[str, Any]:
    colours = COLOURS[theme]
    axis = {
        "gridcolor": colours["line"],
        "linecolor": colours["line"],
        "zerolinecolor": colours["line"],
        "automargin": True,
        "ticklabeloverflow": "allow",
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": "rgba(0,0,0,0)",
        "title": {"standoff": 8},
    }
    layout = {
        "colorway": [_BLUE[theme], *_OTHERS],
        "font": {"color": colours["text"], "family": "system-ui, sans-serif", "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"bgcolor": colours["panel"], "font": {"color": colours["text"]}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "annotationdefaults": {"bgcolor": f"{colours['page']}b0"},
        "margin": {"l": 60, "r": 24, "t": 40, "b": 48},
        "xaxis": axis,
        "yaxis": axis,
    }
    # Numbers in cells keep the page's colour: a cell is never darker than half a blue.
    heatmap = {
        "colorscale": [[0, "rgba(0, 114, 178, 0.04)"], [1, "rgba(60, 150, 215, 0.6)"]],
        "textfont": {"color": colours["text"]},
    }
    return {"layout": layout, "data": {"heatmap": [{"type": "heatmap", **heatmap}]}}
