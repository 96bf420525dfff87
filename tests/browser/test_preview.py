"""The preview in a real browser: the block fills itself, and fills with text alone."""

import threading
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from recommender.domain.article import Article, Image, Status, Tag
from tests.service.newsroom import Newsroom, article, open_newsroom
from tests.service.payloads import PAYLOADS

SHIP = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="30" height="20"/></svg>'
IMAGE = Image("/images/ship.svg", "A ship at sea", "A ship leaves port.", "Test Post", 1200, 800)
WHY = {"code": "shared_tags", "label": "Why"}


class Site:
    """The preview of a newsroom, served on a port of its own."""

    def __init__(self, newsroom: Newsroom, articles: Iterable[Article]) -> None:
        self.newsroom = newsroom
        self.version = newsroom.train(articles)
        newsroom.serve(self.version)
        images = newsroom.settings.home / "images"
        images.mkdir()
        (images / "ship.svg").write_text(SHIP)
        file = newsroom.settings.home / "articles.jsonl"
        file.write_text('{"id": "one", "body": "First.\\n\\nSecond.", "authors": ["Ada Byron"]}\n')
        app: Flask = newsroom.app(preview=file)
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def url(self, article_id: str) -> str:
        return f"http://127.0.0.1:{self.server.port}/preview/{quote(article_id, safe='')}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    held = [
        article("one", "Russia", "Sanctions", title="The first", image=IMAGE),
        article("two", "Russia", "Sanctions", title="The second", image=IMAGE, summary="Deck."),
        article("a/b? c", "Russia", title="The third", hours_ago=2),
        article("four", "Russia", title="The fourth", hours_ago=3, language="en"),
        article("five", "Russia", title="The fifth", hours_ago=4, image=Image("/images/none.svg")),
    ]
    site = Site(open_newsroom(tmp_path_factory.mktemp("site")), held)
    yield site
    site.close()


def test_block_shows_four_cards_and_why(page: Page, site: Site) -> None:
    page.goto(site.url("one"))
    block = page.get_by_role("region", name="More from The Test Post")

    expect(block.get_by_role("listitem")).to_have_count(4)
    first = block.get_by_role("listitem").first
    expect(first.get_by_role("heading")).to_have_text("The second")
    expect(first.get_by_role("img")).to_have_attribute("alt", "A ship at sea")
    expect(first.get_by_text("A ship leaves port.")).to_be_visible()
    expect(first.get_by_text("Deck.")).to_be_visible()
    expect(first.locator(".card-why")).to_contain_text("Russia")
    expect(block.get_by_role("listitem").nth(2)).to_have_attribute("lang", "en")


def test_card_says_what_no_model_chose(page: Page, site: Site) -> None:
    chosen = [
        ("model", "closest", None, "Why"),
        ("model", "background", None, "Background · Why"),
        ("pin", "background", None, "Pin · Why"),
        ("fallback", "background", "tag", "Ladder: tag · Why"),
    ]
    items = [
        {"id": "x", "title": "X", "origin": origin, "slot": slot, "rung": rung, "reason": WHY}
        for origin, slot, rung, _ in chosen
    ]
    answer = {"label": "More from The Test Post", "items": items}
    page.route("**/v1/related**", lambda route: route.fulfill(json=answer))
    page.goto(site.url("one"))

    expect(page.locator(".card-why")).to_have_text([label for *_, label in chosen])


def test_picture_that_does_not_load_leaves_no_gap(page: Page, site: Site) -> None:
    page.goto(site.url("one"))
    card = page.get_by_role("listitem").filter(has_text="The fifth")
    card.scroll_into_view_if_needed()

    expect(card.locator("figure")).to_have_count(0)


def test_card_leads_to_the_next_article(page: Page, site: Site) -> None:
    page.goto(site.url("one"))
    page.get_by_role("link", name="The third").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The third")
    expect(page.get_by_role("region", name="More from")).to_be_visible()


def test_retraction_leaves_the_block_and_the_page(page: Page, site: Site) -> None:
    retracted = article("two", "Russia", "Sanctions", status=Status.RETRACTED)
    site.newsroom.serve(site.version, [retracted])
    page.goto(site.url("one"))

    expect(page.get_by_role("region", name="More from")).to_be_visible()
    expect(page.get_by_text("The second")).to_have_count(0)
    page.goto(site.url("two"))
    expect(page.get_by_role("heading", level=1)).to_have_text("This article is not available.")


def test_nothing_to_show_hides_the_block(page: Page, site: Site) -> None:
    others = [article(one, status=Status.RETRACTED) for one in ("two", "a/b? c", "four", "five")]
    site.newsroom.serve(site.version, others)
    with page.expect_response("**/v1/related**"):
        page.goto(site.url("one"))

    expect(page.get_by_role("heading", level=1)).to_have_text("The first")
    expect(page.locator(".more")).to_be_hidden()


@pytest.mark.parametrize("failure", ["abort", "broken", "refused"])
def test_failing_service_hides_the_block(page: Page, site: Site, failure: str) -> None:
    page.route(
        "**/v1/related**",
        lambda route: {
            "abort": route.abort,
            "broken": lambda: route.fulfill(body="{"),
            "refused": lambda: route.fulfill(status=503, body="{}"),
        }[failure](),
    )
    page.goto(site.url("one"))
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("heading", level=1)).to_have_text("The first")
    expect(page.locator(".more")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_fits_any_screen(page: Page, site: Site, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(site.url("one"))
    expect(page.get_by_role("region", name="More from")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_attacks_are_shown_as_text(page: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    held = [
        Article(
            id=f"a{number}",
            title=payload,
            summary=payload,
            section=payload,
            tags=(Tag("russia", payload),),
            image=Image("/images/ship.svg", payload, payload, payload),
        )
        for number, payload in enumerate(PAYLOADS)
    ]
    site = Site(open_newsroom(tmp_path_factory.mktemp("attacked")), held)
    dialogs: list[str] = []
    refused: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: refused.append(message.text))
    try:
        for start in range(0, len(PAYLOADS), 4):
            page.goto(site.url(f"a{start}"))
            cards = page.get_by_role("region", name="More from").get_by_role("listitem")
            expect(cards).to_have_count(4)
            titles = cards.get_by_role("heading").evaluate_all("all => all.map(x => x.textContent)")
            assert set(titles) < set(PAYLOADS)
            assert page.locator("main script, main iframe, main svg, main base").count() == 0
    finally:
        site.close()

    assert dialogs == []
    assert refused == [], "the policy had to refuse something, or a script failed"
