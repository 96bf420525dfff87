"""The commands by which a newsroom says what is sensitive."""

from pathlib import Path

import click

from recommender import terminal
from recommender.cli.overrides import reason_option
from recommender.cli.shared import PATH, author, json_option, settings_of


@click.group()
def policy() -> None:
    """Rules for what is sensitive, tried by their own assertions."""


@policy.command("show")
@json_option
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Show the policy in force, as TOML."""
    from recommender.workflows import policies

    in_force = policies.policy_in_force(settings_of(ctx))
    if as_json:
        terminal.print_json({"event": in_force.event, "policy": in_force.values})
    elif not in_force.event:
        click.echo("There is no policy in force.")
    else:
        click.echo(policies.as_toml(in_force), nl=False)


@policy.command("check")
@click.argument("file", type=PATH)
@json_option
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Try the assertions of FILE on the articles of today; change nothing."""
    from recommender.workflows import policies

    tried = policies.check(settings_of(ctx), policies.read_policy(file))
    failing = [one for one in tried if one.problem is not None]
    if as_json:
        terminal.print_json(
            [
                {
                    "says": one.assertion.says,
                    "holds": one.problem is None,
                    "n_queries": one.n_queries,
                    "n_articles": one.n_articles,
                    "problem": one.problem,
                }
                for one in tried
            ]
        )
    for one in () if as_json else tried:
        mark = "holds" if one.problem is None else click.style("fails", fg="red")
        click.echo(
            f"{mark}  {one.assertion.says} ({one.n_articles:,} articles, under {one.n_queries:,})"
        )
        if one.problem is not None:
            click.echo(f"       {one.problem}")
    if failing:
        ctx.exit(1)


@policy.command("set")
@click.argument("file", type=PATH)
@reason_option
@json_option
@click.pass_context
def set_command(ctx: click.Context, file: Path, reason: str, as_json: bool) -> None:
    """Put the policy of FILE in force, if all that it asserts is true."""
    from recommender.workflows import policies

    read = policies.read_policy(file)
    event = policies.put_in_force(settings_of(ctx), read, author(), reason)
    if as_json:
        terminal.print_json({"event": event.number, "policy": event.detail})
    else:
        n_rules, n_assertions = len(read.rules), len(read.assertions)
        click.echo(
            f"In force from now on (event {event.number}): {n_rules} rules, "
            f"{n_assertions} assertions, all of them true."
        )
