"""The command by which a newsroom says how its lists are made."""

from pathlib import Path

import click

from recommender import terminal
from recommender.cli.shared import PATH, author, json_option, settings_of


@click.command()
@click.argument("file", required=False, type=PATH)
@click.option("--reason", help="Why; kept in the history. Needed with a FILE.")
@json_option
@click.pass_context
def placements(ctx: click.Context, file: Path | None, reason: str | None, as_json: bool) -> None:
    """Show the placements in force as TOML, or put those of FILE in force."""
    from recommender.workflows import placements as workflow

    settings = settings_of(ctx)
    _check(file, reason)
    if file is None or reason is None:
        in_force = workflow.placements_in_force(settings)
        if as_json:
            terminal.print_json(in_force.to_values())
        else:
            click.echo(workflow.as_toml(in_force), nl=False)
        return
    event = workflow.put_in_force(settings, file, author(), reason)
    if as_json:
        terminal.print_json({"placements": event.detail, "event": event.number})
    else:
        click.echo(f"In force from now on (event {event.number}): {', '.join(event.detail)}.")


def _check(file: Path | None, reason: str | None) -> None:
    """See that a file comes with a reason, and a reason with a file.

    Raises:
        UsageError: if it does not.
    """
    if (file is None) is not (reason is None):
        message = "FILE and --reason go together: the reason is kept in the history."
        raise click.UsageError(message)
