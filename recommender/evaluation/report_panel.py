"""The plotting area of a chart: scales, axes, marks, and labels that do not cover each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from recommender.evaluation.report_svg import HEIGHT, WIDTH, element, joined, number
from recommender.evaluation.report_words import percent

LEFT, RIGHT, TOP, BOTTOM = 46.0, WIDTH - 12.0, 28.0, HEIGHT - 40.0
"""Where the axes lie in a drawing."""

Tick = tuple[float, str]
"""A value on an axis, and how it is written there."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot as the report shows it.

    Attributes:
        title: the question that it answers.
        drawing: the SVG.
        caption: what is to be seen.
        head: of the table of its figures.
        rows: of that table, as text.
    """

    title: str
    drawing: Markup
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values of an axis lie in a drawing.

    Attributes:
        low: value at `start`.
        high: value at `end`.
        start: coordinate of `low`.
        end: coordinate of `high`.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the coordinate of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Panel:
    """A plotting area.

    Attributes:
        x: the horizontal axis.
        y: the vertical axis, `start` where it is zero.
        is_right: whether the vertical axis is written at the right.
    """

    x: Scale
    y: Scale
    is_right: bool = False

    def axes(self, x_ticks: Sequence[Tick], shares: Sequence[float], x: str, y: str) -> Markup:
        """Return lines across at each share of the vertical axis, and what both axes count.

        The title of y stands level above its axis, where it is read without turning one's head.

        Args:
            x_ticks: ticks of the horizontal axis, without lines.
            shares: ticks of the vertical one, written in per cent.
            x: title of the horizontal axis, may be empty.
            y: title of the vertical one, may be empty.
        """
        left, right = self.x.start, self.x.end
        edge, anchor = (WIDTH, "end") if self.is_right else (0, "start")
        ticks_end = WIDTH if self.is_right else left - 7
        drawn = [
            element("text", y, x=edge, y=12, text_anchor=anchor),
            element("text", x, x=right, y=HEIGHT - 3, text_anchor="end"),
        ]
        for value in shares:
            at = self.y(value)
            line = f"M{number(left)} {number(at)}H{number(right)}"
            drawn += [
                element("path", class_="grid" if value else "base", d=line),
                element("text", percent(value), x=ticks_end, y=at + 4, text_anchor="end"),
            ]
        return joined([*drawn, *(self._tick(*tick) for tick in x_ticks)])

    def line(self, kind: str, points: Sequence[tuple[float, float]]) -> Markup:
        """Return a line of this class through points, given as values."""
        path = "L".join(f"{number(self.x(x))} {number(self.y(y))}" for x, y in points)
        return element("path", class_=kind, d=f"M{path}")

    def dot(self, role: str, x: float, y: float) -> Markup:
        """Return a dot at a point, given as values."""
        return element("circle", class_=role, cx=self.x(x), cy=self.y(y), r=3.5)

    def bar(self, role: str, low: float, high: float, y: float) -> Markup:
        """Return a bar from zero to y between two values of x."""
        left, right = self.x(low) + 1.5, self.x(high) - 1.5
        top, bottom = sorted((self.y(0), self.y(y)))
        box = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        return element("rect", class_=role, **box)

    def _tick(self, value: float, label: str) -> Markup:
        return element("text", label, x=self.x(value), y=BOTTOM + 18, text_anchor="middle")


def even_ticks(high: float, n: int = 5) -> tuple[float, ...]:
    """Return ticks from 0 to the first one no less than `high`, in steps a person would choose.

    Args:
        high: the largest value to show, at least 0.
        n: about how many steps.

    >>> even_ticks(0.37)
    (0.0, 0.1, 0.2, 0.3, 0.4)
    """
    if high <= 0:
        return (0.0, 1.0)
    rough = high / n
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 2.5, 5, 10) if one * power >= rough * 0.999)
    return tuple(round(step * i, 9) for i in range(math.ceil(high / step - 1e-9) + 1))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return where labels go so that none covers another, each near where it wants to be.

    That is the nearest solution in least squares: without the gaps it is an isotonic regression,
    found by pooling adjacent violators (Ayer et al. 1955).

    Args:
        wanted: coordinates, in any order.
        gap: least distance between two.
        low: no label lies before this.
        high: nor after this, unless they do not all fit.

    Returns:
        A coordinate for each label, in the order of `wanted`.

    >>> spread([50, 10, 11], 10, 0, 60)
    [50.0, 5.5, 15.5]
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    pools: list[tuple[float, int]] = []  # the mean of each pool of labels, and how many they are
    for place, i in enumerate(order):
        mean, n = wanted[i] - gap * place, 1
        while pools and pools[-1][0] > mean:
            before, n_before = pools.pop()
            mean, n = (before * n_before + mean * n) / (n_before + n), n_before + n
        pools.append((mean, n))
    last = high - gap * (len(wanted) - 1)
    bases = [max(low, min(mean, last)) for mean, n in pools for _ in range(n)]
    places = {
        i: base + gap * place for place, (i, base) in enumerate(zip(order, bases, strict=True))
    }
    return [float(places[i]) for i in range(len(wanted))]
