"""The plots of what a similarity is worth, and of how evenly the archive is picked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.beyond_results import Beyond
from recommender.evaluation.report_panel import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Chart,
    Panel,
    Scale,
    even_ticks,
)
from recommender.evaluation.report_svg import chart_of, element
from recommender.evaluation.report_words import count, figure, percent
from recommender.evaluation.results import Reliability, ScoreBin

FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def by_score(bins: Sequence[ScoreBin]) -> Chart:
    """Return how often picks of about the same similarity are relevant.

    The bins have about equally many picks, and so each is as wide as any other; the similarities
    where they meet stand below.
    """
    n = len(bins)
    shares = even_ticks(max(one.share.high for one in bins))
    panel = _panel(n, shares[-1])
    x_ticks = [(i, f"{one.low:.2f}") for i, one in enumerate(bins)]
    x_ticks.append((n, f"{bins[-1].high:.2f}"))
    drawn = [panel.axes(x_ticks, shares, "similarity", "relevant")]
    for i, one in enumerate(bins):
        middle = i + 0.5
        whisker = [(middle, one.share.low), (middle, one.share.high)]
        drawn += [panel.bar("pale", i, i + 1, one.share.mean), panel.line("whisker", whisker)]
    first, last = bins[0], bins[-1]
    caption = (
        f"Of picks with a similarity of {first.low:.2f} to {first.high:.2f}, "
        f"{percent(first.share.mean)} are relevant; of those from {last.low:.2f} up, "
        f"{percent(last.share.mean)}. Whiskers are 95 % intervals."
    )
    return Chart(
        "Does a higher similarity mean more relevant?",
        chart_of(f"Bars with whiskers, by similarity. {caption}", *drawn),
        caption,
        ("similarity", "picks", "relevant", "95 % interval"),
        tuple((f"{one.low:.3f}–{one.high:.3f}", *_cells(one)) for one in bins),
    )


def reliability(found: Reliability) -> Chart:
    """Return what the calibration promised against what held-out pairs turned out to be."""
    bins = [(one.predicted, one) for one in found.bins if one.predicted is not None]
    panel = _panel(1, 1)
    drawn = [
        panel.axes([(one, percent(one)) for one in FIFTHS], FIFTHS, "promised", "found relevant"),
        panel.line("ideal", [(0, 0), (1, 1)]),
        element("text", "dashed: a promise kept", x=LEFT + 8, y=TOP + 18),
    ]
    for promised, one in bins:
        whisker = [(promised, one.share.low), (promised, one.share.high)]
        drawn += [panel.line("whisker", whisker), panel.dot("ours", promised, one.share.mean)]
    verdict = "less than" if found.brier < found.brier_of_mean else "no less than"
    caption = (
        f"Fitted on {count(found.n_fitted)} graded pairs and shown on {count(found.n_held_out)} "
        f"others. Its mean squared error is {figure(found.brier)} (Brier score), {verdict} the "
        f"{figure(found.brier_of_mean)} of always saying the mean. Relevant is a grade from "
        f"{found.relevant_from:g} up; whiskers are 95 % intervals."
    )
    return Chart(
        "Does the calibrated probability keep its word?",
        chart_of(f"Points with whiskers about a diagonal. {caption}", *drawn),
        caption,
        ("promised", "pairs", "relevant", "95 % interval"),
        tuple((percent(promised), *_cells(one)) for promised, one in bins),
    )


def lorenz(beyond: Beyond) -> Chart | None:
    """Return how evenly the places in lists are shared out among articles; None without lists.

    The curve is Lorenz's (1905); twice the area between it and the diagonal is the Gini
    coefficient.
    """
    if not any(m for m, _ in beyond.list_counts):
        return None
    articles, places = lorenz_points(beyond.list_counts)
    curve = list(zip(articles.tolist(), places.tolist(), strict=True))
    taken = {top: 1 - float(np.interp(1 - top, articles, places)) for top in (0.5, 0.25, 0.1, 0.01)}
    panel = _panel(1, 1)
    drawn = [
        panel.axes(
            [(one, percent(one)) for one in QUARTERS],
            QUARTERS,
            "articles, least picked first",
            "of all places in lists",
        ),
        panel.line("area", [*curve, (1, 0), (0, 0)]),
        panel.line("ideal", [(0, 0), (1, 1)]),
        panel.line("line ours", curve),
        element("text", "all alike", x=panel.x(0.62) - 10, y=panel.y(0.62), text_anchor="end"),
    ]
    caption = (
        f"The most picked tenth of articles takes {percent(taken[0.1])} of the places; "
        f"{percent(beyond.never_picked)} of articles are never picked."
    )
    return Chart(
        "Are a few articles picked everywhere?",
        chart_of(f"A Lorenz curve under its diagonal. {caption}", *drawn),
        caption,
        ("most picked", "share of places"),
        tuple((percent(top), percent(share)) for top, share in taken.items()),
    )


def lorenz_points(
    list_counts: Sequence[tuple[int, int]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of the Lorenz curve of how often articles are picked.

    Args:
        list_counts: pairs (m, how many articles stand in exactly m lists), ascending.

    Returns:
        Shares of the articles and of the places in lists, both float64[n + 1], ascending from 0
        to 1.
    """
    m, n = np.array(list_counts, dtype=np.float64).T
    articles = np.concatenate(([0.0], np.cumsum(n)))
    places = np.concatenate(([0.0], np.cumsum(m * n)))
    return articles / articles[-1], places / places[-1]


def _panel(highest_x: float, highest_y: float) -> Panel:
    return Panel(Scale(0, highest_x, LEFT, RIGHT), Scale(0, highest_y, BOTTOM, TOP))


def _cells(one: ScoreBin) -> tuple[str, str, str]:
    between = f"{percent(one.share.low)} to {percent(one.share.high)}"
    return count(one.n), percent(one.share.mean), between
