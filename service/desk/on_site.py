"""Addresses of the site, as the desk's pages follow them: from another host than the site's own."""

from collections.abc import Mapping
from typing import Any

from recommender.domain.url import is_safe_url
from service.desk.identity import settings


def on_site(url: str | None) -> str | None:
    """Return an address of an article if a browser may be given it as a link or an image.

    Args:
        url: as the article has it.

    Returns:
        The address in full. None if it is not safe, and for a path alone where the setting
        `site_url` does not say of which site.
    """
    if url is None or not is_safe_url(url):
        return None
    if not url.startswith("/"):
        return url
    site = settings().site_url
    return None if site is None else f"{site.removesuffix('/')}{url}"


def answer_on_site(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer of the public app with addresses in full, as far as they can be told.

    Args:
        answer: as the site gets it. A picture that cannot be reached from here is left out.
    """
    items = [
        {**item, "url": on_site(item["url"]) or item["url"], "image": _image(item["image"])}
        for item in answer["items"]
    ]
    return {**answer, "items": items}


def _image(image: Mapping[str, Any] | None) -> dict[str, Any] | None:
    url = None if image is None else on_site(image["url"])
    return None if image is None or url is None else {**image, "url": url}
