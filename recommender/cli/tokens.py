"""The commands about tokens: made, listed, revoked."""

import click

from recommender import terminal
from recommender.cli.shared import author, json_option, settings_of


@click.group()
def token() -> None:
    """Say who may publish over HTTP."""


@token.command()
@click.argument("name")
@click.pass_context
def create(ctx: click.Context, name: str) -> None:
    """Make a token, and print its secret; nobody can print it again."""
    from recommender.workflows import tokens

    click.echo(tokens.create(settings_of(ctx), name, author()))
    click.echo("Keep it where the CMS reads it: it is stored nowhere else.", err=True)


@token.command("list")
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List the tokens that were ever made, never their secrets."""
    from recommender.workflows import tokens

    found = tokens.tokens(settings_of(ctx))
    if as_json:
        terminal.print_json([tokens.as_json(one) for one in found])
        return
    if not found:
        click.echo("There is no token.")
        return
    rows = [
        (
            one.name,
            f"{one.created_at:%Y-%m-%d %H:%M} UTC",
            one.created_by,
            "in force"
            if one.revoked_at is None
            else f"revoked {one.revoked_at:%Y-%m-%d %H:%M} UTC by {one.revoked_by}",
        )
        for one in found
    ]
    terminal.print_table(("name", "made", "by", ""), rows)


@token.command()
@click.argument("name")
@click.pass_context
def revoke(ctx: click.Context, name: str) -> None:
    """Make a token worthless, from the next request on."""
    from recommender.workflows import tokens

    tokens.revoke(settings_of(ctx), name, author())
    click.echo(f"The token {name} is revoked.")
