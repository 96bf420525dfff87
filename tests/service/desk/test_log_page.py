"""The log as a page and as a table."""

import csv
import io
from http import HTTPStatus
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.domain.override import OverrideKind
from recommender.workflows.overriding import Wish, override
from recommender.workflows.spreadsheet import BOM
from tests.service.desk.conftest import HOSTILE, Cms, SignedIn


def text(response: Any) -> str:
    assert response.status_code == HTTPStatus.OK, response.text
    return str(response.text)


def test_what_people_decided_comes_first(desk: Cms, signed_in: SignedIn) -> None:
    override(desk.settings, Wish(OverrideKind.BLOCK, "a3"), "person:eve", "too <b>old</b>")
    viewer = signed_in("viewer")

    shown = text(viewer.get("/desk/log"))
    assert 'blocked <a href="/desk/article?id=a3"><bdi>Ships wait</bdi></a> everywhere' in shown
    assert "too &lt;b&gt;old&lt;/b&gt;" in shown
    assert "promoted" in shown
    assert "<bdi>eve</bdi>" in shown
    assert "published" not in shown

    everything = text(viewer.get("/desk/log?what=everything"))
    assert "published 6 articles" in everything
    articles = text(viewer.get("/desk/log?what=article"))
    assert "published 6 articles" in articles
    assert "promoted" not in articles


def test_filters(desk: Cms, signed_in: SignedIn) -> None:
    override(desk.settings, Wish(OverrideKind.BLOCK, "a3"), "person:eve", "why")
    override(desk.settings, Wish(OverrideKind.PIN, "a1", "a3"), "person:adam", "why")
    viewer = signed_in("viewer")

    by_eve = text(viewer.get("/desk/log?by=person:eve"))
    assert "blocked" in by_eve
    assert "pinned" not in by_eve
    about = text(viewer.get("/desk/log?what=everything&about=a3"))
    for word in ("blocked", "pinned", "published"):
        assert word in about
    assert "promoted" not in about
    old = text(viewer.get("/desk/log?until=2020-01-01"))
    assert "Nothing of that kind has happened" in old
    wrong = text(viewer.get("/desk/log?from=soon"))
    assert "“from” is &#39;soon&#39;" in wrong
    assert "“kind” is &#39;x&#39;" in text(viewer.get("/desk/log?what=x"))


def test_paging_and_opening_an_import(desk: Cms, signed_in: SignedIn) -> None:
    with Catalogue.open(desk.settings.catalogue_url) as catalogue:
        for number in range(70):
            catalogue.append(EventKind.TRAINING, f"v{number}", "anna", "")
    viewer = signed_in("viewer")
    first = text(viewer.get("/desk/log"))
    assert "trained v69" in first
    assert "trained v5<" not in first
    later = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "trained v5<" in text(viewer.get(later))

    inside = text(viewer.get("/desk/log/act?event=1"))
    assert inside.count("published <a") == 6
    assert "No such event" in text(viewer.get("/desk/log/act?event=x"))


def test_the_table_is_the_log(desk: Cms, signed_in: SignedIn) -> None:
    override(desk.settings, Wish(OverrideKind.BLOCK, "a3"), "person:eve", "=1+1")
    viewer = signed_in("viewer")

    response = viewer.get("/desk/log.csv?by=person:eve")

    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="morefrom-log-')
    content = response.data.decode()
    (row,) = csv.DictReader(io.StringIO(content.removeprefix(BOM), newline=""))
    assert (row["author"], row["reason"], row["subject"]) == ("person:eve", "'=1+1", "a3")
    each = viewer.get("/desk/log.csv?what=article&each=1").data.decode()
    assert len(each.splitlines()) == 1 + 6
    assert viewer.get("/desk/log.csv?from=x").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("name", ["what", "by", "about", "from", "until", "before", "event"])
def test_hostile_questions_are_shown_as_text(signed_in: SignedIn, name: str) -> None:
    viewer = signed_in("viewer")
    for path in ("/desk/log", "/desk/log/act"):
        response = viewer.get(path, query_string={name: HOSTILE})
        assert response.status_code == HTTPStatus.OK
        assert "<script>alert" not in response.text


def test_hostile_history_is_shown_as_text(desk: Cms, signed_in: SignedIn) -> None:
    desk.put("/v1/articles?id=" + "%3Cimg%20src=x%3E", {"title": HOSTILE, "tags": [HOSTILE]})
    with Catalogue.open(desk.settings.catalogue_url) as catalogue:
        for kind in EventKind:
            if kind not in {EventKind.ARTICLE, EventKind.ERASURE}:
                detail = {
                    "kind": HOSTILE,
                    "change": HOSTILE,
                    "from": HOSTILE,
                    "n_articles": HOSTILE,
                }
                catalogue.append(kind, HOSTILE, HOSTILE, HOSTILE, detail)
    shown = text(signed_in("viewer").get("/desk/log?what=everything"))
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;alert" in shown


def test_nobody_reads_it_unsigned(desk: Cms) -> None:
    for path in ("/desk/log", "/desk/log.csv", "/desk/log/act?event=1"):
        assert desk.app.test_client().get(path).status_code == HTTPStatus.SEE_OTHER
