"""The tables of a report: figures with a drawing of each beside them."""

from dataclasses import dataclass

from markupsafe import Markup

from recommender.evaluation.beyond_results import Beyond
from recommender.evaluation.report_panel import even_ticks
from recommender.evaluation.report_svg import element, number, stretched
from recommender.evaluation.report_words import (
    CHANCE,
    MAIN,
    by_merit,
    count,
    figure,
    interval,
    p_value,
    percent,
    title,
)
from recommender.evaluation.results import METRICS, Estimate, Evaluation

BAR = 1000
MOST_HUBS = 10


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A system in the first table.

    Attributes:
        label: for people.
        is_ours: whether it is the version evaluated.
        value: its nDCG@10.
        interval: of that.
        bar: a drawing of both.
        lead: how much better ours is, empty for ours.
        lead_interval: of that.
        verdict: whether the lead may be chance, in a word.
        p_value: of that.
    """

    label: str
    is_ours: bool
    value: str
    interval: str
    bar: Markup
    lead: str = ""
    lead_interval: str = ""
    verdict: str = ""
    p_value: str = ""


@dataclass(frozen=True, slots=True)
class MetricCell:
    """A figure in the second table.

    Attributes:
        value: the mean.
        interval: of that.
        is_best: whether no system has a higher one.
    """

    value: str
    interval: str
    is_best: bool


def system_rows(evaluation: Evaluation) -> list[SystemRow]:
    """Return the systems by merit, with a bar each on one scale."""
    systems = by_merit(evaluation.systems)
    full = even_ticks(max(one.by_metric[MAIN].high for one in systems))[-1]
    mark = evaluation.ours.by_metric[MAIN].mean
    rows = []
    for one in systems:
        estimate, paired = one.by_metric[MAIN], (one.against_ours or {}).get(MAIN)
        bar = _bar_with_whisker(estimate, mark, full, is_ours=one.is_ours)
        told = (one.label, one.is_ours, figure(estimate.mean), interval(estimate), bar)
        if paired is None:
            rows.append(SystemRow(*told))
            continue
        lead = figure(paired.difference.mean)
        verdict = (
            "may be chance"
            if paired.p_value >= CHANCE
            else "ours is better"
            if paired.difference.mean > 0
            else "ours is worse"
        )
        lead = lead if lead.startswith("−") else f"+{lead}"
        rows.append(
            SystemRow(*told, lead, interval(paired.difference), verdict, p_value(paired.p_value))
        )
    return rows


def metric_table(evaluation: Evaluation) -> list[tuple[str, bool, list[MetricCell]]]:
    """Return label, whether it is ours, and a cell for each metric, by merit."""
    systems = by_merit(evaluation.systems)
    highest = {name: max(figure(one.by_metric[name].mean) for one in systems) for name in METRICS}
    return [
        (
            one.label,
            one.is_ours,
            [
                MetricCell(
                    value := figure(one.by_metric[name].mean),
                    interval(one.by_metric[name]),
                    value == highest[name],
                )
                for name in METRICS
            ],
        )
        for one in systems
    ]


def age_rows(beyond: Beyond) -> list[tuple[str, str, Markup]]:
    """Return label, share and bar for each age that picks have; none where dates are unknown."""
    if beyond.ages is None or not beyond.ages.n:
        return []
    full = max(one.share for one in beyond.ages.bins) or 1.0
    return [(one.label, percent(one.share), _bar(one.share / full)) for one in beyond.ages.bins]


def hub_rows(beyond: Beyond) -> list[tuple[str, str, Markup]]:
    """Return title, number of lists and bar for the most picked articles."""
    hubs = beyond.hubs[:MOST_HUBS]
    full = max((one.n_lists for one in hubs), default=1) or 1
    return [
        (title(one.title, one.id), count(one.n_lists), _bar(one.n_lists / full)) for one in hubs
    ]


def _bar(share: float) -> Markup:
    return stretched("bars", element("path", d=f"M0 0h{number(BAR * share)}v10H0"), height=10)


def _bar_with_whisker(estimate: Estimate, mark: float, full: float, *, is_ours: bool) -> Markup:
    """Return a mean as a bar, its interval as a whisker, and ours as a line through all rows."""
    low, mean, high, ours = (
        number(BAR * x / full) for x in (estimate.low, estimate.mean, estimate.high, mark)
    )
    return stretched(
        "bars ours" if is_ours else "bars",
        element("path", class_="fill", d=f"M0 13H{mean}V27H0"),
        element("path", class_="mark", d=f"M{ours} 0V40"),
        element("path", class_="whisker", d=f"M{low} 20H{high}M{low} 15V25M{high} 15V25"),
        height=40,
    )
