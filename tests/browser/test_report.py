"""The report in a real browser: alone, on any screen, on paper, by keyboard, and for axe."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from recommender.evaluation.report import render_report
from tests.evaluation.evaluations import made_evaluation
from tests.service.payloads import PAYLOADS

MADE_AT = datetime(2024, 5, 2, 9, 5, tzinfo=UTC)


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    return written(path, render_report(made_evaluation(n_lists=3), MADE_AT))


def test_report_asks_for_nothing_and_breaks_no_rule_of_its_own(page: Page, report: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(report)

    expect(page.get_by_role("heading", level=1)).to_have_text("How good are the picks?")
    assert [url for url in asked if not url.startswith("data:")] == [report]
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_report_fits_any_screen(page: Page, report: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(report)
    page.locator("summary").evaluate_all("all => all.forEach(one => one.parentNode.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    texts = page.locator(".chart text, .picks .title, .about, .shares li, dd, figcaption")
    assert (
        texts.evaluate_all(
            "(all, width) => all.filter(one => one.getBoundingClientRect().right > width)"
            ".map(one => one.textContent)",
            width,
        )
        == []
    )


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_shuts_people_out(
    page: Page, report: str, scheme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(report)
    page.locator("summary").evaluate_all("all => all.forEach(one => one.parentNode.open = true)")
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


def test_lists_open_without_any_script(browser: Browser, report: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report)
    summary = page.locator(".queries summary").nth(1)
    picks = page.locator(".queries details").nth(1).locator(".picks").first

    expect(picks).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(picks).to_be_visible()
    context.close()


def test_keyboard_goes_to_the_figures_and_shows_where_it_is(page: Page, report: str) -> None:
    page.goto(report)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the figures")

    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert skip.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_folded_lists_are_printed(page: Page, report: str) -> None:
    page.goto(report)
    closed = page.locator(".queries details").nth(1)
    folded = closed.evaluate("one => one.getBoundingClientRect().height")
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation")).to_be_hidden()
    assert closed.evaluate("one => one.getBoundingClientRect().height") > folded + 300


def test_titles_run_in_their_own_direction(page: Page, report: str) -> None:
    page.goto(report)
    arabic = page.locator(".title", has_text="السفن تنتظر").first
    latin = page.locator(".title", has_text="Los barcos").first
    direction = "one => getComputedStyle(one).direction"

    assert arabic.evaluate(direction) == "rtl"
    assert latin.evaluate(direction) == "ltr"


def test_attacks_are_shown_as_text(page: Page, tmp_path: Path) -> None:
    dialogs: list[str] = []
    said: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: said.append(message.text))
    attacked = made_evaluation(titles=PAYLOADS, labels=PAYLOADS, n_lists=len(PAYLOADS))
    page.goto(written(tmp_path / "report.html", render_report(attacked, MADE_AT)))
    page.wait_for_load_state("networkidle")

    shown = page.locator("summary .title").evaluate_all("all => all.map(one => one.textContent)")
    assert set(shown) == {payload.strip() for payload in PAYLOADS}
    assert page.locator("main img, main iframe, main script, base").count() == 0
    assert dialogs == []
    assert said == [], "the policy had to refuse something, or a script failed"
