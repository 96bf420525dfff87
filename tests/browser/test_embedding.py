"""Component and fragment on a page of another origin: whole, in any state, or not there at all."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

from recommender.domain.article import Image
from tests.documents import ROOT
from tests.service.newsroom import Newsroom, article, open_newsroom
from tests.service.payloads import PAYLOADS, UNSAFE_URLS

EXAMPLE = (ROOT / "docs" / "embedding-example.html").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"
INCLUDE = re.compile(r'<!--# include virtual="/more-from/(\S+)" -->')
SHOWN = "mp-2025-0129-cable-cut"
SHIP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 2"><rect width="3" height="2"/></svg>'
)
RELATED = "**/v1/related?**"
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
HEIGHT = "document.querySelector('more-from').getBoundingClientRect().height"
LOADED = "customElements.whenDefined('more-from')"


def picture(name: str = "ship") -> Image:
    return Image(f"/images/{name}.svg", "A ship at sea", "A ship leaves port.", "Test Post")


def picks(**changes: object) -> str:
    """Return an answer of the JSON route with one pick."""
    image = {"url": "/images/ship.svg", "alt": "Alt", "caption": "Caption", "credit": "Credit"}
    pick = {"url": "/x", "title": "Title", "summary": "Deck", "image": image, "language": "en"}
    held = [pick | {"published_at": "2026-01-08T09:00:00Z"} | changes]
    return json.dumps({"label": "More from The Test Post", "items": held})


@dataclass
class Site:
    """A newsroom's service, and a site of another origin that embeds it."""

    newsroom: Newsroom
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        service = self.newsroom.app()
        self.fragments = service.test_client()
        pages = Flask("site")
        pages.add_url_rule("/", "page", lambda: (self.page(), self.headers))
        pages.add_url_rule(
            "/images/ship.svg", "ship", lambda: (SHIP, {"Content-Type": "image/svg+xml"})
        )
        self.servers = [make_server("127.0.0.1", 0, app, threaded=True) for app in (service, pages)]
        self.service, self.url = (f"http://127.0.0.1:{one.server_port}" for one in self.servers)
        self.threads = [threading.Thread(target=one.serve_forever) for one in self.servers]
        for thread in self.threads:
            thread.start()

    def page(self) -> str:
        """Return the page of the documents, its includes carried out as a web server would."""
        text = self.body or INCLUDE.sub(lambda found: self.fragment(found[1]), EXAMPLE)
        return text.replace(ADDRESS, self.service)

    def fragment(self, query: str) -> str:
        return self.fragments.get(f"/v1/related.html{query}").text

    def show(self, markup: str, **attributes: str) -> str:
        """Make the site's page hold nothing but some markup and the script; return its address."""
        named = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self.body = (
            f"<!doctype html><html{named}><head><meta charset=utf-8><title>Site</title>"
            f'<script type="module" src="{ADDRESS}/embed.js"></script></head>'
            f"<body><main><h1>Story</h1>{markup}<p>Foot</p></main></body></html>"
        )
        return self.url

    def close(self) -> None:
        for server, thread in zip(self.servers, self.threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    newsroom = open_newsroom(tmp_path_factory.mktemp("embedded"))
    deck = "New drones heard the anchor fall. The judges must decide whether that is evidence."
    titles = ("A court tries a captain", "Drones listen", "A cable ship waits", "Ice opens a lane")
    held = [
        article(f"a{n}", "Russia", title=title, url=f"/a{n}", summary=deck, image=picture())
        for n, title in enumerate(titles)
    ]
    held += [article(SHOWN, "Russia", title="Shown", url="/shown", language="en")]
    newsroom.serve(newsroom.train(held))
    site = Site(newsroom)
    yield site
    site.close()


@pytest.fixture
def site(opened: Site) -> Site:
    opened.body = ""
    opened.headers = {}
    return opened


def answered(page: Page, text: str) -> None:
    page.route(
        RELATED,
        lambda route: route.fulfill(body=text, headers={"Access-Control-Allow-Origin": "*"}),
    )


def shift(page: Page) -> float:
    page.wait_for_load_state("networkidle")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    return float(page.evaluate("window.shifted"))


def test_component_and_fragment_show_the_same(page: Page, site: Site) -> None:
    page.goto(site.url)
    blocks = page.get_by_role("region", name="More from The Test Post")
    expect(blocks).to_have_count(2)

    for block in (blocks.first, blocks.last):
        expect(block.get_by_role("heading", level=2)).to_have_text("More from The Test Post")
        expect(block.get_by_role("listitem")).to_have_count(4)
        card = block.get_by_role("article").first
        expect(card.get_by_role("img")).to_have_attribute("alt", "A ship at sea")
        expect(card.get_by_text("A ship leaves port. Test Post")).to_be_visible()
        expect(card.get_by_text("New drones heard")).to_be_visible()
        expect(card.get_by_text("2024")).to_be_visible()
    links = [
        block.get_by_role("link").evaluate_all("all => all.map(a => a.href)")
        for block in (blocks.first, blocks.last)
    ]
    assert links[0] == links[1] == [f"{site.url}/a{n}" for n in range(4)]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("other", [".morefrom", "more-from"])
def test_axe_finds_nothing_that_shuts_people_out(
    page: Page, site: Site, other: str, scheme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(site.url)
    expect(page.get_by_role("listitem")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The example shows the block twice to compare its forms; no page of a site does.
    page.locator(other).evaluate("one => one.remove()")
    found = Axe().run(page)

    # The library's own report does not understand where something in a shadow tree is.
    assert [(one["id"], one["help"], one["nodes"]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_moves_when_the_block_comes(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.route(RELATED, lambda route: (page.wait_for_timeout(300), route.continue_()))
    shifts = []
    for _ in range(3):  # a busy machine may paint a page late; what moves it does so each time
        page.goto(site.url)
        expect(page.get_by_role("listitem")).to_have_count(8)
        shifts.append(shift(page))
        if not shifts[-1]:
            break

    assert min(shifts) == 0


def test_what_moves_would_be_noticed(page: Page, site: Site) -> None:
    page.add_init_script(SHIFTS)
    page.route(RELATED, lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.goto(
        site.show(
            "<style>more-from { --more-from-height: 0 }</style>"
            f"<more-from article={SHOWN}></more-from>"
        )
    )
    expect(page.get_by_role("listitem")).to_have_count(4)

    assert shift(page) > 0


def test_below_the_view_no_more_is_taken_than_needed(page: Page, site: Site) -> None:
    page.goto(
        site.show(f"<p style='height: 3000px'></p><more-from limit=1 article={SHOWN}></more-from>")
    )
    expect(page.get_by_role("listitem")).to_have_count(1)

    inner = page.locator("more-from section").evaluate("one => one.getBoundingClientRect().height")
    assert page.evaluate(HEIGHT) <= inner + 20


def test_without_script_the_fragment_is_there_and_no_gap(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)

    expect(page.get_by_role("listitem")).to_have_count(4)
    box = page.locator("more-from").bounding_box()
    assert box is None or box["height"] < 60  # the border that the page draws above it
    context.close()


def hang(_: Route) -> None:
    """Never answer."""


FAILURES: dict[str, Callable[[Route], None]] = {
    "unreachable": lambda route: route.abort(),
    "no JSON": lambda route: route.fulfill(body="{"),
    "a problem": lambda route: route.fulfill(status=400, json={"status": 400}),
    "nothing to show": lambda route: route.fulfill(json={"label": "More", "items": []}),
    "no addresses": lambda route: route.fulfill(body=picks(url=None)),
    "an item that breaks": lambda route: route.fulfill(
        body=json.dumps({"label": "More", "items": [None]})
    ),
    "silence": hang,
}


@pytest.mark.parametrize("failure", FAILURES)
def test_failure_shows_nothing_and_leaves_no_gap(page: Page, site: Site, failure: str) -> None:
    page.add_init_script(
        "const timeout = AbortSignal.timeout;"
        "AbortSignal.timeout = () => timeout.call(AbortSignal, 200);"
    )
    page.route(RELATED, FAILURES[failure])
    page.goto(site.show(f"<more-from article={SHOWN}></more-from>"))

    page.wait_for_function(f"{HEIGHT} === 0")
    assert page.locator("more-from").evaluate("one => one.shadowRoot.childElementCount") == 0


def test_script_that_never_comes_leaves_no_gap_in_the_end(page: Page, site: Site) -> None:
    page.route("**/embed.js", lambda route: route.abort())
    page.goto(site.url)

    assert page.evaluate(HEIGHT) > 400
    page.locator("more-from").evaluate("one => one.getAnimations().forEach((all) => all.finish())")
    assert page.evaluate(HEIGHT) < 60


def test_picture_that_does_not_load_leaves_the_card(page: Page, site: Site) -> None:
    image = {"url": "/images/none.svg", "alt": "Alt", "caption": "Caption", "credit": ""}
    answered(page, picks(image=image))
    page.goto(site.show("<more-from article=any></more-from>"))

    expect(page.locator("more-from figure")).to_have_count(0)
    expect(page.get_by_role("link", name="Title")).to_be_visible()


def test_changed_attributes_ask_once_and_the_last_answer_counts(page: Page, site: Site) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        query = route.request.url.partition("?")[2]
        asked.append(query)
        if "slow" in query:
            page.wait_for_timeout(400)
        route.fulfill(body=picks(title=query))

    page.route(RELATED, answer)
    page.goto(site.show("<more-from url=/slow></more-from>"))
    page.evaluate(LOADED)
    page.locator("more-from").evaluate(
        "one => { one.removeAttribute('url'); one.setAttribute('article', 'b&c');"
        " one.setAttribute('limit', 2); one.setAttribute('placement', 'side'); }"
    )

    wanted = "id=b%26c&limit=2&placement=side"
    expect(page.get_by_role("link")).to_have_text([wanted])
    page.wait_for_timeout(600)
    expect(page.get_by_role("link")).to_have_text([wanted])
    assert [query for query in asked if "slow" not in query] == [wanted]


def test_several_blocks_and_one_made_later(page: Page, site: Site) -> None:
    block = f"<more-from article={SHOWN} limit=1></more-from>"
    page.goto(site.show(f"{block}<more-from url=/a1 limit=2></more-from>"))
    expect(page.get_by_role("listitem")).to_have_count(3)
    page.evaluate(
        "document.querySelector('main').append(document.querySelector('more-from').cloneNode())"
    )

    expect(page.get_by_role("listitem")).to_have_count(4)


def test_keyboard_reaches_every_link_and_shows_where_it_is(page: Page, site: Site) -> None:
    page.goto(site.show(f"<more-from article={SHOWN}></more-from>"))
    links = page.get_by_role("link")
    expect(links).to_have_count(4)

    for number in range(4):
        page.keyboard.press("Tab")
        expect(links.nth(number)).to_be_focused()
        assert links.nth(number).evaluate("a => getComputedStyle(a).outlineStyle") != "none"


@pytest.mark.parametrize("width", [320, 1280])
def test_page_from_right_to_left_reads_so(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    answered(page, picks(title="قطع كابل بيانات في بحر البلطيق", summary="محققون", language="ar"))
    page.goto(site.show("<more-from article=any></more-from>", dir="rtl", lang="ar"))
    card = page.get_by_role("article")

    expect(card).to_have_attribute("lang", "ar")
    assert card.evaluate("one => getComputedStyle(one.parentNode.parentNode).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_strict_policy_of_a_page_is_kept(page: Page, site: Site) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    policy = (
        f"default-src 'none'; script-src {site.service}; connect-src {site.service}; "
        "img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    site.headers = {"Content-Security-Policy": policy}
    page.goto(site.show(f"<more-from article={SHOWN}></more-from>"))

    expect(page.get_by_role("listitem")).to_have_count(4)
    expect(page.get_by_role("img").first).to_have_css("object-fit", "cover")
    assert [text for text in said if "favicon" not in text] == []


def test_attacks_are_shown_as_text(page: Page, site: Site) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    image = {"url": "/images/ship.svg", "alt": "", "caption": "", "credit": ""}
    shown = [
        json.loads(picks(title=text, summary=text, image=image | {"alt": text, "caption": text}))[
            "items"
        ][0]
        for text in PAYLOADS
    ]
    answered(page, json.dumps({"label": PAYLOADS[0], "items": shown}))
    page.goto(site.show("<more-from article=any></more-from>"))
    expect(page.get_by_role("listitem")).to_have_count(len(PAYLOADS))

    titles = page.get_by_role("link").evaluate_all("all => all.map(one => one.textContent)")
    assert titles == list(PAYLOADS)
    names = page.locator("more-from").evaluate(
        "one => [...one.shadowRoot.querySelectorAll('*')].map((x) => x.localName)"
    )
    assert set(names) == {
        "section",
        "h2",
        "ul",
        "li",
        "article",
        "figure",
        "img",
        "figcaption",
        "h3",
        "a",
        "p",
        "time",
    }
    assert dialogs == []


@pytest.mark.parametrize(
    "url", [*(url for url in UNSAFE_URLS if '"' not in url), "", "x", "/\t/evil.example"]
)
def test_unsafe_addresses_are_neither_link_nor_picture(page: Page, site: Site, url: str) -> None:
    image = {"url": url, "alt": "", "caption": "", "credit": ""}
    good = json.loads(picks(image=image))
    good["items"] += json.loads(picks(url=url))["items"]
    answered(page, json.dumps(good))
    page.goto(site.show(f"<more-from article={quote('a')}></more-from>"))

    expect(page.get_by_role("link")).to_have_count(1)
    expect(page.locator("more-from img")).to_have_count(0)
