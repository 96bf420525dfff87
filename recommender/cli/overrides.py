"""The commands by which editors overrule the model, and say what they think of it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender import terminal
from recommender.cli.shared import PATH, author, json_option, settings_of
from recommender.domain.list_rule import ListRule
from recommender.domain.override import MAX_POSITION, Override, OverrideKind

if TYPE_CHECKING:  # the command line starts faster without what only its types need
    from recommender.domain.event import Event
    from recommender.workflows.override_list import Listed

placement_option = click.option("--placement", help="Only in this place of the site.")
from_option = click.option("--from", "starts_at", help="Begin at this time, not at once.")
until_option = click.option("--until", "ends_at", help="End at this time.")
reason_option = click.option("--reason", required=True, help="Why; kept in the history.")


@click.command()
@click.argument("query_id")
@click.argument("article_id")
@click.option(
    "--position", type=click.IntRange(1, MAX_POSITION), help="Place; default: the next free one."
)
@placement_option
@from_option
@until_option
@reason_option
@json_option
@click.pass_context
def pin(ctx: click.Context, /, reason: str, as_json: bool, **wish: Any) -> None:
    """Put ARTICLE_ID into the list under QUERY_ID."""
    _override(ctx, OverrideKind.PIN, wish, reason, as_json)


@click.command()
@click.argument("article_id")
@click.option("--on", "query_id", help="Only under this article.")
@placement_option
@from_option
@until_option
@reason_option
@json_option
@click.pass_context
def block(ctx: click.Context, /, reason: str, as_json: bool, **wish: Any) -> None:
    """Keep ARTICLE_ID out of the lists under all articles, or under one."""
    _override(ctx, OverrideKind.BLOCK, wish, reason, as_json)


@click.command()
@click.argument("number", type=click.IntRange(1))
@reason_option
@json_option
@click.pass_context
def undo(ctx: click.Context, number: int, reason: str, as_json: bool) -> None:
    """Undo the pin, block or rule of event NUMBER."""
    from recommender.workflows import overriding

    event = overriding.undo(settings_of(ctx), number, author(), reason)
    if as_json:
        terminal.print_json({"event": event.number, "undoes": number})
    else:
        click.echo(f"Event {number} is undone (event {event.number}).")


@click.command()
@click.option("--all", "with_past", is_flag=True, help="Those that ended or were undone too.")
@json_option
@click.pass_context
def overrides(ctx: click.Context, with_past: bool, as_json: bool) -> None:
    """List the pins, blocks and rules in force and to come, and what is wrong with them."""
    from recommender.workflows import override_list

    found = override_list.overrides(settings_of(ctx), with_past=with_past)
    if as_json:
        terminal.print_json([override_list.as_json(one) for one in found])
        return
    if not found:
        click.echo("There is no pin, no block and no rule.")
    for one in found:
        print_override(one)


@click.command()
@click.argument("query_id", required=False)
@click.argument("article_id", required=False)
@click.argument("grade", required=False)
@click.option("--file", type=PATH, help="A CSV file of ratings instead: query_id,article_id,grade.")
@click.option(
    "--undo", "take_back", is_flag=True, help="Take back the last of your ratings instead."
)
@json_option
@click.pass_context
def rate(  # noqa: PLR0913 — one parameter an option
    ctx: click.Context,
    query_id: str | None,
    article_id: str | None,
    grade: str | None,
    file: Path | None,
    take_back: bool,
    as_json: bool,
) -> None:
    """Say how good ARTICLE_ID is under QUERY_ID: good, acceptable, poor or unacceptable."""
    from recommender.workflows import rating

    settings = settings_of(ctx)
    if take_back and query_id is None and file is None:
        event = rating.take_back(settings, author())
        undone = event.detail["undoes"]
        facts: dict[str, object] = {"event": event.number, "undoes": undone}
        said = f"The rating of event {undone} is taken back (event {event.number})."
    elif query_id and article_id and grade and file is None and not take_back:
        event = rating.rate(settings, query_id, article_id, grade, author())
        facts = {"event": event.number, "n_ratings": 1}
        said = f"Rated (event {event.number})."
    elif file is not None and query_id is None and not take_back:
        n_ratings = rating.rate_file(settings, file, author())
        facts = {"file": str(file), "n_ratings": n_ratings}
        said = f"Ratings stored from {file}: {n_ratings:,}."
    else:
        ctx.fail("Name QUERY_ID, ARTICLE_ID and GRADE, or --file FILE, or --undo.")
    if as_json:
        terminal.print_json(facts)
    else:
        click.echo(said)


def _override(
    ctx: click.Context, kind: OverrideKind, wish: dict[str, Any], reason: str, as_json: bool
) -> None:
    from recommender.workflows import override_list, overriding

    settings = settings_of(ctx)
    event = overriding.override(settings, overriding.Wish(kind, **wish), author(), reason)
    told = override_list.overrides(settings, with_past=True)  # another may have undone it already
    made = next(one for one in told if one.event.number == event.number)
    if as_json:
        terminal.print_json(override_list.as_json(made))
    else:
        print_override(made)


def print_override(one: "Listed") -> None:
    """Print an override: what, where and when; who and why; and what is wrong with it.

    Args:
        one: as `overrides` lists it.
    """
    click.echo(f"{one.override.number:>7}  {_head(one.override)}")
    indent = " " * 16
    instants = (("from", one.override.starts_at), ("until", one.override.ends_at))
    window = "".join(f", {word} {_shown(at)}" for word, at in instants if at is not None)
    click.echo(f"{indent}{one.state}{window}")
    click.echo(f"{indent}{_signature(one.event)}")
    if one.undone is not None:
        click.echo(f"{indent}undone by {_signature(one.undone)}")
    if one.problem is not None:
        click.echo(f"{indent}{click.style('cannot be shown', fg='yellow')}: {one.problem}")


def _head(held: Override | ListRule) -> str:
    """Return what was decided, in a line."""
    if isinstance(held, ListRule):
        return f"{'rule':<5}  {held}"
    place = "" if held.position is None else f" at position {held.position}"
    where = "everywhere" if held.query_id is None else f"under {held.query_id}"
    within = "" if held.placement is None else f" in {held.placement}"
    return f"{held.kind:<5}  {click.style(held.article_id, bold=True)}{place} {where}{within}"


def _signature(event: "Event") -> str:
    return f"{event.author}, {_shown(event.at)}: {event.reason}"


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
