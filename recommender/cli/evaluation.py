"""The commands that measure: one version beside the baselines, two versions beside each other."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from recommender import terminal
from recommender.cli.shared import PATH, jobs_option, json_option, settings_of

CANDIDATES = click.Choice(["as-of", "all"])
truth_option = click.option(
    "--truth", multiple=True, help="CSV file, or “catalogue” for ratings and pins."
)
truth_kind_option = click.option(
    "--truth-kind",
    type=click.Choice(["links", "clusters", "pairs", "judgements", "labels"]),
    help="Default: by the header of the file.",
)
relevant_from_option = click.option(
    "--relevant-from",
    type=click.FloatRange(0, min_open=True),
    help="Grade from which a pick is relevant.",
)


@click.command()
@click.option("--version", help="Version to evaluate; default: the champion.")
@truth_option
@truth_kind_option
@relevant_from_option
@click.option("--candidates", type=CANDIDATES, help="Which articles may be picks.")
@click.option("--placement", help="Measure the lists as served there.")
@click.option("--limit-queries", type=click.IntRange(1), help="Draw so many queries at random.")
@click.option("--report", type=PATH, help="HTML file to write.")
@click.option("--out", type=PATH, help="JSON file to write, with the figures of every query.")
@jobs_option
@json_option
@click.pass_context
def evaluate(  # noqa: PLR0913 — one parameter an option
    ctx: click.Context,
    version: str | None,
    truth: tuple[str, ...],
    truth_kind: str | None,
    relevant_from: float | None,
    candidates: str | None,
    placement: str | None,
    limit_queries: int | None,
    report: Path | None,
    out: Path | None,
    jobs: int,
    as_json: bool,
) -> None:
    """Measure how good a version's picks are, beside plain ways to rank."""
    from recommender.cli.evaluation_tables import print_evaluation
    from recommender.evaluation.report import render_report
    from recommender.evaluation.truth import TruthKind
    from recommender.workflows import evaluating
    from recommender.workflows.plain import Candidates
    from recommender.workflows.truths import Asked

    _check_apart(out, report)
    task = evaluating.Evaluating(
        version,
        Asked(truth, TruthKind(truth_kind) if truth_kind else None, relevant_from),
        Candidates(candidates) if candidates else None,
        placement,
        limit_queries,
        jobs,
    )
    with terminal.progress_shown() as show:
        found = evaluating.evaluate(settings_of(ctx), task, show)
    if as_json:
        terminal.print_json(found.to_json_values(per_query=False))
    else:
        print_evaluation(found)
    if out is not None:
        _write(out, json.dumps(found.to_json_values(), ensure_ascii=False))
    if report is not None:
        _write(report, render_report(found, made_at=datetime.now(UTC)))


@click.command()
@click.argument("first")
@click.argument("second")
@truth_option
@truth_kind_option
@click.option(
    "--candidates",
    type=CANDIDATES,
    default="as-of",
    show_default=True,
    help="Which articles may be picks where lists are judged.",
)
@json_option
@click.pass_context
def compare(  # noqa: PLR0913 — one parameter an option
    ctx: click.Context,
    first: str,
    second: str,
    truth: tuple[str, ...],
    truth_kind: str | None,
    candidates: str,
    as_json: bool,
) -> None:
    """Show what changes from version FIRST to SECOND: figures, lists, the most changed ones."""
    from recommender.cli.evaluation_tables import print_comparison
    from recommender.evaluation.truth import TruthKind
    from recommender.workflows import comparing
    from recommender.workflows.plain import Candidates
    from recommender.workflows.truths import Asked

    asked = Asked(truth, TruthKind(truth_kind) if truth_kind else None)
    task = comparing.Comparing(first, second, asked, Candidates(candidates))
    with terminal.progress_shown() as show:
        found = comparing.compare(settings_of(ctx), task, show)
    if as_json:
        terminal.print_json(found.to_json_values())
    else:
        print_comparison(found)


def _check_apart(out: Path | None, report: Path | None) -> None:
    """See that one file is not to hold two things.

    Raises:
        UsageError: if it is.
    """
    if out is not None and report is not None and out.absolute() == report.absolute():
        message = "--out and --report name one file: each needs its own."
        raise click.UsageError(message)


def _write(path: Path, text: str) -> None:
    from recommender.ranking.atomic import replacing

    with replacing(path) as file:
        file.write(text.encode())
