"""The command that tells who did what, when and why."""

import sys

import click

from recommender import terminal
from recommender.cli.shared import json_option, settings_of
from recommender.domain.event import EventKind

_KINDS = [kind.value for kind in EventKind]


@click.command()
@click.option("--by", "author", help="Only what this person, token or user did.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Only this; may be repeated."
)
@click.option("--about", "subject", help="Only what is about this article, version or policy.")
@click.option(
    "--from", "since", help="Only from this time on; a date begins in the newsroom's zone."
)
@click.option("--until", help="Only before this time; a date is meant to its end.")
@click.option("--before", type=click.IntRange(1), help="Only events of a smaller number.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Lines.")
@click.option("--each", is_flag=True, help="Every event by itself, not an import as one.")
@click.option("--csv", "as_csv", is_flag=True, help="All of it as a table for spreadsheets.")
@json_option
@click.pass_context
def log(  # noqa: PLR0913 — one parameter an option
    ctx: click.Context,
    author: str | None,
    kinds: tuple[str, ...],
    subject: str | None,
    since: str | None,
    until: str | None,
    before: int | None,
    limit: int,
    each: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Tell who did what, when and why, the newest first."""
    from recommender.workflows import log as telling
    from recommender.workflows.log_sought import read_sought

    settings = settings_of(ctx)
    said = {"by": author, "about": subject, "from": since, "until": until}
    sought = read_sought(said, kinds, settings.time_zone)
    with telling.opened(settings) as held:
        if as_csv:
            for line in held.csv(sought, each=each):
                sys.stdout.write(line)
            return
        read = held.each if each else held.page
        lines = read(sought, before or telling.NEWEST, limit)
    if as_json:
        terminal.print_json([telling.as_json(one) for one in lines])
        return
    if not lines:
        click.echo("Nothing of that kind has happened.")
    for one in lines:
        first = one.first
        number = click.style(f"{first.number:>8}", dim=True)
        reason = f": {first.reason}" if first.reason else ""
        name = click.style(first.author, bold=True)
        click.echo(f"{number}  {first.at:%Y-%m-%d %H:%M} UTC  {name} {one.what}{reason}")
    if len(lines) == limit:
        click.echo(f"Earlier: --before {lines[-1].first.number}")
