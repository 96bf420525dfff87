"""The commands that run until they are stopped."""

import signal
import threading

import click

from recommender.cli.shared import settings_of


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--workers", type=int, help="Processes that answer.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the picks, and follow the catalogue, until Ctrl-C."""
    from recommender.workflows import serving

    serving.serve(settings_of(ctx, host=host, port=port, workers=workers))


@click.command()
@click.pass_context
def follow(ctx: click.Context) -> None:
    """Carry the catalogue's history to the public app; “morefrom serve” starts this itself."""
    from recommender.workflows import following

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    following.follow(settings_of(ctx), stop)


@click.command()
@click.option("--host", "desk_host", help="Address to listen on.")
@click.option("--port", "desk_port", type=int, help="Port to listen on.")
@click.pass_context
def desk(ctx: click.Context, desk_host: str | None, desk_port: int | None) -> None:
    """Serve the pages for editors, and take articles from the CMS, until Ctrl-C."""
    from recommender.workflows import desk as desk_app

    desk_app.desk(settings_of(ctx, desk_host=desk_host, desk_port=desk_port), click.echo)
