"""The command line: parse, call, print. What a command does is in `workflows`.

Each command imports its own workflow, for the libraries of one can take seconds that the others,
and a shell that completes a word, need not wait for.

Exit codes: 0 done; 1 refused or failed; 2 wrong input or a wrong command line; 3 another process
is doing it; 130 interrupted.
"""

import sys
from pathlib import Path
from typing import Any

import click

from recommender import terminal
from recommender.cli import (
    archive,
    evaluation,
    health,
    ledger,
    log,
    models,
    overrides,
    people,
    placements,
    policy,
    related,
    rules,
    serving,
    tags,
    tokens,
    tuning,
    upkeep,
)
from recommender.cli.shared import PATH
from recommender.errors import CannotReport, MorefromError

INTERRUPTED = 130
"""What shells expect of a process that Ctrl-C ended."""

EXIT_CODES = (
    "Exit codes: 0 done, 1 refused or failed, 2 wrong input, 3 another process is doing it, "
    "130 interrupted."
)


class _OneSentence(click.Group):
    """A group whose commands fail with one sentence and a documented exit code."""

    def main(self, *args: Any, **options: Any) -> Any:
        terminal.open_missing_streams()
        try:
            return super().main(*args, **options)
        except OSError as error:
            if error.filename is not None:  # of a file that the code forgot to speak of
                raise
            terminal.complain(CannotReport(error.strerror or str(error)))
            sys.exit(CannotReport.exit_code)
        finally:
            terminal.settle()

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MorefromError as error:
            terminal.complain(error)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(
    cls=_OneSentence,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)
@click.option("--home", type=PATH, help="Folder of catalogue and models; also MOREFROM_HOME.")
@click.version_option(package_name="morefrom", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Related stories for newsrooms, chosen from your own archive."""
    ctx.obj = home


for command in (
    archive.import_command,
    archive.text,
    tags.tags,
    models.train,
    models.versions,
    models.promote,
    models.rollback,
    models.picks,
    related.related,
    ledger.replay,
    ledger.ledger_command,
    evaluation.evaluate,
    evaluation.compare,
    tuning.tune,
    placements.placements,
    policy.policy,
    overrides.pin,
    overrides.block,
    overrides.undo,
    overrides.overrides,
    log.log,
    health.health,
    rules.rule,
    rules.stop,
    rules.resume,
    overrides.rate,
    serving.serve,
    serving.follow,
    serving.desk,
    people.people,
    tokens.token,
    upkeep.doctor,
    upkeep.backup,
    upkeep.restore,
    upkeep.erase,
):
    main.add_command(command)
