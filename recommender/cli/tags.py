"""The commands about tags: seen, proposed to be one, merged, split."""

from dataclasses import asdict

import click

from recommender import terminal
from recommender.cli.shared import author, json_option, settings_of

_reason_option = click.option("--reason", required=True, help="Why; kept in the history.")


@click.group(invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Tags shown.")
@json_option
@click.pass_context
def tags(ctx: click.Context, limit: int, as_json: bool) -> None:
    """Show the tags, those of the most articles first, and which say next to nothing."""
    from recommender.workflows import tagging

    if ctx.invoked_subcommand is not None:
        return
    found = tagging.tags(settings_of(ctx))
    if as_json:
        terminal.print_json([asdict(one) for one in found])
        return
    rows = []
    for one in found[:limit]:
        remark = "too broad to say anything" if one.is_broad else ""
        count, share = f"{one.n_articles:,}", f"{one.share:.1%}"
        rows.append((one.label, count, share, ", ".join(one.aliases), remark))
    terminal.print_table(("tag", "articles", "of all", "merged into it", ""), rows)
    if len(found) > limit:
        click.echo(f"and {len(found) - limit:,} more: --limit {len(found)}")


@tags.command()
@json_option
@click.pass_context
def suggest(ctx: click.Context, as_json: bool) -> None:
    """Propose tags that may be two names of one thing; a person decides."""
    from recommender.workflows import tag_proposals

    found = tag_proposals.suggest(settings_of(ctx))
    if as_json:
        terminal.print_json([tag_proposals.as_json(one) for one in found])
        return
    if not found:
        click.echo("Nothing to propose.")
        return
    head = ("tag", "articles", "may be", "articles", "of both", "alike", "names have in common")
    rows = []
    for one in found:
        counts = (f"{one.n_alias:,}", f"{one.n_canonical:,}", f"{one.n_shared:,}")
        similarity = f"{one.similarity:.2f}"
        names = (one.alias.label, one.canonical.label)
        rows.append(
            (names[0], counts[0], names[1], counts[1], counts[2], similarity, one.likeness.label)
        )
    terminal.print_table(head, rows)
    click.echo("Right? morefrom tags merge TAG “MAY BE” --reason …")


@tags.command()
@click.argument("alias")
@click.argument("canonical")
@_reason_option
@json_option
@click.pass_context
def merge(ctx: click.Context, alias: str, canonical: str, reason: str, as_json: bool) -> None:
    """Make the tag ALIAS another name of the tag CANONICAL."""
    from recommender.workflows import tagging

    event = tagging.merge(settings_of(ctx), alias, canonical, author(), reason)
    if as_json:
        terminal.print_json({**event.detail, "event": event.number})
    else:
        label, slug = event.detail["label"], event.detail["alias"]
        click.echo(
            f"“{slug}” is “{label}” from now on (event {event.number}); train to have it so."
        )


@tags.command()
@click.argument("alias")
@_reason_option
@json_option
@click.pass_context
def split(ctx: click.Context, alias: str, reason: str, as_json: bool) -> None:
    """Let the tag ALIAS, merged before, stand for itself again."""
    from recommender.workflows import tagging

    event = tagging.split(settings_of(ctx), alias, author(), reason)
    if as_json:
        terminal.print_json({**event.detail, "event": event.number})
    else:
        slug = event.detail["alias"]
        click.echo(f"“{slug}” stands for itself again (event {event.number}); train to have it so.")
