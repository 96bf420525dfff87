"""The pages for people: each module parses a request, calls a workflow, and renders what it says.

A page is a module here with `register(app)`, a row in `NAVIGATION` of `shell` if it is to be found,
and a row in the table of `access` for each of its endpoints.
"""

from flask import Flask

from service.desk.pages import (
    article,
    articles,
    draft,
    health,
    home,
    joining,
    log,
    models,
    overrides,
    people,
    policy,
    rate,
    signing_in,
)


def register(app: Flask) -> None:
    """Add every page.

    Args:
        app: the desk app.
    """
    for module in (
        articles,
        article,
        home,
        signing_in,
        joining,
        people,
        models,
        draft,
        health,
        rate,
        log,
        overrides,
        policy,
    ):
        module.register(app)
