"""What the commands have in common."""

import getpass
import os
from pathlib import Path

import click

from recommender.settings import Settings, load_settings

PATH = click.Path(path_type=Path)

jobs_option = click.option(
    "--jobs", type=click.IntRange(1), default=os.cpu_count(), help="Threads."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Report as JSON, for machines.")


def settings_of(ctx: click.Context, **options: object) -> Settings:
    """Return the settings in force, with what options of this command say instead."""
    given = {name: value for name, value in options.items() if value is not None}
    return load_settings(ctx.obj, options=given)


def author() -> str:
    """Return who sits at this terminal, as the history will name them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in many containers
        return f"user {os.getuid()}"
