"""Numbers and names as a reader sees them."""

from __future__ import annotations

import math
import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def number(value: float | None, digits: int = 4) -> str:
    """A number to so many digits; a dash where there is none.

    Examples
    --------
    >>> number(0.98765), number(1234567.0), number(50), number(None)
    ('0.9877', '1,234,567', '50', '-')
    """
    if value is None or math.isnan(value):
        return "-"
    if math.isfinite(value) and (abs(value) >= 10**digits or value == int(value)):
        return f"{value:,.0f}" if abs(value) < 1e12 else f"{value:.{digits}g}"
    return f"{value:.{digits}g}"


def interval(ends: tuple[float, float] | None, digits: int = 3) -> str:
    """Both ends of an interval, in one line.

    Examples
    --------
    >>> interval((0.911, 0.98)).split(), interval(None)
    (['0.911', 'to', '0.98'], '-')
    """
    return "-" if ends is None else "\u00a0to\u00a0".join(number(end, digits) for end in ends)


def settings(values: Mapping[str, object]) -> str:
    """Hyperparameters in one line.

    Examples
    --------
    >>> settings({"C": 0.5, "kernel": "rbf"}), settings({})
    ('C=0.5, kernel=rbf', 'library defaults')
    """
    shown = [f"{name}={setting(value)}" for name, value in values.items()]
    return ", ".join(shown) or "library defaults"


def setting(value: object) -> str:
    """The value of one hyperparameter.

    Examples
    --------
    >>> setting(0.123456789), setting(1e-7), setting(None), setting(3)
    ('0.12346', '1e-07', 'None', '3')
    """
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def in_chart(text: object, width: int = 24, lines: int = 3) -> str:
    """A name for a chart: what plotly would take for markup is shown as it is, long ones wrap.

    Examples
    --------
    >>> in_chart("<b>bold</b>")
    '&lt;b&gt;bold&lt;/b&gt;'
    >>> in_chart("gradient_boosting.min_weight_fraction_leaf")
    'gradient_boosting.<br>min_weight_fraction_leaf'
    >>> in_chart("a long sentence", 9, lines=1)
    'a long s…'
    """
    found = [""]
    for part in _parts(str(text), width):
        if found[-1] and len(found[-1]) + len(part.rstrip()) > width:
            found.append("")
        found[-1] += part
    if len(found) > lines:
        rest = "".join(found[lines - 1 :])
        found = [*found[: lines - 1], rest[: width - 1] + "…"]
    return "<br>".join(escape(each.strip(), quote=False) for each in found)


def _parts(text: str, width: int) -> list[str]:
    """What of a text stays on one line: what lies between dots, and of that as much as fits."""
    parts: list[str] = []
    for part in re.findall(r"[^.]*\.|[^.]+", text):
        fits = len(part) <= width
        parts += [part] if fits else re.findall(rf"[^_\s-]{{1,{width}}}[_\s-]*|[_\s-]+", part)
    return parts


def labels(names: Iterable[object], width: int = 24, lines: int = 3) -> list[str]:
    """`in_chart` of each name; names that look the same once they are cut get a number.

    Examples
    --------
    >>> labels(["class-one", "class-two"], 7, lines=1)
    ['class-…', 'class-… (2)']
    """
    found = [in_chart(name, width, lines) for name in names]
    return [
        each if each not in found[:at] else f"{each} ({found[:at].count(each) + 1})"
        for at, each in enumerate(found)
    ]
