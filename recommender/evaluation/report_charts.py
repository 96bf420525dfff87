"""The plots of accuracy, each with a caption that says what is to be seen and its figures as rows.

Drawn here, in a few lines each, rather than by a plotting library: the text stays text, in the
page's own type; colours follow the reader's light or dark; a plot takes 5 kB; lines are labelled
where they end, so that nobody has to match colours with a legend.
"""

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from recommender.evaluation.report_curves import by_score, reliability
from recommender.evaluation.report_panel import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Chart,
    Panel,
    Scale,
    even_ticks,
    spread,
)
from recommender.evaluation.report_svg import WIDTH, chart_of, element
from recommender.evaluation.report_words import (
    MAIN,
    best_baseline,
    by_merit,
    count,
    percent,
)
from recommender.evaluation.results import METRICS, Evaluation

N_BINS = 10
"""Bars of the distribution of per-query figures."""

LETTER = 6.2
"""About how wide a letter of a label is: enough to leave room for one, not to set type."""

LINE = 14.0
"""From one label to the next below."""


def charts(evaluation: Evaluation) -> list[Chart]:
    """Return the plots of accuracy that there are figures for, in the order of the report."""
    found = [precision_by_rank(evaluation), per_query(evaluation)]
    if evaluation.by_score:
        found.append(by_score(evaluation.by_score))
    if evaluation.reliability is not None and evaluation.reliability.bins:
        found.append(reliability(evaluation.reliability))
    return found


def precision_by_rank(evaluation: Evaluation) -> Chart:
    """Return how often the pick at each rank is relevant, as a line for each system.

    Lines are labelled at their first rank, where they lie furthest apart.
    """
    best, systems = best_baseline(evaluation), by_merit(evaluation.systems)
    lines = [one.precision_by_rank.tolist() for one in systems]
    ranks = range(1, len(lines[0]) + 1)
    shares = even_ticks(max(map(max, lines)))
    left = 16 + LETTER * min(25, max(len(one.label) for one in systems))
    x, y = Scale(1, ranks[-1], left, WIDTH - 42), Scale(0, shares[-1], BOTTOM, TOP)
    panel = Panel(x, y, is_right=True)
    drawn = [panel.axes([(rank, str(rank)) for rank in ranks], shares, "rank", "relevant")]
    starts = [panel.y(line[0]) for line in lines]
    labels_at = spread(starts, LINE, TOP, BOTTOM)
    for one, line, start, at in zip(systems, lines, starts, labels_at, strict=True):
        role = "ours" if one.is_ours else "best" if one is best else "rest"
        lead = f"M{left - 5:.1f} {start:.1f}L{left - 11:.1f} {at:.1f}"
        drawn += [
            panel.line(f"line {role}", list(zip(ranks, line, strict=True))),
            element("path", class_=f"lead {role}", d=lead),
            element("text", one.label, class_=role, x=left - 14, y=at + 4, text_anchor="end"),
        ]
        if role != "rest":
            drawn += [panel.dot(role, rank, y) for rank, y in zip(ranks, line, strict=True)]
    ours = evaluation.ours.precision_by_rank
    caption = (
        f"The first pick is relevant for {percent(ours[0])} of queries, "
        f"the fourth for {percent(ours[3])}, the tenth for {percent(ours[-1])}."
    )
    return Chart(
        "How often is the pick at each rank relevant?",
        chart_of(f"A falling line for each system, by rank. {caption}", *drawn),
        caption,
        ("system", *map(str, ranks)),
        tuple((one.label, *map(percent, line)) for one, line in zip(systems, lines, strict=True)),
    )


def per_query(evaluation: Evaluation) -> Chart:
    """Return how nDCG@10 is spread over queries: ours upwards, the best baseline downwards."""
    best = best_baseline(evaluation)
    systems = [one for one in (evaluation.ours, best) if one is not None]
    found = [_histogram(one.per_query[MAIN]) for one in systems]
    shares = even_ticks(max(one.max() for one in found), 3)
    middle = (TOP + BOTTOM) / 2 if best else BOTTOM
    x = Scale(0, 1, LEFT, RIGHT)
    panels = [Panel(x, Scale(0, shares[-1], middle, end)) for end in (TOP, BOTTOM)]
    x_ticks = [(tick / 5, f"{tick / 5:.1f}") for tick in range(6)]
    metric = METRICS[MAIN]
    drawn: list[Markup] = [panels[0].axes(x_ticks, shares, metric, "of queries")]
    if best:
        drawn.append(panels[1].axes([], shares[1:], "", ""))
    labels_at = (TOP + 16, BOTTOM - 8)
    for one, bins, panel, role, at in zip(
        systems, found, panels, ("ours", "best"), labels_at, strict=False
    ):
        drawn += [
            panel.bar(role, i / N_BINS, (i + 1) / N_BINS, share)
            for i, share in enumerate(bins)
            if share
        ]
        drawn.append(element("text", one.label, class_=role, x=x(0.5), y=at, text_anchor="middle"))
    caption = _compared(evaluation)
    title = f"How is {metric} spread over queries?"
    return Chart(
        title,
        chart_of(f"Bars for each tenth of {metric}. {caption}", *drawn),
        caption,
        (metric, *(one.label for one in systems)),
        tuple(
            (f"{i / N_BINS:.1f}–{(i + 1) / N_BINS:.1f}", *(percent(one[i]) for one in found))
            for i in range(N_BINS)
        ),
    )


def _histogram(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of queries in each tenth from 0 to 1, float64[N_BINS]."""
    counts, _ = np.histogram(values, bins=N_BINS, range=(0, 1))
    shares: NDArray[np.float64] = counts / max(1, values.size)
    return shares


def _compared(evaluation: Evaluation) -> str:
    """Return on how many queries ours did better than the best baseline, and worse."""
    ours, best = evaluation.ours.per_query[MAIN], best_baseline(evaluation)
    if best is None:
        return f"{percent(float((ours == 0).mean()))} of queries have nothing relevant among ten."
    difference = np.round(ours - best.per_query[MAIN], 9)
    better, worse = int((difference > 0).sum()), int((difference < 0).sum())
    return (
        f"Query by query against {best.label}: better on {count(better)}, worse on "
        f"{count(worse)}, alike on {count(difference.size - better - worse)}."
    )
