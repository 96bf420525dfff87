"""The command that learns a configuration from labels."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender import terminal
from recommender.cli.evaluation import (
    CANDIDATES,
    relevant_from_option,
    truth_kind_option,
    truth_option,
)
from recommender.cli.shared import PATH, jobs_option, json_option, settings_of

if TYPE_CHECKING:
    from recommender.evaluation.halves import Half
    from recommender.workflows.tuning import Tuned

_MAY_BE_CHANCE = 0.05


@click.command()
@truth_option
@truth_kind_option
@relevant_from_option
@click.option(
    "--candidates",
    type=CANDIDATES,
    default="as-of",
    show_default=True,
    help="Which articles may be picks.",
)
@click.option(
    "--stories",
    type=PATH,
    help="CSV file id,cluster of rewrites of one story: learn when two articles are one.",
)
@click.option("--config", type=PATH, help="Where to begin; default: the defaults.")
@click.option("--out", type=PATH, required=True, help="Configuration to write, a TOML file.")
@jobs_option
@json_option
@click.pass_context
def tune(  # noqa: PLR0913 — one parameter an option
    ctx: click.Context,
    truth: tuple[str, ...],
    truth_kind: str | None,
    relevant_from: float | None,
    candidates: str,
    stories: Path | None,
    config: Path | None,
    out: Path,
    jobs: int,
    as_json: bool,
) -> None:
    """Learn from labels what words, tags and time are worth in this archive."""
    from recommender.evaluation.truth import TruthKind
    from recommender.workflows import tuning
    from recommender.workflows.plain import Candidates
    from recommender.workflows.truths import Asked

    asked = Asked(truth, TruthKind(truth_kind) if truth_kind else None, relevant_from)
    task = tuning.Tuning(out, asked, config, Candidates(candidates), jobs, stories)
    with terminal.progress_shown() as show:
        tuned = tuning.tune(settings_of(ctx), task, show)
    if as_json:
        terminal.print_json(asdict(tuned))
    else:
        _print(tuned)


def _print(tuned: "Tuned") -> None:
    click.echo(tuned.truth.description)
    for step in tuned.steps:
        changes = ", ".join(f"{name} = {value:g}" for name, value in step.settings.items())
        click.echo(f"  {changes}  ({step.gain:+.4f} on what was learnt from)")
    if not tuned.steps:
        click.echo("  No setting did better than where it stood.")
    if tuned.floor is not None:
        at = tuned.floor
        click.echo(
            f"  floor.similarity = {at.similarity:.3f} ({at.low:.3f}–{at.high:.3f}): above, a pick "
            f"is more likely relevant than not, say {at.n_pairs:,} graded pairs"
        )
    if tuned.stories is not None:
        now, then = tuned.stories.after, tuned.stories.before
        click.echo(
            f"  stories.rewritten = {tuned.stories.rewritten:g}: of {now.n_pairs:,} pairs of newer "
            f"articles in one cluster it joins {now.recall:.0%} (before {then.recall:.0%}), and "
            f"{now.precision:.0%} (before {then.precision:.0%}) of what it joins is one"
        )
    seen = f"the newer, from {tuned.newer_from[:10]} on" if tuned.newer_from else "the others"
    rows = [
        *_rows(f"{tuned.older.n_queries:,} queries learnt from", tuned.older),
        *_rows(f"{tuned.newer.n_queries:,} {seen}, not seen", tuned.newer),
    ]
    terminal.print_table(["queries", "measure", "before", "after", "difference", "p"], rows)
    if tuned.newer.gained["ndcg@10"].p_value > _MAY_BE_CHANCE:
        click.echo("On queries not seen the difference may be chance: more labels would tell.")
    click.echo(
        f"{tuned.n_trials} configurations tried in {tuned.seconds:.0f} s. "
        f"Train with it: morefrom train --config {tuned.out}"
    )


def _rows(name: str, half: "Half") -> list[list[str]]:
    return [
        [
            name if measure == "ndcg@4" else "",
            label,
            f"{half.before[measure].mean:.3f}",
            f"{half.after[measure].mean:.3f}",
            f"{gained.difference.mean:+.3f} "
            f"({gained.difference.low:+.3f}–{gained.difference.high:+.3f})",
            f"{gained.p_value:.2g}",
        ]
        for measure, label in (("ndcg@4", "nDCG@4"), ("ndcg@10", "nDCG@10"))
        for gained in (half.gained[measure],)
    ]
