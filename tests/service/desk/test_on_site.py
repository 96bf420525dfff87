"""Addresses of articles, as they are followed from the desk."""

from typing import Any

import pytest

from service.desk.on_site import answer_on_site, on_site
from tests.service.desk.conftest import Cms

SITE = "https://news.example"


def found(cms: Cms, url: str | None, site: str | None) -> str | None:
    cms.app.config["MOREFROM"] = replace_site(cms, site)
    with cms.app.test_request_context("/desk/"):
        return on_site(url)


def replace_site(cms: Cms, site: str | None) -> Any:
    return cms.settings.model_copy(update={"site_url": site})


@pytest.mark.parametrize("site", [SITE, f"{SITE}/"])
def test_a_path_is_one_of_the_site(cms: Cms, site: str) -> None:
    assert found(cms, "/images/a.png", site) == f"{SITE}/images/a.png"


def test_a_path_of_no_site_leads_nowhere(cms: Cms) -> None:
    assert found(cms, "/images/a.png", None) is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example/x", "/\\\\evil.example", None]
)
def test_what_is_not_safe_stays_out(cms: Cms, url: str | None) -> None:
    assert found(cms, url, SITE) is None


def test_an_address_in_full_stays_as_it_is(cms: Cms) -> None:
    assert found(cms, "https://other.example/a", SITE) == "https://other.example/a"


def test_a_block_has_pictures_that_can_be_reached(cms: Cms) -> None:
    item = {"url": "/a", "image": {"url": "/a.png", "alt": "A"}}
    answer = {"label": "More", "items": [item, {"url": "/b", "image": None}]}
    cms.app.config["MOREFROM"] = replace_site(cms, SITE)
    with cms.app.test_request_context("/desk/"):
        one, other = answer_on_site(answer)["items"]
    assert (one["url"], one["image"]["url"]) == (f"{SITE}/a", f"{SITE}/a.png")
    assert (other["url"], other["image"]) == (f"{SITE}/b", None)
    cms.app.config["MOREFROM"] = replace_site(cms, None)
    with cms.app.test_request_context("/desk/"):
        one, _ = answer_on_site(answer)["items"]
    assert (one["url"], one["image"]) == ("/a", None)
