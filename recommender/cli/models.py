"""The commands about models: trained, listed, promoted, written out."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click

from recommender import terminal
from recommender.cli.shared import PATH, author, jobs_option, json_option, settings_of


@click.command()
@click.option("--config", type=PATH, help="An experiment: a TOML file as in models/configs.")
@click.option("--promote", "promote_it", is_flag=True, help="Make it champion at once.")
@click.option("--if-changed", is_flag=True, help="Do nothing if the champion knows all this.")
@click.option("--memory", metavar="SIZE", help="To hold at once while comparing, as in 8G.")
@jobs_option
@json_option
@click.pass_context
def train(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    config: Path | None,
    promote_it: bool,
    if_changed: bool,
    memory: str | None,
    jobs: int,
    as_json: bool,
) -> None:
    """Train a model on what is published now."""
    from recommender.workflows import promoting, training

    settings = settings_of(ctx, memory=memory)
    task = training.Training(config, if_changed, author(), jobs)
    with terminal.progress_shown() as show:
        trained = training.train(settings, task, show)
    if promote_it and trained.is_new:
        promoting.promote(settings, trained.version, author(), "train --promote")
    facts = {**asdict(trained), "promoted": promote_it and trained.is_new}
    if as_json:
        terminal.print_json(facts)
    elif not trained.is_new:
        click.echo(f"Nothing has changed since {trained.version} was trained; it stays champion.")
    else:
        shown: dict[str, object] = {
            "version": trained.version,
            "articles": trained.n_articles,
            "tags, words and phrases": trained.n_columns,
            "articles without candidates": trained.n_without_candidates,
            "stories told more than once": trained.n_stories,
            "articles that tell one of them": trained.n_in_stories,
            "similarity closer than chance": f"{trained.median_floor:.3f}",
            "languages": ", ".join(f"{code} {n:,}" for code, n in trained.languages.items()),
            "search": _how_found(trained.search),
            **{
                f"paragraphs left out: {reason}": counts["paragraphs"]
                for reason, counts in trained.dropped.items()
            },
            "seconds": f"{trained.seconds:.1f}",
            "promoted": "yes"
            if promote_it
            else f"no: morefrom promote {trained.version} --reason …",
        }
        terminal.print_facts(shown)


def _how_found(search: dict[str, Any]) -> str:
    """Return in a few words how a version's nearest articles were found."""
    recalls = search.get("recall", {})
    parts = [
        f"{one['mean']:.1%} of the first {at.removeprefix('at_')}" for at, one in recalls.items()
    ]
    return f"{search['mode']}: {', '.join(parts)}" if parts else str(search["mode"])


@click.command()
@json_option
@click.pass_context
def versions(ctx: click.Context, as_json: bool) -> None:
    """List the versions trained here, newest first."""
    from recommender.workflows import promoting

    found = promoting.versions(settings_of(ctx))
    if as_json:
        terminal.print_json([promoting.as_json(one) for one in found])
    else:
        terminal.print_versions(found)


@click.command()
@click.argument("version")
@click.option("--reason", required=True, help="Why; kept in the history.")
@json_option
@click.pass_context
def promote(ctx: click.Context, version: str, reason: str, as_json: bool) -> None:
    """Make VERSION champion. A running public app follows within two seconds."""
    from recommender.workflows import promoting

    event = promoting.promote(settings_of(ctx), version, author(), reason)
    _print_champion(event.subject, event.number, as_json)


@click.command()
@click.option("--reason", default="rollback", help="Why; kept in the history.")
@json_option
@click.pass_context
def rollback(ctx: click.Context, reason: str, as_json: bool) -> None:
    """Go back to the champion before this one."""
    from recommender.workflows import promoting

    event = promoting.rollback(settings_of(ctx), author(), reason)
    _print_champion(event.subject, event.number, as_json)


@click.command()
@click.option("--limit", "k", type=click.IntRange(1), default=10, show_default=True)
@click.option("--out", required=True, type=PATH, help="File to write, one article a line.")
@click.option("--version", help="Version to ask; default: the champion.")
@click.option(
    "--candidates",
    type=click.Choice(["all", "as-of"]),
    help="For plain lists: all articles [default], or what was published when the query was.",
)
@click.option("--placement", help="Lists as served in this place of the site now, not plain ones.")
@json_option
@click.pass_context
def picks(ctx: click.Context, /, out: Path, as_json: bool, **asked: Any) -> None:
    """Write the list of every article: plain as evaluation scores it, or as served."""
    from recommender.workflows.picking import Wanted, is_standard_output, write_picks

    wanted = Wanted.of(**asked)
    settings = settings_of(ctx)
    is_report = is_standard_output(out)
    with terminal.progress_shown() as show:
        done = write_picks(settings, wanted, out, partial(show, "writing"))
    if is_report:
        return
    if as_json:
        terminal.print_json({"n_articles": done, "out": str(out)})
    else:
        click.echo(f"{done:,} lists of at most {wanted.k} picks in {out}")


def _print_champion(version: str, number: int, as_json: bool) -> None:
    if as_json:
        terminal.print_json({"champion": version, "event": number})
    else:
        click.echo(f"{version} is champion (event {number}).")
