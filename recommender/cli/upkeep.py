"""The commands that keep a home well: `doctor`, `backup`, `restore` and `erase`."""

from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender import terminal
from recommender.cli.shared import PATH, author, json_option, settings_of
from recommender.settings import load_settings

if TYPE_CHECKING:  # the command line starts faster without what only its types need
    from recommender.workflows.doctor import Treated

_MARKS = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "error": ("✗", "red"),
}


@click.command()
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, and say what was done.")
@click.option("--thorough", is_flag=True, help="Look at every revision and every index.")
@click.option("--warm", is_flag=True, help="Compile the loops now, so that nobody waits later.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, fix: bool, thorough: bool, warm: bool, as_json: bool) -> None:
    """Look at everything that can go wrong, and say what to do about it.

    Exits with 1 if an error remains.
    """
    from recommender.workflows import doctor as surgery
    from recommender.workflows.checks.finding import Visit

    findings = surgery.examine_home(
        lambda: load_settings(ctx.obj),
        lambda settings: Visit(settings, datetime.now(UTC), thorough, warm),
    )
    treated = surgery.treat(findings) if fix else [surgery.Treated(one) for one in findings]
    if as_json:
        terminal.print_json(surgery.as_json(treated))
    else:
        _print_findings(treated)
    if any(one.is_error for one in treated):
        ctx.exit(1)


@click.command()
@click.argument("file", type=PATH)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@json_option
@click.pass_context
def backup(ctx: click.Context, file: Path, force: bool, as_json: bool) -> None:
    """Write catalogue, models and settings into FILE, while all of them are in use.

    Exits with 1 if a damaged model version had to be left out; all else is in the file then.
    """
    from recommender.workflows.backup import backup as write_backup
    from recommender.workflows.picking import is_standard_output

    settings = settings_of(ctx)
    with terminal.progress_shown() as show:
        done = write_backup(settings, file, force=force, progress=show)
    for problem in done.left_out.values():
        click.echo(f"morefrom: left out: {problem}", err=True)
    if not is_standard_output(file):
        if as_json:
            terminal.print_json({"file": str(file), **asdict(done)})
        else:
            facts = {
                "articles": done.articles,
                "revisions": done.revisions,
                "versions": len(done.versions),
                "up to event": done.last_event,
                "in": str(file),
            }
            terminal.print_facts(facts)
    if done.left_out:
        ctx.exit(1)


@click.command()
@click.argument("file", type=PATH)
@json_option
@click.pass_context
def restore(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Bring back from FILE what a backup wrote, into an empty home."""
    from recommender.workflows.restore import restore as bring_back

    with terminal.progress_shown() as show:
        done = bring_back(settings_of(ctx), file, show)
    if as_json:
        terminal.print_json(asdict(done))
        return
    facts = {
        "articles": done.articles,
        "revisions": done.revisions,
        "versions": len(done.versions),
        "up to event": done.last_event,
        "in": done.home,
    }
    if done.settings_kept:
        facts["settings"] = "your own morefrom.toml stays in force"
    terminal.print_facts(facts)


@click.command()
@click.argument("article_id")
@click.option("--reason", required=True, help="Why; kept in the history.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
@click.pass_context
def erase(ctx: click.Context, article_id: str, reason: str, yes: bool, as_json: bool) -> None:
    """Remove ARTICLE_ID for good, from the history and from every model version.

    Exits with 1 if a damaged model version had to be left as it is; all else is done then.
    """
    from recommender.workflows import erasing

    settings = settings_of(ctx)
    if not yes:
        wanted = erasing.plan(settings, article_id)
        if wanted.erased_at is not None:
            click.echo(f"It was erased at {wanted.erased_at:%Y-%m-%d %H:%M:%S} UTC.", err=True)
        click.echo(f"Revisions: {wanted.revisions:,}.", err=True)
        versions = ", ".join(wanted.versions) or "none"
        click.echo(f"Model versions that hold it: {versions}.", err=True)
        click.confirm(f"Erase {article_id} for good?", abort=True, err=True)
    with terminal.progress_shown() as show:
        done = erasing.erase(settings, article_id, author(), reason, show)
    for problem in done.left_out.values():
        click.echo(f"morefrom: left as it is: {problem}", err=True)
    if as_json:
        terminal.print_json({"article_id": article_id, **asdict(done)})
    else:
        facts = {
            "erased": article_id,
            "event": done.event,
            "revisions": done.revisions,
            "versions": ", ".join(done.versions) or "none",
        }
        if not done.is_forgotten:
            facts["to be done"] = "VACUUM FULL revision, event, article: your server keeps old rows"
        terminal.print_facts(facts)
    if done.left_out:
        ctx.exit(1)


def _print_findings(treated: "list[Treated]") -> None:
    """Print findings by subject; what is in order takes one line."""
    for check, group in groupby(treated, key=lambda one: one.finding.check):
        for place, one in enumerate(group):
            mark, colour = _MARKS[one.finding.severity]
            head = f"{check:<10}" if place == 0 else " " * 10
            click.echo(f"{head} {click.style(mark, fg=colour)} {one.finding.sentence}")
            if one.done:
                click.echo(f"{'':<12} mended: {one.done}")
            elif one.finding.remedy:
                click.echo(f"{'':<12} {one.finding.remedy}")
    n_errors = sum(one.is_error for one in treated)
    n_warnings = sum(one.finding.severity == "warning" and not one.done for one in treated)
    click.echo()
    if n_errors or n_warnings:
        click.secho(f"{n_errors} to mend, {n_warnings} to look at.", bold=True)
    else:
        click.secho("All is well.", bold=True)
