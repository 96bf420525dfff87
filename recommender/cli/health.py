"""The command that looks at all lists, and says what an editor can mend."""

from typing import TYPE_CHECKING

import click

from recommender import terminal
from recommender.cli.shared import json_option, settings_of
from recommender.domain.placement import DEFAULT_PLACEMENT

if TYPE_CHECKING:  # the command line starts faster without what only its types need
    from recommender.workflows.health_report import Entry, Health, Worklist


@click.command()
@click.option("--placement", default=DEFAULT_PLACEMENT, show_default=True, help="Whose lists.")
@click.option(
    "--limit", type=click.IntRange(0), default=5, show_default=True, help="Named of each."
)
@json_option
@click.pass_context
def health(ctx: click.Context, placement: str, limit: int, as_json: bool) -> None:
    """Look at the list under every article, and keep for the desk what an editor can mend."""
    from recommender.workflows import health as examining
    from recommender.workflows import health_report
    from recommender.workflows.log import opened

    settings = settings_of(ctx)
    with terminal.progress_shown() as show:
        found = examining.examine(settings, show, placement)
    if as_json:
        terminal.print_json(health_report.as_json(found))
        return
    _print_facts(found)
    with opened(settings) as log:
        for work in found.worklists.values():
            shown = work.entries[:limit]
            titles = log.titles([entry.subject for entry in shown])
            _print_worklist(work, [_line(work, entry, titles) for entry in shown])


def _print_facts(found: "Health") -> None:
    terminal.print_facts(
        {
            "lists looked at": found.n_articles,
            "of the placement": found.placement,
            "model": f"{found.version}, trained {found.trained_at}",
            "new or corrected since": found.n_later,
            "newest article": found.newest_at or "undated",
        }
    )


def _print_worklist(work: "Worklist", lines: list[str]) -> None:
    from recommender.workflows.health_words import WORDS

    said = WORDS[work.ailment]
    share = f" of {work.of:,}" if work.of else ""
    click.echo(f"\n{click.style(said.title, bold=True)}: {work.n:,}{share}")
    if not work.n:
        return
    if work.is_general:
        click.echo("  Nearly all articles: a matter of what is imported, not of each of them.")
        return
    click.echo(f"  {said.meaning}")
    for line in lines:
        click.echo(f"    {line}")
    if work.n > len(lines):
        click.echo(f"    and {work.n - len(lines):,} more")


def _line(work: "Worklist", entry: "Entry", titles: dict[str, str]) -> str:
    from recommender.workflows.health_words import WORDS, Ailment

    more, counted = entry.more, WORDS[work.ailment].counted
    count = "" if entry.n is None else f"  ({entry.n:,} {counted})"
    match work.ailment:
        case Ailment.SYNONYMS:
            pair = (more["alias"], more["canonical"])
            one, other = (f"{tag['label']} ({tag['n_articles']:,})" for tag in pair)
            return f"{one} is {other}?"
        case Ailment.BROAD_TAGS:
            return f"{more['label']}{count}"
        case Ailment.DEAD_PINS:
            where = f"{more.get('article_id')} under {more.get('query_id')}"
            return f"event {entry.subject}: {where}: {more['problem']}"
        case Ailment.ENDED:
            ended = f"{more['kind']}, ended {more['ends_at']}"
            return f"event {entry.subject}: {ended}: {more['reason']}"
        case _:
            return f"{entry.subject}  {titles.get(entry.subject, '')}{count}"
