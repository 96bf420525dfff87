"""The block as a piece of HTML, for pages that a server puts together and readers without script.

It holds no style and no script: the site's own stylesheet speaks to its classes, which are a
contract (docs/embedding.md). What it says is text and is escaped; an address is a link or a picture
only if it is safe, asked again here, on its way out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

import jinja2

from recommender.domain.url import is_safe_url
from service.public.answers import Form


def as_fragment(language: str) -> Form:
    """Return the form of an answer that pages include.

    Args:
        language: ISO 639 code of the site, and of what does not name its own.
    """
    return Form("text/html", partial(render_fragment, language=language))


def render_fragment(answer: Mapping[str, Any], language: str) -> str:
    """Return the block that shows an answer.

    Args:
        answer: as the JSON route gives it.
        language: ISO 639 code of the site, and of what does not name its own.

    Returns:
        One `section`, or nothing at all where there is no pick that can be followed: a page then
        shows no box rather than an empty one.
    """
    items = _cards(answer["items"])
    if not items:
        return ""
    picks_id = str(answer["picks_id"])
    return _template().render(
        # A page may hold several blocks, and each needs an id of its own to be labelled by.
        name=f"morefrom-{hashlib.blake2b(picks_id.encode(), digest_size=4).hexdigest()}",
        picks_id=picks_id,
        label=answer["label"],
        language=language,
        items=items,
    )


def day(instant: str, language: str) -> str:
    """Return the date of an instant as readers of a language write it.

    Args:
        instant: ISO 8601 in UTC.
        language: ISO 639 code.

    Returns:
        Day, month and year in English; elsewhere year, month and day in figures, which everybody
        reads, rather than English words in the midst of another language.

    >>> day("2026-09-18T13:25:00Z", "en"), day("2026-09-18T13:25:00Z", "ru")
    ('18 September 2026', '2026-09-18')
    """
    date = datetime.fromisoformat(instant).date()
    return f"{date.day} {date:%B} {date.year}" if language == "en" else date.isoformat()


def _cards(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the items that lead somewhere, without pictures that have no safe address."""
    return [
        {**item, "image": _if_safe(item["image"])} for item in items if _if_safe(item) is not None
    ]


def _if_safe(held: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return held if held is not None and held["url"] and is_safe_url(held["url"]) else None


@cache
def _template() -> jinja2.Template:
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("service.public", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["day"] = day
    return templates.get_template("related.html")
