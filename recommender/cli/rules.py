"""The commands by which editors decide about many lists at once, and take things off the site."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from recommender import terminal
from recommender.cli.overrides import (
    from_option,
    placement_option,
    print_override,
    reason_option,
    until_option,
)
from recommender.cli.shared import author, json_option, settings_of
from recommender.domain.list_rule import RuleKind
from recommender.domain.traits import Traits

if TYPE_CHECKING:
    from recommender.domain.event import Event


def _what_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with the options that name what a stop is about."""
    for option in (
        click.option("--all", "everything", is_flag=True, help="The whole block, on every page."),
        click.option("--tag", help="Articles with this tag."),
        click.option("--article", help="This article, by its id."),
    ):
        command = option(command)
    return command


_KINDS = (RuleKind.NEVER.value, RuleKind.ONLY.value)


@click.command()
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--tag", "tags", multiple=True, help="Articles with this tag; may be repeated.")
@click.option("--section", "sections", multiple=True, help="Articles of this section.")
@click.option("--article", "articles", multiple=True, help="This article, by its id.")
@click.option("--under-tag", multiple=True, help="Under articles with this tag; else under all.")
@click.option("--under-section", multiple=True, help="Under articles of this section.")
@click.option("--under-article", multiple=True, help="Under this article, by its id.")
@click.option("--both-ways", is_flag=True, help="Never the other way round either.")
@placement_option
@from_option
@until_option
@reason_option
@json_option
@click.pass_context
def rule(ctx: click.Context, /, reason: str, as_json: bool, **wish: Any) -> None:
    """Never show some articles under others, or show only them."""
    from recommender.workflows import ruling

    shown = Traits(*(wish.pop(name) for name in ("tags", "sections", "articles")))
    under = Traits(*(wish.pop(f"under_{name}") for name in ("tag", "section", "article")))
    made = ruling.RuleWish(RuleKind(wish.pop("kind")), shown, under, **wish)
    _tell(ctx, ruling.rule(settings_of(ctx), made, author(), reason), as_json=as_json)


@click.command()
@_what_options
@reason_option
@json_option
@click.pass_context
def stop(ctx: click.Context, /, reason: str, as_json: bool, **what: Any) -> None:
    """Take an article, a tag, or the whole block off the site at once."""
    from recommender.workflows import ruling

    _tell(ctx, ruling.stop(settings_of(ctx), _what(**what), author(), reason), as_json=as_json)


@click.command()
@_what_options
@reason_option
@json_option
@click.pass_context
def resume(ctx: click.Context, /, reason: str, as_json: bool, **what: Any) -> None:
    """Undo a stop: show it on the site again."""
    from recommender.workflows import ruling

    events = ruling.resume(settings_of(ctx), _what(**what), author(), reason)
    if as_json:
        terminal.print_json([one.number for one in events])
    for one in () if as_json else events:
        click.echo(f"Event {one.detail['undoes']} is undone (event {one.number}).")


def _what(article: str | None, tag: str | None, *, everything: bool) -> Traits:
    """Return what a stop is about: one thing, or everything.

    Raises:
        UsageError: if it is not told, or told twice.
    """
    if (article is not None) + (tag is not None) + everything != 1:
        message = "Name one of --article ID, --tag TAG and --all."
        raise click.UsageError(message)
    return Traits(
        tags=() if tag is None else (tag,), articles=() if article is None else (article,)
    )


def _tell(ctx: click.Context, event: "Event", *, as_json: bool) -> None:
    from recommender.workflows import override_list

    told = override_list.overrides(settings_of(ctx), with_past=True)
    made = next(one for one in told if one.event.number == event.number)
    if as_json:
        terminal.print_json(override_list.as_json(made))
    else:
        print_override(made)
