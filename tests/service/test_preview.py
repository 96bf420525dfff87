"""The stand-in for a newsroom's site: what it shows, what it hides, and that text stays text."""

import json
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from recommender.domain.article import Article, Image, Status, Tag
from tests.service.newsroom import NASTY, Newsroom, article, open_newsroom, seven
from tests.service.payloads import PAYLOADS, UNSAFE_URLS

SHIP = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class Reading(HTMLParser):
    """What a browser would make of a page: its elements with attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def links(self) -> list[str]:
        return [str(held["href"]) for tag, held in self.elements if tag == "a" and "href" in held]

    def shape(self) -> set[tuple[str, frozenset[str]]]:
        return {(tag, frozenset(held)) for tag, held in self.elements}


def site(newsroom: Newsroom, articles: Iterable[Article], **more: object) -> FlaskClient:
    """Serve articles, write the preview's file beside an image, and open the site."""
    held = list(articles)
    folder = newsroom.settings.home / "sample"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "ship.svg").write_text(SHIP)
    rows = [
        {"id": one.id, "title": "As filed", "body": f"First of {one.id}.\n\nSecond.", **more}
        for one in held
    ]
    file = folder / "articles.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    newsroom.serve(newsroom.train(held))
    return newsroom.client(preview=file)


def path_of(article_id: str) -> str:
    return f"/preview/{quote(article_id, safe='')}"


def test_article_page_has_all_that_a_reader_expects(newsroom: Newsroom) -> None:
    client = site(newsroom, seven(), authors=["Ada Byron", "Jo Doe"])
    response = client.get("/preview/russia-1")
    page = Reading(response.text)
    text = " ".join(page.text)

    for part in ("News", "About russia-1", "Ada Byron, Jo Doe", "1 May 2024", "A ship leaves."):
        assert part in text
    for part in ("Test Post", "First of russia-1.", "Second.", "Russia", "Sanctions"):
        assert part in text
    (picture,) = [held for tag, held in page.elements if tag == "img" and held["alt"]]
    assert (picture["src"], picture["alt"]) == ("/images/ship.svg", "A ship")
    (block,) = [held for tag, held in page.elements if "data-article" in held]
    assert block["data-article"] == "russia-1"
    assert "hidden" in block
    assert {"header", "main", "nav", "footer", "h1"} <= {tag for tag, _ in page.elements}


def test_front_page_links_every_article_once_or_more(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())
    links = set(Reading(client.get("/").text).links())

    in_a_section = {"russia-1", "russia-2", "russia-3", "china-1", "china-2", "lonely"}
    assert {path_of(article_id) for article_id in in_a_section} <= links


def test_nasty_id_has_a_page(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())

    response = client.get(path_of(NASTY))
    assert f"First of {NASTY}." in " ".join(Reading(response.text).text)


def test_retracted_article_is_not_shown_by_any_page(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())
    version = newsroom.settings.versions_dir.iterdir().__next__().name
    assert client.get("/preview/russia-2").status_code == 200

    newsroom.serve(version, [article("russia-2", "Russia", status=Status.RETRACTED)])

    response = client.get("/preview/russia-2")
    assert response.status_code == 404
    assert "This article is not available." in response.text
    assert "First of russia-2" not in response.text
    assert Reading(response.text).links().count("/") == 2
    assert "russia-2" not in client.get("/").text


def test_correction_is_the_headline_at_once(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())
    version = newsroom.settings.versions_dir.iterdir().__next__().name
    newsroom.serve(version, [article("lonely", "Russia", title="Corrected", section="Culture")])

    assert '<h1 dir="auto">Corrected</h1>' in client.get("/preview/lonely").text
    assert "Corrected" in client.get("/").text


def test_changed_file_is_read_again(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())
    assert "First of lonely." in client.get("/preview/lonely").text

    file = newsroom.settings.home / "sample" / "articles.jsonl"
    file.write_text('no json\n[]\n{"id": "lonely", "body": "Quite another one."}\n')

    assert "Quite another one." in client.get("/preview/lonely").text
    assert "As yet" not in client.get("/preview/russia-1").text


def test_article_that_is_not_in_the_file_points_to_where_it_is(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())
    (newsroom.settings.home / "sample" / "articles.jsonl").write_text("")

    page = Reading(client.get("/preview/russia-3").text)
    assert "https://post.example/r3/" in page.links()
    assert "There is no news yet" in client.get("/").text


def test_before_any_promotion_the_site_says_so(newsroom: Newsroom, tmp_path: Path) -> None:
    client = newsroom.client(preview=tmp_path / "missing.jsonl")

    assert client.get("/").status_code == 503
    assert client.get("/preview/a").status_code == 404
    assert "no news yet" in client.get("/").text


def test_pages_may_run_nothing_but_their_own_script(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())

    for path in ("/", "/preview/russia-1", "/preview/unknown"):
        response = client.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers
        page = Reading(response.text)
        assert not any(
            name.startswith("on") or name == "style" for _, held in page.elements for name in held
        )
        assert all("src" in held for tag, held in page.elements if tag == "script")


def test_own_files_come_with_the_right_type(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())

    for name, kind in (("block.js", "javascript"), ("paper.css", "css"), ("icon.svg", "svg")):
        response = client.get(f"/preview-assets/{name}")
        assert response.status_code == 200
        assert kind in str(response.content_type)
        response.close()


def test_picture_is_sandboxed_and_stays_in_its_folder(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())
    response = client.get("/images/ship.svg")

    assert response.mimetype == "image/svg+xml"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "script" not in response.headers["Content-Security-Policy"]
    response.close()
    for name in (
        "../articles.jsonl",
        "%2e%2e/articles.jsonl",
        "..%2farticles.jsonl",
        "/etc/passwd",
    ):
        assert client.get(f"/images/{name}").status_code == 404
    (newsroom.settings.home / "sample" / "images" / "nothing").mkdir()
    assert client.get("/images/nothing").status_code == 404


HARMLESS = "harmless"


def hostile(payload: str) -> list[Article]:
    """Return two articles that say nothing but a payload, wherever they can say anything."""
    return [
        Article(
            id=f"{name} {payload}".strip() if payload.isprintable() else f"{name} {payload!r}",
            title=payload,
            summary=payload,
            tags=(Tag(f"about-{PAYLOADS.index(payload) if payload in PAYLOADS else 99}", payload),),
            section=payload,
            language="en",
            image=Image(f"/images/ship.svg?{quote(payload)}", payload, payload, payload),
            published_at=article(name).published_at,
        )
        for name in ("one", "two")
    ]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a client of a site all of whose texts are attacks, but for two articles."""
    newsroom = open_newsroom(tmp_path_factory.mktemp("attacked"))
    articles = [one for payload in (*PAYLOADS, HARMLESS) for one in hostile(payload)]
    return site(newsroom, articles, authors=PAYLOADS, body="\n".join(PAYLOADS))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(attacked: FlaskClient, payload: str) -> None:
    article_id = hostile(payload)[0].id
    harmless = Reading(attacked.get(path_of(hostile(HARMLESS)[0].id)).text)
    response = attacked.get(path_of(article_id))
    page = Reading(response.text)

    assert response.status_code == 200
    assert page.shape() == harmless.shape()
    assert page.text.count(payload) >= 3
    assert all(link.startswith(("/", "#")) for link in page.links())
    answer = json.loads(attacked.get(f"/v1/related?id={quote(article_id, safe='')}").data)
    assert answer["items"][0]["title"] == payload
    assert answer["items"][0]["image"]["alt"] == payload


def test_front_page_of_attacks_is_text(attacked: FlaskClient) -> None:
    page = Reading(attacked.get("/").text)

    assert {tag for tag, _ in page.elements} <= {
        *("html", "head", "meta", "title", "link", "body", "a", "header", "p", "nav", "ul", "li"),
        *("main", "h1", "h2", "h3", "section", "div", "article", "img", "time", "footer"),
    }
    assert all(payload in page.text for payload in PAYLOADS)
    assert all(link.startswith(("/", "#")) for link in page.links())


def test_unsafe_addresses_reach_nobody(newsroom: Newsroom) -> None:
    held = [
        Article(
            id=f"a{number}",
            title="Title",
            url=url,
            image=Image(url, "Alt"),
            tags=(Tag("russia", "Russia"),),
            section="News",
        )
        for number, url in enumerate(UNSAFE_URLS)
    ]
    client = site(newsroom, held)

    for path in ("/", *(f"/preview/{one.id}" for one in held), "/v1/related?id=a0&limit=20"):
        text = client.get(path).text
        assert "Title" in text
        assert not any(word in text for word in ("evil", "javascript:", "data:text", "vbscript"))


def test_html_is_shown_as_paragraphs_with_links_between_articles(newsroom: Newsroom) -> None:
    body = (
        '<p>Ships <b>wait</b>, as <a href="https://post.example/r3?utm_source=x">told '
        'before</a>.</p><script>alert(1)</script><p><a href="https://evil.example/">Evil</a> &amp; '
        '<a href="javascript:alert(1)">no</a>; <a href="../r3">beside</a></p>'
        "<figure><figcaption>Not this</figcaption></figure>"
    )
    client = site(newsroom, seven(), body=body)
    page = Reading(client.get("/preview/russia-3").text)
    text = "".join(page.text)

    for part in ("Ships wait, as told before.", "Evil & no; beside"):
        assert part in text
    assert "Not this" not in text
    assert "alert" not in text
    assert page.links().count("/preview/russia-3") == 2
    assert not any("evil" in link or "javascript" in link for link in page.links())


def test_link_over_two_lines_is_whole(newsroom: Newsroom) -> None:
    body = 'One <a href="https://post.example/r3">two\n\nthree</a> four <a href="/x">five</a>.'
    client = site(newsroom, seven(), body=body)
    page = Reading(client.get("/preview/lonely").text)

    assert page.links().count("/preview/russia-3") == 2
    for part in ("One ", "two", "three", " four five."):
        assert part in "".join(page.text)


def test_link_to_what_may_not_be_shown_is_text(newsroom: Newsroom) -> None:
    client = site(newsroom, seven(), body='<p>As <a href="https://post.example/r3">told</a>.</p>')
    assert "/preview/russia-3" in Reading(client.get("/preview/lonely").text).links()
    version = newsroom.settings.versions_dir.iterdir().__next__().name
    newsroom.serve(version, [article("russia-3", "Russia", status=Status.RETRACTED)])

    page = Reading(client.get("/preview/lonely").text)
    assert "/preview/russia-3" not in page.links()
    assert "As told." in "".join(page.text)


def test_link_to_what_has_no_text_here_is_text(newsroom: Newsroom) -> None:
    client = site(newsroom, seven())
    row = {"id": "lonely", "body": '<p>As <a href="https://post.example/r3">told</a>.</p>'}
    (newsroom.settings.home / "sample" / "articles.jsonl").write_text(json.dumps(row))

    assert "/preview/russia-3" not in Reading(client.get("/preview/lonely").text).links()
