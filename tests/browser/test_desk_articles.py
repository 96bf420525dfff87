"""Search and the article page in a real browser: by keyboard, without script, by phone, for axe."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Image, Status
from recommender.domain.override import OverrideKind
from recommender.settings import load_settings
from recommender.workflows.follower import Follower
from recommender.workflows.overriding import Wish, override
from recommender.workflows.promoting import promote
from recommender.workflows.training import Training, train
from service.desk.app import create_app
from tests.service.desk.conftest import SECRET, Editor, add_person
from tests.service.payloads import PAYLOADS
from tests.workflows.conftest import article

WORDS = ("dockers", "strike", "owners", "talks", "grain", "ships", "wait", "crane", "pay", "union",
         "quay", "storm", "tariff")  # fmt: skip
HOSTILE = "".join(PAYLOADS[:6])
ARCHIVE = (
    *(
        article(
            f"harbour-{n}",
            "Shipping",
            title=f"Strike at harbour {n} enters week {n}",
            summary="Dockers and owners meet again, and nobody expects an end.",
            body=" ".join(WORDS[(n * k) % len(WORDS)] for k in range(1, 40)),
            url=f"/harbour/{n}",
            section="Economy",
            image=Image("/images/none.svg", "Ships at anchor"),
            hours_ago=n,
        )
        for n in range(1, 8)
    ),
    article("hostile", "Shipping", title=HOSTILE, summary=HOSTILE, body=f"{HOSTILE} dockers"),
    article("ar", title="رئيس الحكومة في تونس يعلن عن حكومة جديدة", language="ar", url="/ar"),
    article("zh", title="俄罗斯与乌克兰交换被俘人员", body="俄罗斯", language="zh", url="/zh"),
    article("gone", title="Withdrawn report on harbour safety", status=Status.RETRACTED),
)


@dataclass
class Desk:
    """A desk app on a port of its own.

    Attributes:
        url: of it.
        cookies: of somebody who is signed in.
    """

    url: str
    cookies: dict[str, str]

    def sign_in(self, page: Page) -> None:
        held = [{"name": key, "value": one, "url": self.url} for key, one in self.cookies.items()]
        page.context.add_cookies(held)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("desk")
    settings = load_settings(folder / "home", {"MOREFROM_DESK_SECRET": SECRET})
    with Catalogue.open(settings.catalogue_url) as catalogue:
        kept: list[Article] = list(ARCHIVE)
        catalogue.upsert(kept, "anna", "test")
        config = folder / "config.toml"
        config.write_text("[floor]\nsimilarity = 0.01\n", encoding="utf-8")
        trained = train(settings, Training(config, False, "anna", 1), lambda *_: None)
        promote(settings, trained.version, "anna", "test")
        block = Wish(OverrideKind.BLOCK, "harbour-3", "harbour-1")
        override(settings, block, "person:ben", "Wrong harbour")
        Follower(settings, catalogue).step(datetime.now(UTC))
    app = create_app(settings)
    add_person(settings, "anna", "editor")
    held = Editor(app, "anna").client
    names = ("morefrom-session", "morefrom-visitor")
    cookies = {name: found.value for name in names if (found := held.get_cookie(name))}
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.port}", cookies)
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["morefrom.publisher"].close()


@pytest.fixture
def editor(page: Page, desk: Desk) -> Page:
    """Return a page of somebody who is signed in; a refusal by the policy fails the test."""
    desk.sign_in(page)
    refused: list[str] = []
    page.on("console", lambda one: refused.append(one.text) if "Policy" in one.text else None)
    page.goto(f"{desk.url}/desk/articles")
    assert refused == []
    return page


def test_results_come_as_one_types_and_arrows_lead_to_the_article(editor: Page) -> None:
    box = editor.get_by_role("searchbox", name="Find an article")
    expect(box).to_be_focused()
    editor.keyboard.type("harb")
    found = editor.locator(".hit-link")
    expect(found.first).to_contain_text("harbour")
    editor.keyboard.type("our 5 ent")
    expect(found.first).to_have_text("Strike at harbour 5 enters week 5")
    expect(editor).to_have_url(re.compile(r"/desk/articles\?q=harbour\+5\+ent$"))
    editor.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    editor.keyboard.press("ArrowDown")
    expect(found.nth(1)).to_be_focused()
    editor.keyboard.press("ArrowUp")
    editor.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    editor.keyboard.press("ArrowDown")
    editor.keyboard.press("Enter")
    expect(editor.get_by_role("heading", level=1)).to_have_text("Strike at harbour 5 enters week 5")
    editor.go_back()
    expect(editor.locator(".hit-link").first).to_have_text("Strike at harbour 5 enters week 5")


def test_an_audit_from_the_block_to_why_not(editor: Page, desk: Desk) -> None:
    editor.goto(f"{desk.url}/desk/article?id=harbour-1")
    block = editor.get_by_role("region", name="More from this site")
    expect(block.get_by_role("listitem")).to_have_count(4)
    shown = block.get_by_role("link").all_text_contents()
    assert editor.locator(".pick-title").all_text_contents() == shown
    missed = editor.locator(".miss", has_text="Strike at harbour 3")
    expect(missed).to_contain_text("blocked under the article being read by person:ben")
    copy = editor.get_by_label("Picks id")
    copy.focus()
    assert editor.evaluate("getSelection().toString()") == copy.input_value()
    editor.get_by_label("Words of its headline, its id or its address").fill("俄罗斯")
    editor.keyboard.press("Enter")
    answer = editor.locator(".answer")
    expect(answer).to_contain_text("俄罗斯与乌克兰交换被俘人员")
    expect(answer).to_contain_text("Its language is “zh”, that of the article being read “en”.")
    expect(answer.get_by_role("link", name="Pin here…")).to_have_attribute(
        "href", "/desk/overrides/new?kind=pin&article=zh&under=harbour-1"
    )


def test_all_of_it_works_without_script(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    desk.sign_in(page)
    page.goto(f"{desk.url}/desk/articles")
    page.get_by_role("searchbox", name="Find an article").fill("withdrawn rep")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_contain_text("Retracted")
    page.locator(".hit-link").first.click()
    expect(page.get_by_role("status")).to_contain_text("it is retracted")
    page.goto(f"{desk.url}/desk/article?id=harbour-1")
    page.get_by_role("link", name="What it showed earlier…").click()
    page.locator("#on").fill(datetime.now(UTC).date().isoformat())
    page.keyboard.press("Enter")
    expect(page.locator(".then-items li")).not_to_have_count(0)
    context.close()


PAGES = (
    "articles",
    "articles?q=harbour",
    "articles?q=tag:shipping",
    "articles?q=xyzzyq",
    f"articles?q={quote(HOSTILE[:200])}",
    "article?id=harbour-1&why=harbour",
    "article?id=harbour-1&why=ar",
    "article?id=hostile",
    "article?id=ar",
    "article?id=gone",
    "article/then?id=harbour-1",
    f"article/then?id=harbour-1&on={datetime.now(UTC).date().isoformat()}",
)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_that_shuts_people_out(
    editor: Page, desk: Desk, address: str, scheme: str, width: int
) -> None:
    editor.set_viewport_size({"width": width, "height": 900})
    editor.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    editor.goto(f"{desk.url}/desk/{address}")
    assert editor.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(editor)
    assert [(one["id"], one["help"], one["nodes"]) for one in found.response["violations"]] == []


def test_right_to_left_stands_on_the_right(editor: Page, desk: Desk) -> None:
    editor.goto(f"{desk.url}/desk/article?id=ar")
    heading = editor.get_by_role("heading", level=1)
    assert heading.evaluate("one => getComputedStyle(one).direction") == "rtl"
