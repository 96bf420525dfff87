"""The commands about people: who may use the desk's pages."""

import click

from recommender import terminal
from recommender.cli.shared import author, json_option, settings_of
from recommender.domain.person import Role
from recommender.setting_values import NO_SECRET
from recommender.settings import Settings

ROLES = click.Choice([one.value for one in Role])

reason_option = click.option("--reason", default="", help="Why, for the history.")


@click.group()
def people() -> None:
    """Say who may use the desk's pages, and as what."""


@people.command()
@click.argument("name")
@click.option("--role", type=ROLES, default="editor", show_default=True, help="What for.")
@click.pass_context
def add(ctx: click.Context, name: str, role: str) -> None:
    """Let somebody use the desk, and print the link by which they choose a password."""
    _print_link(settings_of(ctx), name, Role(role))


@people.command()
@click.argument("name")
@click.pass_context
def invite(ctx: click.Context, name: str) -> None:
    """Print a new link for somebody who may use the desk, as after a forgotten password."""
    _print_link(settings_of(ctx), name, None)


@people.command("list")
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List who may use the desk, or once did."""
    from recommender.workflows import people as workflow

    found = workflow.people(settings_of(ctx))
    if as_json:
        terminal.print_json([workflow.as_json(one) for one in found])
        return
    if not found:
        click.echo("There is nobody yet; “morefrom people add NAME --role admin” begins.")
        return
    rows = [
        (
            one.name,
            one.role.value,
            f"{one.created_at:%Y-%m-%d %H:%M} UTC by {one.created_by}",
            f"shut out {one.revoked_at:%Y-%m-%d %H:%M} UTC by {one.revoked_by}"
            if one.revoked_at is not None
            else ("" if one.has_password else "has not joined yet"),
        )
        for one in found
    ]
    terminal.print_table(("name", "role", "invited", ""), rows)


@people.command()
@click.argument("name")
@reason_option
@click.pass_context
def revoke(ctx: click.Context, name: str, reason: str) -> None:
    """Shut somebody out, from their next request on."""
    from recommender.workflows import people as workflow

    workflow.revoke(settings_of(ctx), name, author(), reason)
    click.echo(f"{name} can no longer use the desk.")


@people.command("sign-out")
@click.argument("name")
@reason_option
@click.pass_context
def sign_out(ctx: click.Context, name: str, reason: str) -> None:
    """End all sessions of somebody, who may sign in again."""
    from recommender.workflows import people as workflow

    n = workflow.sign_out(settings_of(ctx), name, author(), reason)
    click.echo(f"{name} is signed out of {n} browser{'' if n == 1 else 's'}.")


def _print_link(settings: Settings, name: str, role: Role | None) -> None:
    from recommender.workflows import people as workflow

    with workflow.opened(settings, must_exist=role is None) as database:
        secret = workflow.invite(database, name, role, author())
    click.echo(workflow.link(settings, secret))
    hours = int(workflow.LINK_WORKS_FOR.total_seconds() // 3600)
    click.echo(f"It works once, within {hours} hours: send it to {name} alone.", err=True)
    if settings.desk_secret is None:
        click.echo(f"{NO_SECRET} Until then nobody can open it.", err=True)
