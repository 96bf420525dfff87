"""The block as a fragment: what it holds, what it leaves out, and that text stays text in it."""

import json
import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from recommender.domain.article import Image
from service.public.fragment import day, render_fragment
from tests.service.newsroom import Newsroom, article, open_newsroom
from tests.service.payloads import PAYLOADS, UNSAFE_URLS
from tests.service.test_preview import Reading
from tests.service.test_related import problem

SHIP = Image("/images/ship.svg", "A ship", "A ship leaves.", "Test Post", 1200, 800)

SHAPE = {
    "section": {"class", "lang", "aria-labelledby", "data-picks-id"},
    "h2": {"class", "id", "lang"},
    "ul": {"class", "role"},
    "li": {"class"},
    "article": {"class", "dir", "lang"},
    "figure": {"class"},
    "img": {"class", "alt", "width", "height", "loading", "decoding", "src"},
    "figcaption": {"class"},
    "span": {"class"},
    "h3": {"class"},
    "a": {"class", "href", "rel"},
    "p": {"class"},
    "time": {"class", "datetime"},
}
"""Every element that a fragment may have, with every attribute."""


def item(**changes: object) -> dict[str, object]:
    """Return a pick as the JSON route gives it."""
    image = {"url": "/s.svg", "alt": "Alt", "caption": "C", "credit": "D", "width": 3, "height": 2}
    return {
        "url": "/a",
        "title": "Title",
        "summary": "Deck",
        "image": image,
        "published_at": "2024-05-01T10:00:00Z",
        "language": None,
        **changes,
    }


def fragment(*items: dict[str, object], language: str = "en") -> Reading:
    answer = {"picks_id": "p", "label": "More from The Test Post", "items": items}
    return Reading(render_fragment(answer, language))


def only(page: Reading, name: str) -> dict[str, str | None]:
    [held] = [attributes for tag, attributes in page.elements if tag == name]
    return held


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    newsroom = open_newsroom(tmp_path_factory.mktemp("fragments"))
    held = [
        article("one", "Russia", url="/one", title="The first"),
        article("two", "Russia", url="/two", title="The second", image=SHIP, summary="Deck."),
        article("three", "Russia", url="/three", title="Третья", hours_ago=2),
        article("homeless", "Russia", title="Nowhere", hours_ago=3),
    ]
    newsroom.serve(newsroom.train(held))
    return newsroom.client()


def test_fragment_shows_what_the_json_holds(client: FlaskClient) -> None:
    answer = json.loads(client.get("/v1/related?id=one").data)
    page = Reading(client.get("/v1/related.html?id=one").text)
    text = " ".join(page.text)

    shown = [one for one in answer["items"] if one["url"]]
    assert page.links() == [one["url"] for one in shown]
    assert len(shown) == 2
    for part in (answer["label"], "The second", "Deck.", "A ship leaves.", "Test Post"):
        assert part in text
    assert "Nowhere" not in text
    picture = only(page, "img")
    assert (picture["src"], picture["alt"]) == ("/images/ship.svg", "A ship")
    assert (picture["width"], picture["height"], picture["loading"]) == ("1200", "800", "lazy")
    assert only(page, "section")["data-picks-id"] == answer["picks_id"]
    assert only(page, "section")["aria-labelledby"] == only(page, "h2")["id"]


def test_all_ways_of_asking_give_the_same_bytes(client: FlaskClient) -> None:
    bodies = {
        client.get(address).data
        for address in (
            "/v1/articles/one/related.html",
            "/v1/related.html?id=one",
            "/v1/related.html?limit=4&url=/one",
        )
    }

    assert len(bodies) == 1


def test_headers_are_those_of_the_json_and_say_that_it_is_no_page(client: FlaskClient) -> None:
    as_json = dict(client.get("/v1/related?id=one").headers)
    response = client.get("/v1/related.html?id=one")
    own = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(response.data)),
        "Content-Security-Policy": "default-src 'none'; img-src *",
        "X-Robots-Tag": "noindex",
        "ETag": response.headers["ETag"],
    }

    assert dict(response.headers) == as_json | own
    assert response.headers["ETag"] != as_json["ETag"]


def test_a_cache_that_has_it_is_told_so(client: FlaskClient) -> None:
    fresh = client.get("/v1/related.html?id=one")
    etag = fresh.headers["ETag"]
    again = client.get("/v1/related.html?id=one", headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == fresh.headers["Cache-Control"]


def test_nothing_to_show_is_an_empty_body(newsroom: Newsroom) -> None:
    newsroom.serve(newsroom.train([article("only", "Russia", url="/only")]))
    response = newsroom.client().get("/v1/related.html?id=only")

    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["ETag"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/related.html", 400),
        ("/v1/related.html?id=one&limit=99", 400),
        ("/v1/articles/one/related.html?id=one", 400),
        ("/v1/articles/%00/related.html", 400),
    ],
)
def test_mistakes_are_problems_for_the_developer(
    client: FlaskClient, address: str, status: int
) -> None:
    assert problem(client.get(address))["status"] == status


def test_unknown_article_may_be_a_404_and_nothing_promoted_is_a_503(newsroom: Newsroom) -> None:
    assert problem(newsroom.client().get("/v1/related.html?id=one"))["status"] == 503
    newsroom.serve(newsroom.train([article("one", "Russia", url="/one")]))

    strict = newsroom.client(unknown_article="404")
    assert problem(strict.get("/v1/related.html?id=none"))["status"] == 404
    assert newsroom.client().get("/v1/related.html?id=none").status_code == 200


def test_language_is_named_where_it_differs() -> None:
    russian = fragment(item(language="ru"), item(language="en"), item())
    cards = [held for tag, held in russian.elements if tag == "article"]

    assert [held.get("lang") for held in cards] == ["ru", None, None]
    assert "lang" not in only(russian, "h2")
    french = fragment(item(language="fr"), language="fr")
    assert only(french, "section")["lang"] == "fr"
    assert only(french, "h2")["lang"] == "en"
    assert "lang" not in only(french, "article")


def test_what_is_absent_leaves_no_element() -> None:
    bare = fragment(item(summary="", image=None, published_at=None))
    assert {tag for tag, _ in bare.elements} == {"section", "h2", "ul", "li", "article", "h3", "a"}

    silent = {"url": "/s.svg", "alt": "", "caption": "", "credit": "", "width": None, "height": 1}
    picture = fragment(item(image=silent))
    assert only(picture, "img").keys() == SHAPE["img"] - {"width", "height"}
    assert only(picture, "img")["alt"] == ""
    assert "figcaption" not in {tag for tag, _ in picture.elements}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(payload: str) -> None:
    image = {"url": "/s", "alt": payload, "caption": payload, "credit": payload}
    image |= {"width": payload, "height": payload}
    page = fragment(item(title=payload, summary=payload, image=image))

    assert page.text.count(payload) == 3  # headline, deck and credit
    assert f"{payload} " in page.text  # and the caption, before the credit
    assert only(page, "img")["alt"] == payload
    for tag, held in page.elements:
        assert held.keys() <= SHAPE[tag], tag


@pytest.mark.parametrize("url", UNSAFE_URLS)
def test_unsafe_addresses_are_neither_link_nor_picture(url: str) -> None:
    assert fragment(item(url=url)).elements == []
    image = {"url": url, "alt": "", "caption": "", "credit": "", "width": 1, "height": 1}
    page = fragment(item(image=image))
    assert page.links() == ["/a"]
    assert "img" not in {tag for tag, _ in page.elements}


def test_several_on_a_page_are_told_apart() -> None:
    names = {
        re.search(r' id="([^"]+)"', render_fragment({**answer, "items": [item()]}, "en"))
        for answer in ({"picks_id": name, "label": "More"} for name in ("p1", "p2"))
    }

    assert len({match[1] for match in names if match}) == 2


def test_any_id_fits_into_a_path(newsroom: Newsroom) -> None:
    name = "a/related.html/b"
    others = [article("other", "Russia", url="/other")]
    newsroom.serve(newsroom.train([article(name, "Russia", url="/this"), *others]))

    response = newsroom.client().get(f"/v1/articles/{quote(name, safe='')}/related.html")
    assert Reading(response.text).links() == ["/other"]


def test_date_is_in_words_where_they_are_english() -> None:
    assert day("2024-05-01T23:59:59Z", "en") == "1 May 2024"
    assert day("2024-05-01T23:59:59Z", "ar") == "2024-05-01"
