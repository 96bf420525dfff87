"""The picture of a row."""

from recommender.catalogue.readers.found import describe
from recommender.catalogue.readers.prose import Prose
from recommender.catalogue.readers.values import url
from recommender.domain.article import Image
from recommender.errors import InvalidField

MAX_CAPTION_CHARS = 10_000
"""Longest caption, alternative text or credit."""

MAX_PIXELS = 1_000_000


def image(field: str, found: object, prose: Prose) -> Image | None:
    """Return a picture, None for null and for an object that says nothing.

    Raises:
        InvalidField: if it has no safe `url`, or another key has an unusable value.
    """
    if found is None:
        return None
    if not isinstance(found, dict):
        expected = "an object with url, alt, caption, credit, width and height, or null"
        raise InvalidField(field, describe(found), expected)
    alt, caption, credit = (
        prose.line(f"{field}.{key}", found.get(key), MAX_CAPTION_CHARS)
        for key in ("alt", "caption", "credit")
    )
    width, height = (_pixels(f"{field}.{key}", found.get(key)) for key in ("width", "height"))
    address = url(f"{field}.url", found.get("url"))
    if address is not None:
        return Image(address, alt, caption, credit, width, height)
    if alt or caption or credit or width or height:
        raise InvalidField(
            field=f"{field}.url", found=describe(None), expected="the address of the picture"
        )
    return None


def _pixels(field: str, found: object) -> int | None:
    if found is None:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found <= MAX_PIXELS:
        raise InvalidField(field, describe(found), f"a whole number from 1 to {MAX_PIXELS:,}")
    return found
