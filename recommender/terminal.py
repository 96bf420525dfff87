"""How the command line looks: progress for a person who watches, tables, JSON for machines."""

import json
import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from recommender.pace import Pace, spelt

if TYPE_CHECKING:  # the command line starts faster without what only its types need
    from recommender.registry.versions import Version
    from recommender.workflows.reading import ReadArticle

WIDTH = 78
"""Columns of running text."""
_BAR = 24
_REFRESH_S = 0.1
_LONG_S = 10.0
"""Seconds from which on a stage is worth a line in a log."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Show progress on standard error: a line that is wiped in the end, or a calm log.

    Yields:
        What long work calls as it goes on.
    """
    watch = _Line() if sys.stderr.isatty() else _Log()
    try:
        yield watch.show
    finally:
        watch.end()


class _Line:
    """Progress for a person who watches: a bar, the rate, and the time left."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._shown_at = 0.0

    def show(self, stage: str, done: int, total: int) -> None:
        pace = self._pace.of(stage, done, total)
        now = time.monotonic()
        if now - self._shown_at < _REFRESH_S and done < total:
            return
        self._shown_at = now
        full = int(_BAR * done / total) if total else _BAR
        bar = "█" * full + "·" * (_BAR - full)
        share = f"{done / total:4.0%}" if total else ""
        click.echo(f"\r\033[K{stage:<10} {bar} {share} {pace}", err=True, nl=False)

    def end(self) -> None:
        click.echo("\r\033[K", err=True, nl=False)


class _Log:
    """Progress for a file: a line for each stage that took long, and none for the others."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._said = ""

    def show(self, stage: str, done: int, total: int) -> None:
        if stage != self._pace.stage:
            self.end()
        pace = self._pace.of(stage, done, total)
        is_long = self._pace.seconds >= _LONG_S
        took = spelt(self._pace.seconds)
        self._said = f"{stage}: {done:,} of {total:,} in {took}, {pace}" if is_long else ""

    def end(self) -> None:
        if self._said:
            click.echo(self._said, err=True)
        self._said = ""


def open_missing_streams() -> None:
    """Give a process that was started without standard streams ones that lead nowhere.

    Otherwise the next file that it opens, a database perhaps, would take the number of one, and
    with it what libraries print there.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", closefd=False))  # noqa: SIM115 — as long as the process


def complain(problem: Exception) -> None:
    """Print one sentence on standard error, if that can be written to.

    Args:
        problem: phrases itself.
    """
    with suppress(OSError):
        click.echo(f"morefrom: {problem}", err=True)


def settle() -> None:
    """Give up what a stream still holds and cannot be rid of.

    Otherwise Python tries again in the end, complains, and exits with a code of its own.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def print_json(value: object) -> None:
    """Print a value as JSON for a machine."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_facts(facts: Mapping[str, object]) -> None:
    """Print names and values, one a line, the values below each other."""
    width = max(map(len, facts))
    for name, value in facts.items():
        shown = f"{value:,}" if isinstance(value, int) else value
        click.echo(f"{name:<{width}}  {shown}")


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads, each column as wide as it needs to be."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def print_versions(versions: "Sequence[Version]") -> None:
    """Print versions, the champion with a star."""
    if not versions:
        click.echo("No model has been trained yet; run “morefrom train”.")
        return
    rows = []
    for one in versions:
        event = one.last_promoted
        when = f"{event.at:%Y-%m-%d %H:%M} UTC by {event.author}: {event.reason}" if event else ""
        name = one.id if one.is_present else f"{one.id} (folder gone)"
        rows.append(("*" if one.is_champion else "", name, f"{one.n_articles:,}", one.author, when))
    print_table(("", "version", "articles", "trained by", "last made champion"), rows)


def print_text(read: "ReadArticle") -> None:
    """Print an article paragraph by paragraph, those that are not counted with the reason why."""
    click.secho(read.title, bold=True)
    click.secho(f"read as {read.language}", dim=True)
    for part in read.parts:
        click.echo()
        if part.reason is None:
            click.echo(textwrap.fill(part.text, WIDTH))
        else:
            click.secho(f"[left out: {part.reason}]", fg="yellow")
            click.secho(textwrap.fill(part.text, WIDTH), dim=True)
