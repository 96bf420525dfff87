"""What a report says in words: figures as people write them, and the sentence at its head."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from recommender.evaluation.beyond_results import Ages
from recommender.evaluation.results import (
    METRICS,
    Estimate,
    Evaluation,
    Paired,
    SystemResult,
    TruthSummary,
)

MAIN = "ndcg@10"
"""The metric that a report is about; the others stand beside it."""

CHANCE = 0.05
"""From this p-value on, a difference may be chance."""

LONGEST_TITLE = 160

_JUDGED_BY = {
    "links": "links that editors placed",
    "clusters": "articles grouped by the story they tell",
    "pairs": "pairs of articles that people graded",
    "judgements": "picks that people graded",
    "labels": "labels that articles share",
    "catalogue": "editors’ ratings and pins",
    "mined": "links found inside the articles",
}

METRIC_MEANINGS = {
    "ndcg@4": "How near the first four picks come to the best four there could be, in their best "
    "order. 1 is perfect.",
    "ndcg@10": "The same for ten picks.",
    "recall@10": "How much of all that is relevant stands among ten picks.",
    "mrr": "1 if the first pick is relevant, a half if only the second is, a third…",
    "map": "How early all that is relevant comes, over the whole list.",
    "precision@4": "How much of four picks is relevant.",
}


def figure(value: float) -> str:
    """Return a figure with three places and a true minus.

    >>> figure(-0.0123)
    '−0.012'
    """
    return f"{value:.3f}".replace("-", "−").replace("−0.000", "0.000")


def interval(estimate: Estimate) -> str:
    """Return the ends of an interval, with “to” where a dash would be read as a minus."""
    between = " to " if estimate.low < 0 else "–"
    return f"{figure(estimate.low)}{between}{figure(estimate.high)}"


def percent(share: float) -> str:
    """Return a share in per cent, with a place where it would otherwise be told as none or all.

    >>> [percent(share).replace("\u00a0", " ") for share in (0.314, 0.004, 0.9999, 1)]
    ['31 %', '0.4 %', '> 99.9 %', '100 %']
    """
    if 0 < share < 0.0005:
        return "<\u00a00.1\u00a0%"
    if 0.9995 < share < 1:
        return ">\u00a099.9\u00a0%"
    is_round = share in {0, 1} or 0.0995 <= share <= 0.995
    return f"{100 * share:.{0 if is_round else 1}f}\u00a0%"


def count(n: int) -> str:
    """Return a whole number with commas between thousands."""
    return f"{n:,}"


def day(iso: str | None) -> str:
    """Return the day of an ISO 8601 instant as people write it.

    >>> day("2024-05-01T06:30:00Z"), day(None)
    ('1 May 2024', 'no date')
    """
    if iso is None:
        return "no date"
    on = date.fromisoformat(iso[:10])
    return f"{on.day} {on:%B} {on.year}"


def minute(instant: datetime) -> str:
    """Return an aware instant as people write it, in UTC."""
    at = instant.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def ages_in_words(ages: Ages) -> str:
    """Return how old picks are, in a sentence."""
    median, oldest = ages.quantiles["0.5"], ages.quantiles["0.9"]
    said = f"The median pick is {span(median)} than its query"
    return f"{said}; one in ten is {span(oldest)} or more." if oldest > 1 else f"{said}."


def span(days: float) -> str:
    """Return an age in days in the unit a person would use.

    >>> span(0.2), span(3), span(45), span(800)
    ('5 hours older', '3 days older', '6 weeks older', '2.2 years older')
    >>> span(-2), span(0.001)
    ('2 days newer', 'no older')
    """
    size = abs(days)
    if size < 0.5 / 24:
        return "no older"
    for unit, length, until in (("hour", 1 / 24, 2), ("day", 1, 21), ("week", 7, 120)):
        if size < until:
            n = round(size / length)
            said = f"{n} {unit}{'' if n == 1 else 's'}"
            break
    else:
        said = f"{size / 365.25:.1f} years" if size >= 600 else f"{round(size / 30.44)} months"
    return f"{said} {'newer' if days < 0 else 'older'}"


def title(written: str, article_id: str) -> str:
    """Return a headline, cut if it has no end; the id for an article without one."""
    return cut(written.strip() or article_id, LONGEST_TITLE)


def cut(text: str, longest: int) -> str:
    """Return a text of at most that many characters, an ellipsis where more was.

    >>> cut("sanctions", 9), cut("sanctions, again", 12)
    ('sanctions', 'sanctions,…')
    """
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def p_value(p: float) -> str:
    """Return a p-value as journals print it."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def best_baseline(evaluation: Evaluation) -> SystemResult | None:
    """Return the baseline with the highest nDCG@10, None if none was measured."""
    baselines = [one for one in evaluation.systems if not one.is_ours]
    return max(baselines, key=lambda one: one.by_metric[MAIN].mean, default=None)


def by_merit(systems: Sequence[SystemResult]) -> list[SystemResult]:
    """Return systems, the one with the highest nDCG@10 first."""
    return sorted(systems, key=lambda one: (-one.by_metric[MAIN].mean, not one.is_ours))


def judged_by(truth: TruthSummary) -> str:
    """Return what judged the lists, to follow “from”."""
    return _JUDGED_BY.get(truth.kind, truth.kind)


def headline(evaluation: Evaluation) -> str:
    """Return the outcome in a sentence that needs no other."""
    n, metric = evaluation.truth.n_queries, METRICS[MAIN]
    ours, best = evaluation.ours.by_metric[MAIN], best_baseline(evaluation)
    queries = "1 query" if n == 1 else f"{count(n)} queries"
    said = (
        f"On {queries} from {judged_by(evaluation.truth)}, morefrom’s {metric} is "
        f"{figure(ours.mean)} ({interval(ours)})"
    )
    if best is None:
        return f"{said}; it was compared with nothing."
    other = best.by_metric[MAIN].mean
    reaches = "reaches" if other <= ours.mean else "does better with"
    paired = (best.against_ours or {}).get(MAIN)
    tail = f"; {chance(paired)}." if paired else "."
    return f"{said}; the best baseline ({best.label}) {reaches} {figure(other)}{tail}"


def chance(paired: Paired) -> str:
    """Return whether a difference may be chance, with its p-value."""
    said = "is not chance" if paired.p_value < CHANCE else "may be chance"
    return f"the difference {said} ({p_value(paired.p_value)})"


def key_figures(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return what an editor asks first: a figure and what it counts, three times."""
    ours = evaluation.ours
    lists = ours.per_query[MAIN]
    return [
        (percent(float(ours.precision_by_rank[0])), "of first picks are relevant"),
        (
            f"{4 * ours.by_metric['precision@4'].mean:.1f} of 4",
            "picks in a block are relevant, on average",
        ),
        (percent(float((lists == 0).mean())), "of lists have nothing relevant among ten"),
    ]
