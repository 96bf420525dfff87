"""The commands about articles as the newsroom wrote them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender import terminal
from recommender.cli.shared import PATH, author, json_option, settings_of

if TYPE_CHECKING:  # the command line starts faster without what only its types need
    from recommender.workflows.importing import ImportReport


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--rejects", type=PATH, help="File for rejected rows; default: data/rejects/….")
@click.option(
    "--sync", is_flag=True, help="The files are all there is: retract what they do not have."
)
@click.option("--force", is_flag=True, help="With --sync: retract however many that may be.")
@json_option
@click.pass_context
def import_command(
    ctx: click.Context,
    files: tuple[Path, ...],
    rejects: Path | None,
    sync: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Import articles from FILES: JSON Lines, CSV or Parquet, plain or gzipped.

    Again and again if you like. Rows that cannot be taken are told in a file of rejects, and the
    others are kept. Exits with 1 if not a single row could be taken.
    """
    from recommender.workflows.importing import import_files

    if force and not sync:
        ctx.fail("--force goes with --sync: it lets a full export retract many articles.")
    with terminal.progress_shown() as show:
        report = import_files(
            settings_of(ctx),
            files,
            author=author(),
            rejects_path=rejects,
            sync=sync,
            force=force,
            progress=lambda done, total: show("importing", done, total),
        )
    if as_json:
        terminal.print_json(report.as_json())
    else:
        _print_report(report, sync=sync)
    if report.rejected and not report.n_kept:
        ctx.exit(1)


def _print_report(report: "ImportReport", *, sync: bool) -> None:
    """Print the counts, and of the rest what there is."""
    facts: dict[str, object] = {
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
    }
    if sync:
        facts["retracted"] = report.retracted
    if report.rejects_path is not None:
        facts["rejects in"] = str(report.rejects_path)
    if report.with_markup:
        facts["HTML made text"] = report.with_markup
    if report.dropped_elements:
        dropped = (f"{name} ({n:,})" for name, n in report.dropped_elements.items())
        facts["left out of it"] = ", ".join(dropped)
    if report.ignored_keys:
        facts["ignored keys"] = ", ".join(report.ignored_keys)
    terminal.print_facts(facts)


@click.command()
@click.argument("article_id")
@json_option
@click.pass_context
def text(ctx: click.Context, article_id: str, as_json: bool) -> None:
    """Show which paragraphs of an article the champion reads, and why not the others."""
    from recommender.workflows import reading

    read = reading.read_article(settings_of(ctx), article_id)
    if as_json:
        terminal.print_json(reading.as_json(read))
    else:
        terminal.print_text(read)
