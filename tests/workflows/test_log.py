"""The log in words, as a table, and as it is asked for."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.log import Sought
from recommender.domain.article import Status
from recommender.domain.event import EventKind
from recommender.domain.override import OverrideKind
from recommender.errors import InvalidParameter
from recommender.workflows.erasing import erase
from recommender.workflows.log import COLUMNS, Log, as_json, opened
from recommender.workflows.log_sought import read_sought
from recommender.workflows.overriding import Wish, override, undo
from recommender.workflows.rating import rate, take_back
from recommender.workflows.spreadsheet import BOM
from recommender.workflows.tagging import keep_apart, merge, split
from tests.workflows.conftest import FEW, Newsroom, article


@pytest.fixture
def log(stocked: Newsroom) -> Iterator[Log]:
    with opened(stocked.settings) as held:
        yield held


def told(log: Log, **sought: Any) -> list[str]:
    """Return what was done, the earliest first."""
    return [line.what for line in reversed(log.page(Sought(**sought)))]


def test_everything_that_can_happen_is_told_in_words(stocked: Newsroom, log: Log) -> None:
    settings = stocked.settings
    first = stocked.train().version
    stocked.promote(first)
    pin = Wish(OverrideKind.PIN, "opera", "talks", position=2, placement="more-from")
    made = override(settings, pin, "anna", "why")
    undo(settings, made.number, "anna", "why")
    override(settings, Wish(OverrideKind.BLOCK, "ships"), "anna", "why")
    rate(settings, "talks", "answer", "good", "anna")
    take_back(settings, "anna")
    merge(settings, "usa", "russia", "anna", "why")
    split(settings, "usa", "anna", "why")
    keep_apart(settings, "usa", "trade", "anna", "why")
    with Catalogue.open(settings.catalogue_url) as catalogue:
        catalogue.append(EventKind.POLICY, "placements", "anna", "", {"more-from": {}})
        catalogue.append(EventKind.POLICY, "weather", "anna", "")
        catalogue.append(EventKind.ROLLBACK, "v1", "anna", "", {"from": "v2"})
        catalogue.append(EventKind.OVERRIDE, "opera", "anna", "", {"kind": "no such"})
    erase(settings, "grain", "anna", "why", lambda *_: None)

    assert told(log) == [
        "published 4, stored 1 articles",
        f"trained {first} on 5 articles",
        f"promoted {first}",
        "pinned “Verdi in Milan” under “Kerry meets Lavrov” at position 2 in more-from",
        f"undid event {made.number}, about “Verdi in Milan”",
        "blocked “Ships wait” everywhere",
        "rated 2 picks",
        "merged the tag usa into Russia",
        "split the tag usa from the one it was merged into",
        "decided that the tags usa and trade are two",
        "changed the placements: more-from",
        "changed the policy “weather”",
        "rolled back to v1 from v2",
        "override: opera",
        "erased “grain”",
        *told(log, kinds=frozenset({EventKind.ERASURE}))[1:],
    ]
    rated = log.page(Sought(kinds=frozenset({EventKind.RATING})))[0]
    assert [line.what for line in log.inside(rated.first.number)] == [
        "rated good: “Lavrov answers Kerry” under “Kerry meets Lavrov”",
        f"took back the rating of event {rated.first.number}, under “Kerry meets Lavrov”",
    ]


def test_what_became_of_articles(stocked: Newsroom, log: Log) -> None:
    held = {one.id: one for one in FEW}
    steps = [
        [replace(held["talks"], title="Corrected")],
        [replace(held["talks"], status=Status.RETRACTED)],
        [held["talks"]],
        [article("new", title="New", status=Status.DRAFT)],
        [article("new", title="Newer", status=Status.DRAFT)],
    ]
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        for number, step in enumerate(steps):
            catalogue.upsert(step, "token:cms", f"step {number}")
        catalogue.upsert([replace(held["talks"], title="X"), article("b")], "token:cms", "both")
    assert told(log) == [
        "published 5 articles",
        "corrected “X”",
        "retracted “X”",
        "restored “X”",
        "stored a draft of “Newer”",
        "changed “Newer”",
        "corrected 1, published 1 articles",
    ]
    assert told(log, subject="talks")[-1] == "corrected “X”"
    assert told(log, author="token:cms")[0] == "corrected “X”"


def test_a_large_import_is_one_line(newsroom: Newsroom) -> None:
    newsroom.store(*(article(f"a{number}", title="T") for number in range(60)))
    newsroom.store(*(article(f"b{number}", title="T") for number in range(60)))
    with opened(newsroom.settings) as log:
        (line,) = log.page(Sought())
        assert line.what == "stored 120 articles"
        assert as_json(line) | {"at": 0, "until": 0} == {
            "event": 1,
            "last_event": 120,
            "n_events": 120,
            "at": 0,
            "until": 0,
            "author": "anna",
            "kind": "article",
            "what": "stored 120 articles",
            "subject": None,
            "reason": "test",
            "detail": {},
        }
        assert [one.first.number for one in log.inside(1, after=118)] == [119, 120]
        assert len(list(log.csv(Sought()))) == 1 + 1
        assert len(list(log.csv(Sought(), each=True))) == 1 + 120
        assert [one.first.number for one in log.each(Sought(), limit=2)] == [120, 119]


def test_the_table_is_safe_and_says_the_same(stocked: Newsroom, log: Log) -> None:
    title = '=HYPERLINK("http://evil.example","x")'
    stocked.store(article("=cmd", title=title))
    override(stocked.settings, Wish(OverrideKind.BLOCK, "=cmd"), "@anna", "+1\t-1")

    text = "".join(log.csv(Sought()))

    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0] | {"at": ""} == {
        "event": "7",
        "last_event": "7",
        "events": "1",
        "at": "",
        "author": "'@anna",
        "kind": "override",
        "what": f"blocked “{title}” everywhere",
        "subject": "'=cmd",
        "headline": f"'{title}",
        "reason": "'+1 -1",
    }
    assert [row["event"] for row in rows] == ["7", "1"]


def test_a_question_is_read_in_the_newsroom_s_zone() -> None:
    said = {"by": " anna ", "about": "", "from": "2026-03-01", "until": "2026-03-01"}
    sought = read_sought(said, ["override", "rating"], "Asia/Tokyo")
    assert sought == Sought(
        frozenset({EventKind.OVERRIDE, EventKind.RATING}),
        "anna",
        None,
        datetime(2026, 2, 28, 15, tzinfo=UTC),
        datetime(2026, 3, 1, 15, tzinfo=UTC),
    )
    exact = read_sought({"from": "2026-03-01T09:30:00+02:00"}, [], "Asia/Tokyo")
    assert exact == Sought(since=datetime(2026, 3, 1, 7, 30, tzinfo=UTC))
    assert read_sought({}, [], "UTC") == Sought()


@pytest.mark.parametrize(
    ("said", "kinds", "words"),
    [
        ({"from": "soon"}, [], "“from” is 'soon'"),
        ({}, ["nonsense"], "“kind” is 'nonsense', expected article, training"),
    ],
)
def test_what_cannot_be_asked(said: dict[str, str], kinds: list[str], words: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        read_sought(said, kinds, "UTC")
    assert words in str(caught.value)
