"""The commands that say what was answered before now."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from recommender import terminal
from recommender.cli.shared import json_option, settings_of
from recommender.domain.picks_id import PicksInputs
from recommender.domain.placement import DEFAULT_PLACEMENT, MAX_PLACES

if TYPE_CHECKING:  # the command line starts faster without what only its types need
    from service.ledger import Held

_NOTE = "This is what the origin would have answered then, not what a CDN showed."


@click.command()
@click.argument("picks_id")
@json_option
@click.pass_context
def replay(ctx: click.Context, picks_id: str, as_json: bool) -> None:
    """Compute the answer again that carried PICKS_ID."""
    from service import ledger
    from service.public.answers import JSON

    answer = ledger.replay(settings_of(ctx), picks_id)
    if as_json:
        click.echo(JSON.encode(answer))
        return
    inputs = PicksInputs.decode(picks_id)
    events = f"the history up to event {inputs.last_event:,}" if inputs.last_event else "no event"
    _print_answer(answer)
    click.echo(f"Made from {inputs.version} and {events}.")


@click.command("ledger")
@click.argument("article_id")
@click.option("--on", required=True, metavar="TIME", help="A date in UTC, or an instant.")
@click.option(
    "--limit", type=click.IntRange(1, MAX_PLACES), default=4, show_default=True, help="Picks."
)
@click.option("--placement", default=DEFAULT_PLACEMENT, show_default=True, help="On the site.")
@json_option
@click.pass_context
def ledger_command(
    ctx: click.Context, /, article_id: str, on: str, as_json: bool, **asked: Any
) -> None:
    """Say what the origin would have answered at an instant, or in the course of a day."""
    from service import ledger
    from service.public.parameters import Question

    question = Question(article_id, None, **asked)
    found = ledger.answers_on(settings_of(ctx), question, on)
    if as_json:
        terminal.print_json({"article_id": article_id, "answers": [_values(one) for one in found]})
        return
    for one in found:
        click.secho(_span(one), bold=True)
        _print_answer(one.answer)
        click.echo(f"{one.answer['picks_id']}\n")
        if one.erased:
            named = ", ".join(one.erased)
            click.echo(f"Erased since then, so that others may stand in their places: {named}.\n")
    if len(found) == ledger.MAX_ANSWERS:
        click.echo(f"Before these there may have been others: at most {len(found)} are told.")
    click.echo(_NOTE)


def _values(one: "Held") -> dict[str, Any]:
    until = None if one.until is None else one.until.isoformat()
    erased = list(one.erased)
    return {"since": one.since.isoformat(), "until": until, "answer": one.answer, "erased": erased}


def _span(one: "Held") -> str:
    return f"from {_time(one.since)}" + ("" if one.until is None else f" until {_time(one.until)}")


def _time(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def _print_answer(answer: dict[str, Any]) -> None:
    """Print the picks of an answer as a table, under the article that they are for."""
    query = answer["query"]
    click.echo("an article that nobody knows" if query is None else query["title"])
    rows = [
        (
            str(one["rank"]),
            "—" if one["score"] is None else f"{one['score']:.3f}",
            one["id"],
            one["title"],
            one["reason"]["label"],
        )
        for one in answer["items"]
    ]
    terminal.print_table(("", "score", "article", "headline", "why"), rows)
