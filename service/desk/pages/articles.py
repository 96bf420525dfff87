"""Search: what an editor types, and the articles meant by it. The page is the same without script.

With script the list alone is fetched anew at each key; without, at Enter.
"""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request, url_for

from recommender.domain.article import tag_slug
from service.desk.at_hand import at_hand
from service.desk.shell import fragment, page

N_SHOWN, N_MORE = 20, 200
"""Articles shown at first, and when more are asked for."""

NEWEST = "newest"
"""Value of `order` for those that have all the words, by date alone."""


def register(app: Flask) -> None:
    """Give an app the page.

    Args:
        app: the desk app.
    """
    app.jinja_env.filters.update(instant=datetime.fromisoformat, slug=tag_slug)
    app.add_url_rule("/desk/articles", endpoint="articles", view_func=articles)


def articles() -> Response:
    """Return the answer to `GET /desk/articles`: `q` what was typed, `order`, `more`."""
    text = request.args.get("q", "")
    newest_first = request.args.get("order") == NEWEST
    limit = N_MORE if request.args.get("more") else N_SHOWN
    hits = at_hand().find(text, datetime.now(UTC), limit, newest_first=newest_first)
    facts: dict[str, Any] = {
        "q": text,
        "order": NEWEST if newest_first else "",
        "hits": hits,
        "limit": limit,
    }
    if request.args.get("part") != "list":
        return page("articles.html", title="Articles", **facts)
    response = fragment("articles_list.html", **facts)
    whole = url_for("articles", q=text or None, order=facts["order"] or None)
    response.headers["HX-Replace-Url"] = whole  # so that “back” leads to what was found
    return response
