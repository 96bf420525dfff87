"""The commands about articles as the newsroom wrote them."""

from pathlib import Path
from typing import Any

import click

from recommender import terminal
from recommender.cli.shared import PATH, author, json_option, settings_of


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--rejects", type=PATH, help="File for rejected rows; default: data/rejects/….")
@json_option
@click.pass_context
def import_command(
    ctx: click.Context, files: tuple[Path, ...], rejects: Path | None, as_json: bool
) -> None:
    """Import articles from JSON Lines FILES, plain or gzipped; again and again if you like.

    Rows that cannot be taken are told in a file of rejects, and the others are kept. Exits with 1
    if not a single row could be taken.
    """
    from recommender.workflows.importing import import_files

    with terminal.progress_shown() as show:
        report = import_files(
            settings_of(ctx),
            files,
            author=author(),
            rejects_path=rejects,
            progress=lambda done, total: show("importing", done, total),
        )
    facts: dict[str, Any] = {
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
    }
    n_kept = report.new + report.changed + report.unchanged
    where = None if report.rejects_path is None else str(report.rejects_path)
    if as_json:
        terminal.print_json({**facts, "rejects": where, "ignored_keys": report.ignored_keys})
    else:
        if where is not None:
            facts["rejects in"] = where
        if report.ignored_keys:
            facts["ignored keys"] = ", ".join(report.ignored_keys)
        terminal.print_facts(facts)
    if report.rejected and not n_kept:
        ctx.exit(1)
