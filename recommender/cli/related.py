"""`morefrom related`: the picks for an article, why they are there, and why another is not."""

import textwrap
from typing import TYPE_CHECKING, Any

import click

from recommender import terminal
from recommender.cli.shared import json_option, settings_of
from recommender.domain.pick import Explanation
from recommender.domain.placement import DEFAULT_PLACEMENT

if TYPE_CHECKING:  # the command line starts faster without what only its types need
    from recommender.ranking.cards import Card
    from recommender.ranking.rerank import Selected
    from recommender.workflows.relating import Related
    from recommender.workflows.why_not import Answer

_MAX_SHARES = 8
_PLACEMENT_HELP = "Place of the site whose list is wanted; see “morefrom placements”."


@click.command()
@click.argument("article_id")
@click.option("--limit", type=click.IntRange(1, 20), default=4, show_default=True)
@click.option("--placement", default=DEFAULT_PLACEMENT, show_default=True, help=_PLACEMENT_HELP)
@click.option("--explain", is_flag=True, help="Show every share of each similarity.")
@click.option("--why-not", "other_id", help="Say instead why this article is not among the picks.")
@json_option
@click.pass_context
def related(
    ctx: click.Context,
    /,
    article_id: str,
    other_id: str | None,
    explain: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Show the picks for an article as they would be served now."""
    from recommender.workflows import relating, why_not

    settings = settings_of(ctx)
    if other_id is not None:
        answer = why_not.why_not(settings, article_id, other_id, **asked)
        if as_json:
            terminal.print_json(why_not.as_json(answer))
        else:
            _print_why_not(answer, explain=explain)
        return
    found = relating.related(settings, article_id, **asked)
    if as_json:
        terminal.print_json(relating.as_json(found))
    else:
        _print_related(found, f"More from {settings.site_name}", explain=explain)


def _print_related(found: "Related", label: str, *, explain: bool) -> None:
    """Print an article and its picks as an editor reads them."""
    _print_head(found.query)
    click.echo()
    click.secho(label, bold=True)
    if not found.selection.picks:
        click.echo("  nothing: there is no other article")
    for selected, explanation in zip(found.selection.picks, found.explanations, strict=True):
        _print_pick(selected)
        if explain and explanation is not None:
            _print_explanation(explanation, selected.pick.moved)


def _print_why_not(answer: "Answer", *, explain: bool) -> None:
    """Print two articles, and why the one is not under the other."""
    _print_head(answer.facts.query)
    click.echo()
    click.secho("Why not?", bold=True)
    _print_head(answer.facts.other)
    click.echo()
    click.echo(textwrap.fill(answer.sentence, terminal.WIDTH))
    for sentence in answer.more:
        click.echo(textwrap.fill(f"- {sentence}", terminal.WIDTH, subsequent_indent="  "))
    if explain and answer.found is not None and answer.found.explanation is not None:
        click.echo()
        _print_explanation(answer.found.explanation, 0)


def _print_head(card: "Card") -> None:
    tags = ", ".join(tag.label for tag in card.tags)
    date = (card.published_at or "no date")[:10]
    click.secho(card.title, bold=True)
    click.echo("  " + " · ".join(part for part in (date, card.section, tags) if part))


def _print_pick(selected: "Selected") -> None:
    pick, card = selected.pick, selected.card
    score = "  —  " if pick.score is None else f"{pick.score:.3f}"
    click.echo(f"  {pick.rank}. {score}  {click.style(card.title, bold=True)}")
    if card.summary:
        indent = " " * 12
        click.echo(
            textwrap.fill(
                card.summary, terminal.WIDTH, initial_indent=indent, subsequent_indent=indent
            )
        )
    rung = "" if pick.rung is None else f": {pick.rung}"
    click.echo(f"            {pick.reason.label} ({pick.slot}, {pick.origin}{rung})")


def _print_explanation(explanation: Explanation, moved: int) -> None:
    shown = explanation.shares[:_MAX_SHARES]
    for share in shown:
        bar = "▪" * max(1, round(40 * share.share / max(explanation.similarity, 1e-6)))
        click.echo(f"            {share.share:.6f}  {share.kind:<6}  {share.label:<24} {bar}")
    rest = explanation.shares[_MAX_SHARES:]
    if rest:
        total = sum(share.share for share in rest)
        click.echo(f"            {total:.6f}  and {len(rest)} more in common")
    click.echo(f"            {explanation.similarity:.6f}  similarity, the sum of all shares")
    for name, value in explanation.factors:
        click.echo(f"          × {value:.6f}  {name}")
    if explanation.factors:
        click.echo(f"          = {explanation.score:.6f}  score")
    if moved:
        click.echo(f"            moved by {moved:+d} for diversity")
