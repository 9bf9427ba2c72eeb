"""The page itself: what it is made of, and how it becomes one file."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from metarec.reporting.themes import COLOURS, templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go


@dataclass(frozen=True)
class Chart:
    """A chart with what it says in words."""

    name: str
    """Its place in the page, for links."""
    title: str
    """What it answers."""
    figure: go.Figure
    """Without a theme of its own; every text in it has gone through `text.in_chart`."""
    note: str
    """What is to be seen, for those who do not see it too."""
    width: int = 0
    """Least width in pixels; a narrower page scrolls it."""

    @property
    def specification(self) -> str:
        """Data and layout as JSON without characters that could end the element around it."""
        return str(self.figure.to_json())


@dataclass(frozen=True)
class Table:
    """Rows under a header; the first cell of a row names it."""

    caption: str
    """What it holds."""
    header: tuple[str, ...]
    """Of the columns."""
    rows: tuple[tuple[str, ...], ...]
    """Cells as text."""
    folded: bool = False
    """Whether it is shown only when asked for."""


def render(content: Mapping[str, Any]) -> str:
    """The page with everything in it: it asks the network for nothing.

    Every text is escaped. Only the page's own scripts may run, and nothing may be loaded, by the
    Content Security Policy in its head.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    room = files("metarec.reporting")
    scripts = [get_plotlyjs(), (room / "page.js").read_text("utf-8")]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string((room / "page.html").read_text("utf-8"))
    return page.render(
        **content,
        colours=COLOURS,
        templates=templates(),
        style=Markup((room / "page.css").read_text("utf-8")),  # noqa: S704
        scripts=[Markup(script) for script in scripts],  # noqa: S704
        hashes=[_digest(script) for script in scripts],
    )


def _digest(script: str) -> str:
    """As a Content Security Policy names a script."""
    # A page's line ends are read as \n whatever they were.
    script = script.replace("\r\n", "\n").replace("\r", "\n")
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
