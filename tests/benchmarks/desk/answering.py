"""How long each page takes, from the request to the last byte, in the process that makes it."""

import gc
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

import numpy as np

from recommender.domain.article import Article
from recommender.settings import Settings
from service.desk.app import create_app
from tests.benchmarks.desk.clock import in_turn
from tests.benchmarks.speed.table import Line, Table
from tests.service.desk.conftest import SECRET, Editor, add_person

N_ASKED = 30
"""Articles that each page is asked for."""

ASKED_S = 0.15
"""Seconds that a page may take."""

NAME = "bench"


def measure(settings: Settings, articles: Sequence[Article], table: Table) -> None:
    """Ask for pages.

    Args:
        settings: of the home that has the articles.
        articles: all of them.
        table: takes the lines.
    """
    known = settings.model_copy(update={"desk_secret": SECRET})
    add_person(known, NAME, "viewer")
    editor = Editor(create_app(known), NAME)
    chosen = random.Random(0).sample(list(articles), N_ASKED)
    today = datetime.now(UTC).date().isoformat()
    pages: dict[str, Callable[[Article], str]] = {
        "page of a search": lambda one: _address("articles", q=one.title),
        "page of an article": lambda one: _address("article", id=one.id),
        "  with “why not this one?”": lambda one: _address(
            "article", id=one.id, why=chosen[0].title
        ),
        "  what it showed today": lambda one: _address("article/then", id=one.id, on=today),
    }
    gc.collect()
    gc.freeze()  # the articles held here are none of the desk's, and to look at them takes as long
    for name, address in pages.items():
        editor.get(address(chosen[0]))
        ask = {name: partial(_ask, editor)}
        seconds = in_turn(ask, map(address, chosen))[name]
        work = f"{name}, {len(articles):,} articles"
        table.add(Line.under(work, float(np.median(seconds)), ASKED_S))
        table.add(Line.under("  the slowest of thirty", float(seconds.max()), ASKED_S))


def _ask(editor: Editor, address: str) -> None:
    response = editor.get(address)
    if response.status_code != HTTPStatus.OK:
        message = f"{address} answered {response.status_code}"
        raise RuntimeError(message)


def _address(page: str, **asked: str) -> str:
    return f"/desk/{page}?{urlencode(asked)}"
