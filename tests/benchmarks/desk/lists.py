"""How long the log, the health of the archive and the queue of ratings take."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from itertools import islice
from pathlib import Path

import numpy as np
from sqlalchemy import insert, update

from recommender.catalogue.acts import Row, begun_at
from recommender.catalogue.database import Database
from recommender.catalogue.log import Sought
from recommender.catalogue.tables import counter, event
from recommender.domain.event import EventKind
from recommender.settings import Settings
from recommender.workflows import health
from recommender.workflows.log import Log
from service.desk.app import create_app
from tests.benchmarks.desk.answering import ASKED_S
from tests.benchmarks.speed.clock import timed
from tests.benchmarks.speed.table import Line, Table
from tests.service.desk.conftest import SECRET, Editor, add_person

N_EVENTS = 1_000_000
N_TIMES = 20
PAGES = {
    "page of the log": "log",
    "page of the archive’s health": "health",
    "  fifty of what is never shown": "health/list?of=never",
    "page that asks for a rating": "rate",
}
QUESTIONS = {
    "everything": Sought(),
    "what people decided": Sought(frozenset(EventKind) - {EventKind.ARTICLE}),
    "what one person decided": Sought(author="person:7"),
    "a day of an early month": Sought(
        since=datetime(2024, 2, 1, tzinfo=UTC), until=datetime(2024, 2, 2, tzinfo=UTC)
    ),
}


def measure(settings: Settings, folder: Path, table: Table) -> None:
    """Ask for pages, and a long log for lines.

    Args:
        settings: of the home that has the articles.
        folder: takes the database of the long log.
        table: takes the lines.
    """
    seconds, found = timed(partial(health.examine, settings, lambda *_: None))
    n = f"{found.n_articles:,} articles"
    table.add(Line.under(f"morefrom health, {n}", seconds))
    known = settings.model_copy(update={"desk_secret": SECRET})
    add_person(known, "rater", "editor")
    editor = Editor(create_app(known), "rater")
    for name, address in PAGES.items():
        _ask(editor, address)
        asked = [timed(partial(_ask, editor, address))[0] for _ in range(N_TIMES)]
        table.add(Line.under(f"{name}, {n}", float(np.median(asked)), ASKED_S))
    database = Database.open(f"sqlite:///{folder / 'long.db'}")
    _fill(database)
    for name, sought in QUESTIONS.items():
        read = partial(Log(database).page, sought)
        asked = [timed(read)[0] for _ in range(N_TIMES)]
        work = f"log of {N_EVENTS:,} events: {name}"
        table.add(Line.under(work, float(np.median(asked)), ASKED_S))
    database.close()


def _ask(editor: Editor, address: str) -> None:
    response = editor.get(f"/desk/{address}")
    assert response.status_code == HTTPStatus.OK, address


def _fill(database: Database) -> None:
    """Fill a history with an import of nine tenths, and the rest of what a year brings."""
    before: Row | None = None
    coming = _rows()
    while some := list(islice(coming, 5_000)):
        with database.writing() as connection:
            rows = begun_at(some, before)
            before = rows[-1]
            connection.execute(insert(event), rows)
            connection.execute(update(counter).values(number=before["number"]))


def _rows() -> Iterator[Row]:
    rng, at = np.random.default_rng(0), datetime(2024, 1, 1, tzinfo=UTC)
    imported = {"kind": "article", "author": "root", "reason": "import", "detail": {}}
    published = {"kind": "article", "author": "token:cms", "reason": "", "detail": {}}
    blocked = {"kind": "override", "reason": "why", "detail": {"kind": "block"}}
    for number in range(1, N_EVENTS + 1):
        is_imported, is_decided = number <= 0.9 * N_EVENTS, rng.random() < 0.03
        at += timedelta(seconds=0.01 if is_imported else int(rng.choice([5, 60, 900])))
        said = imported if is_imported else blocked if is_decided else published
        author = said.get("author", f"person:{rng.integers(20)}")
        yield {**said, "number": number, "subject": f"a{number}", "at": at, "author": author}
