"""`/docs` in a browser: read by everybody, on any screen, in light and dark, without a script."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.service.newsroom import open_newsroom, seven


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    newsroom = open_newsroom(tmp_path_factory.mktemp("described"))
    newsroom.serve(newsroom.train(seven()))
    server = make_server("127.0.0.1", 0, newsroom.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/docs"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 700, 1280])
def test_it_shuts_nobody_out(browser: Browser, address: str, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(address)
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width, "it scrolls sideways"
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "it has its style"
    assert said == []
    assert {url for url in asked if not url.endswith("/favicon.ico")} == {address}
    context.close()
