"""Evaluations in the terminal, readable at 100 columns."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import click

from recommender import terminal
from recommender.evaluation.beyond_results import Beyond
from recommender.evaluation.comparison import Comparison, Measured, Titled
from recommender.evaluation.results import (
    METRICS,
    Estimate,
    Evaluation,
    Paired,
    Reliability,
    TruthSummary,
)

_WIDTH = 98
_COLUMNS = ("ndcg@4", "ndcg@10", "recall@10", "mrr", "map")
_MAIN = "ndcg@10"
_LABEL, _CELL, _LAST = 24, 11, 18
_N_HUBS = 3
_N_CHANGED, _SIDE = 5, 47


def print_evaluation(found: Evaluation) -> None:
    """Print what an evaluation found.

    Args:
        found: all of it.
    """
    judged = f"version {found.version}, {found.n_articles:,} articles"
    click.secho(judged, bold=True)
    for line in _of_truth(found.truth, found.candidates):
        click.echo(line)
    click.echo()
    _print_row("", [METRICS[name] for name in _COLUMNS], "ours better by")
    for system in found.systems:
        _print_system(system.label, system.by_metric, system.against_ours, bold=system.is_ours)
    click.echo()
    click.echo(
        textwrap.fill(
            f"Means over {found.truth.n_queries:,} queries with 95 % intervals; MRR and MAP look "
            f"at {found.depth} ranks; “ours better by” is the difference in {METRICS[_MAIN]}.",
            _WIDTH,
        )
    )
    click.echo()
    _print_beyond(found.beyond)
    if found.reliability is not None:
        _print_reliability(found.reliability)
    click.echo(f"\n{found.seconds:.1f} seconds")


def print_comparison(found: Comparison) -> None:
    """Print what differs between two versions.

    Args:
        found: all of it.
    """
    terminal.print_facts(
        {
            "from": found.first,
            "to": found.second,
            "articles in both": found.n_lists,
            "only in the first": found.n_only_first,
            "only in the second": found.n_only_second,
            f"lists of {found.k} that change": f"{found.changed:.1%}",
            "of these in the first four": f"{found.changed_at_top:.1%}",
            "rank-biased overlap": f"{found.overlap:.3f} on average; "
            + ", ".join(f"{float(q):.0%} {at:.2f}" for q, at in found.overlap_quantiles.items()),
        }
    )
    if found.measured is not None:
        click.echo()
        _print_measured(found.measured)
    for changed in found.most_changed[:_N_CHANGED]:
        click.echo()
        click.secho(_cut(changed.query.title, _WIDTH), bold=True)
        click.secho(f"  {changed.query.id}, overlap {changed.overlap:.2f}", dim=True)
        before, after = _titles(changed.before), _titles(changed.after)
        for place in range(max(len(before), len(after))):
            left = before[place] if place < len(before) else ""
            right = after[place] if place < len(after) else ""
            click.echo(f"  {left:<{_SIDE}}  {right}".rstrip())


def _of_truth(truth: TruthSummary, candidates: str) -> Iterable[str]:
    sentences = [truth.description]
    if truth.files:
        sentences.append(f"From {', '.join(truth.files)}.")
    if candidates == "as-of":
        sentences.append("Candidates: what was published when the query was.")
    else:
        sentences.append("Candidates: all articles.")
    if truth.relevant_from != 1:
        sentences.append(f"Relevant from grade {truth.relevant_from:g} on.")
    if truth.n_unknown_ids:
        sentences.append(f"Ids that the version does not have: {truth.n_unknown_ids:,}.")
    if truth.n_without_candidates:
        sentences.append(
            f"Queries left out for want of a relevant candidate: {truth.n_without_candidates:,}."
        )
    return textwrap.wrap(" ".join(sentences), _WIDTH)


def _print_system(
    label: str,
    by_metric: Mapping[str, Estimate],
    against_ours: Mapping[str, Paired] | None,
    *,
    bold: bool,
) -> None:
    found = [by_metric[name] for name in _COLUMNS]
    pair = None if against_ours is None else against_ours[_MAIN]
    means = [f"{one.mean:.3f}" for one in found]
    _print_row(label, means, "" if pair is None else _difference(pair), bold=bold)
    spans = [_span(one) for one in found]
    _print_row("", spans, "" if pair is None else _p_value(pair), dim=True)


def _print_measured(measured: Measured) -> None:
    for line in _of_truth(measured.truth, measured.candidates):
        click.echo(line)
    click.echo(f"Queries: {measured.truth.n_queries:,}.")
    click.echo()
    _print_row("", [METRICS[name] for name in _COLUMNS], "")
    _print_system("from", measured.first, None, bold=False)
    _print_system("to", measured.second, None, bold=False)
    found = [measured.differences[name] for name in _COLUMNS]
    _print_row("difference", [_difference(one) for one in found], "", bold=True)
    _print_row("", [_p_value(one) for one in found], "", dim=True)


def _print_beyond(beyond: Beyond) -> None:
    ages = beyond.ages
    facts: dict[str, object] = {
        f"in lists of {beyond.k}": f"{beyond.coverage:.1%} of all articles",
        "never picked": f"{beyond.never_picked:.1%}",
        "Gini of picks": f"{beyond.gini:.2f} (0 even, 1 all to one)",
        "same story twice": f"{beyond.same_story_rate:.1%} of picks",
        "likeness within a list": _or_dash(beyond.intra_list_similarity),
    }
    if ages is not None:
        facts["age of picks"] = (
            f"median {ages.quantiles['0.5']:,.0f} days, four of five from "
            f"{ages.quantiles['0.1']:,.0f} to {ages.quantiles['0.9']:,.0f} (below 0: newer)"
        )
    if beyond.language_mixing is not None:
        facts["in another language"] = f"{beyond.language_mixing:.1%} of picks"
    if beyond.fallback_rate is not None:
        facts["from the ladder"] = f"{beyond.fallback_rate:.1%} of picks"
    facts["short lists"] = f"{beyond.short_rate:.1%}"
    terminal.print_facts(facts)
    for hub in beyond.hubs[:_N_HUBS]:
        click.echo(_cut(f"picked {hub.n_lists:,} times: {hub.title}", _WIDTH))


def _print_reliability(found: Reliability) -> None:
    click.echo(
        textwrap.fill(
            f"Probability of relevance, fitted on {found.n_fitted:,} graded pairs and held against "
            f"{found.n_held_out:,} others (relevant from grade {found.relevant_from:g}): Brier "
            f"score {found.brier:.3f}, always saying the mean {found.brier_of_mean:.3f}.",
            _WIDTH,
            initial_indent="\n",
        )
    )
    rows = [
        (
            f"{one.low:.2f}–{one.high:.2f}",
            f"{one.n:,}",
            _or_dash(one.predicted),
            f"{one.share.mean:.2f} ({_span(one.share)})",
        )
        for one in found.bins
    ]
    terminal.print_table(("similarity", "pairs", "promised", "relevant"), rows)


def _print_row(
    label: str, cells: Sequence[str], last: str, *, bold: bool = False, dim: bool = False
) -> None:
    shown = "".join(f"{cell:>{_CELL}}" for cell in cells)
    line = f"{_cut(label, _LABEL):<{_LABEL}}{shown}{last:>{_LAST}}".rstrip()
    click.secho(line, bold=bold, dim=dim)


def _difference(pair: Paired) -> str:
    return f"{pair.difference.mean:+.3f}".replace("-", "−")


def _p_value(pair: Paired) -> str:
    return "p < 0.001" if pair.p_value < 0.001 else f"p = {pair.p_value:.3f}"


def _span(estimate: Estimate) -> str:
    """Return the ends of an interval in four characters each, so that columns stay apart."""
    ends = (f"{end:.3f}" for end in (estimate.low, estimate.high))
    return "–".join(end[1:] if end.startswith("0") else end[:4] for end in ends)


def _or_dash(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _titles(picks: Sequence[Titled]) -> list[str]:
    numbered = enumerate(picks, start=1)
    return [_cut(f"{rank:>2}. {pick.title}", _SIDE) for rank, pick in numbered]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
