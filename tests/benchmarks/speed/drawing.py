"""A drawing of what a search costs as the archive grows, on logarithmic axes: powers are lines.

It stands on a page of its own or among others, whose style sheet it cannot know: so it brings its
colours, and white paper under them.
"""

import math
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from recommender.evaluation.report_svg import element
from tests.benchmarks.speed.growth import Costs, by_everybody
from tests.benchmarks.speed.one_text import OURS
from tests.benchmarks.speed.table import duration

WIDTH, HEIGHT = 680, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 480, 40, 320
_OURS_COLOUR, _PEER_COLOURS = "#0b5fa5", ("#8a4b08", "#5b6570", "#7a2e7a")
_TITLE = "One search for the ten nearest, median"
_INK, _GRID = "#222", "#ddd"
_LINE_HEIGHT = 15


def draw(costs: Costs, path: Path) -> None:
    """Write the drawing as an SVG file.

    Args:
        costs: of two sizes or more.
        path: of the file, overwritten.
    """
    axes = _Axes(costs)
    names = by_everybody(costs)
    colours = dict(zip(names, (_OURS_COLOUR, *_PEER_COLOURS), strict=False))
    alt = "Median time of one search by size of the archive: " + "; ".join(
        f"{_called(name)} "
        + ", ".join(f"{duration(costs[n][name])} at {n:,}" for n in sorted(costs))
        for name in names
    )
    svg = element(
        "svg",
        element("rect", width=WIDTH, height=HEIGHT, fill="#fff"),
        element("text", _TITLE, x=_LEFT, y=20, font_weight="bold"),
        *axes.grid(),
        *(mark for name in names for mark in axes.line(name, colours[name])),
        *axes.labels(names, colours),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_label=alt,
        font_family="system-ui, sans-serif",
        font_size=13,
        fill=_INK,
    )
    path.write_text(f"{svg}\n", encoding="utf-8")


class _Axes:
    """Where sizes and seconds lie on the paper."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self._sizes = sorted(costs)
        seconds = [costs[n][name] for n in costs for name in by_everybody(costs)]
        self._decades = range(
            math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds))) + 1
        )

    def grid(self) -> Iterator[Markup]:
        """Yield the lines of both axes and what stands at them."""
        for decade in self._decades:
            y = self._y(10.0**decade)
            yield element("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, stroke=_GRID)
            yield element("text", duration(10.0**decade), x=_LEFT - 8, y=y + 4, text_anchor="end")
        for n in self._sizes:
            x = self._x(n)
            yield element("line", x1=x, x2=x, y1=_TOP, y2=_BOTTOM, stroke=_GRID)
            yield element("text", f"{n:,}", x=x, y=_BOTTOM + 20, text_anchor="middle")
        middle = (_LEFT + _RIGHT) / 2
        yield element("text", "articles", x=middle, y=_BOTTOM + 42, text_anchor="middle")

    def line(self, name: str, colour: str) -> Iterator[Markup]:
        """Yield one line, with a dot at each figure."""
        points = [(self._x(n), self._y(self._costs[n][name])) for n in self._sizes]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        width = 3 if name == OURS else 1.5
        yield element("polyline", points=path, fill="none", stroke=colour, stroke_width=width)
        for x, y in points:
            yield element("circle", cx=x, cy=y, r=4 if name == OURS else 3, fill=colour)

    def labels(self, names: list[str], colours: dict[str, str]) -> Iterator[Markup]:
        """Yield who each line is, at its end, one below the other where ends are close."""
        last = self._costs[self._sizes[-1]]
        lowest = -math.inf
        for name in sorted(names, key=lambda name: -last[name]):
            y = max(self._y(last[name]) + 4, lowest + _LINE_HEIGHT)
            lowest = y
            told = f"{_called(name)}, {duration(last[name])}"
            yield element("text", told, x=_RIGHT + 10, y=y, fill=colours[name])

    def _x(self, n: int) -> float:
        first, last = math.log(self._sizes[0]), math.log(self._sizes[-1])
        return _LEFT + (_RIGHT - _LEFT) * (math.log(n) - first) / (last - first)

    def _y(self, seconds: float) -> float:
        low, high = self._decades[0], self._decades[-1]
        return _BOTTOM - (_BOTTOM - _TOP) * (math.log10(seconds) - low) / (high - low)


def _called(name: str) -> str:
    return "morefrom" if name == OURS else name
