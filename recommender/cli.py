"""The command line: parse, call, print. What a command does is in `workflows`.

Each command imports its own workflow, for the libraries of one can take seconds that the others,
and a shell that completes a word, need not wait for.

Exit codes: 0 done; 1 refused or failed; 2 wrong input or a wrong command line; 3 another process
is doing it; 130 interrupted.
"""

import getpass
import os
import signal
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from recommender import terminal
from recommender.errors import MorefromError
from recommender.settings import Settings, load_settings

INTERRUPTED = 130
"""What shells expect of a process that Ctrl-C ended."""

_PATH = click.Path(path_type=Path)
_json_option = click.option("--json", "as_json", is_flag=True, help="Report as JSON, for machines.")


class _OneSentence(click.Group):
    """A group whose commands fail with one sentence and a documented exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MorefromError as error:
            click.echo(f"morefrom: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(cls=_OneSentence, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=_PATH, help="Folder of catalogue and models; also MOREFROM_HOME.")
@click.version_option(package_name="morefrom", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    r"""Related stories for newsrooms, chosen from your own archive.

    \b
    Exit codes: 0 done, 1 refused or failed, 2 wrong input,
    3 another process is doing it, 130 interrupted.
    """
    ctx.obj = home


def _settings(ctx: click.Context, **options: object) -> Settings:
    """Return the settings in force, with what options of this command say instead."""
    given = {name: value for name, value in options.items() if value is not None}
    return load_settings(ctx.obj, options=given)


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=_PATH)
@click.option("--rejects", type=_PATH, help="File for rejected rows; default: data/rejects/….")
@_json_option
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
            _settings(ctx),
            files,
            author=_author(),
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


@main.command()
@click.option("--config", type=_PATH, help="An experiment: a TOML file as in models/configs.")
@click.option("--promote", "promote_it", is_flag=True, help="Make it champion at once.")
@click.option("--if-changed", is_flag=True, help="Do nothing if the champion knows all this.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count(), help="Threads.")
@_json_option
@click.pass_context
def train(
    ctx: click.Context,
    config: Path | None,
    promote_it: bool,
    if_changed: bool,
    jobs: int,
    as_json: bool,
) -> None:
    """Train a model on what is published now."""
    from recommender.workflows import promoting, training

    settings = _settings(ctx)
    task = training.Training(config, if_changed, _author(), jobs)
    with terminal.progress_shown() as show:
        trained = training.train(settings, task, show)
    if promote_it and trained.is_new:
        promoting.promote(settings, trained.version, _author(), "train --promote")
    facts = {**asdict(trained), "promoted": promote_it and trained.is_new}
    if as_json:
        terminal.print_json(facts)
    elif not trained.is_new:
        click.echo(f"Nothing has changed since {trained.version} was trained; it stays champion.")
    else:
        shown = {
            "version": trained.version,
            "articles": trained.n_articles,
            "tags, words and phrases": trained.n_columns,
            "articles without candidates": trained.n_without_candidates,
            "seconds": f"{trained.seconds:.1f}",
            "promoted": "yes"
            if promote_it
            else f"no: morefrom promote {trained.version} --reason …",
        }
        terminal.print_facts(shown)


@main.command()
@_json_option
@click.pass_context
def versions(ctx: click.Context, as_json: bool) -> None:
    """List the versions trained here, newest first."""
    from recommender.workflows import promoting

    found = promoting.versions(_settings(ctx))
    if as_json:
        terminal.print_json([promoting.as_json(one) for one in found])
    else:
        terminal.print_versions(found)


@main.command()
@click.argument("version")
@click.option("--reason", required=True, help="Why; kept in the history.")
@_json_option
@click.pass_context
def promote(ctx: click.Context, version: str, reason: str, as_json: bool) -> None:
    """Make VERSION champion. A running public app follows within two seconds."""
    from recommender.workflows import promoting

    event = promoting.promote(_settings(ctx), version, _author(), reason)
    _print_champion(event.subject, event.number, as_json)


@main.command()
@click.option("--reason", default="rollback", help="Why; kept in the history.")
@_json_option
@click.pass_context
def rollback(ctx: click.Context, reason: str, as_json: bool) -> None:
    """Go back to the champion before this one."""
    from recommender.workflows import promoting

    event = promoting.rollback(_settings(ctx), _author(), reason)
    _print_champion(event.subject, event.number, as_json)


@main.command()
@click.argument("article_id")
@click.option("--limit", type=click.IntRange(1, 20), default=4, show_default=True)
@click.option("--explain", is_flag=True, help="Show every share of each similarity.")
@_json_option
@click.pass_context
def related(ctx: click.Context, article_id: str, limit: int, explain: bool, as_json: bool) -> None:
    """Show the picks for an article as they would be served now."""
    from recommender.workflows import relating

    settings = _settings(ctx)
    found = relating.related(settings, article_id, limit)
    if as_json:
        terminal.print_json(relating.as_json(found))
    else:
        terminal.print_related(found, f"More from {settings.site_name}", explain=explain)


@main.command()
@click.option("--limit", "k", type=click.IntRange(1), default=10, show_default=True)
@click.option("--out", required=True, type=_PATH, help="File to write, one article a line.")
@click.option("--version", help="Version to ask; default: the champion.")
@_json_option
@click.pass_context
def picks(ctx: click.Context, k: int, out: Path, version: str | None, as_json: bool) -> None:
    """Write the plain ranking of every article: what evaluation scores."""
    from recommender.workflows.picking import is_standard_output, write_picks

    settings = _settings(ctx)
    is_report = is_standard_output(out)
    with terminal.progress_shown() as show:
        done = write_picks(
            settings, version, k, out, lambda done, total: show("writing", done, total)
        )
    if is_report:
        return
    if as_json:
        terminal.print_json({"n_articles": done, "out": str(out)})
    else:
        click.echo(f"{done:,} lists of at most {k} picks in {out}")


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--workers", type=int, help="Processes that answer.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the picks, and follow the catalogue, until Ctrl-C."""
    from recommender.workflows import serving

    serving.serve(_settings(ctx, host=host, port=port, workers=workers))


@main.command()
@click.pass_context
def follow(ctx: click.Context) -> None:
    """Carry the catalogue's history to the public app; “morefrom serve” starts this itself."""
    from recommender.workflows import following

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    following.follow(_settings(ctx), stop)


def _print_champion(version: str, number: int, as_json: bool) -> None:
    if as_json:
        terminal.print_json({"champion": version, "event": number})
    else:
        click.echo(f"{version} is champion (event {number}).")


def _author() -> str:
    """Return who sits at this terminal, as the history will name them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in many containers
        return f"user {os.getuid()}"


if __name__ == "__main__":
    main(prog_name="morefrom")
